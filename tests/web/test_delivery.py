"""Letters leave whole: as files that only we can read, or to a mail server, encrypted before a password."""

from __future__ import annotations

import errno
import os
import smtplib
import socket
import stat
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from network.kernel.letters import Letter, NoSuchAddress, as_message
from network.kernel.runtime import Runtime
from web.delivery import choose, file_delivery, smtp_delivery


def letter(to: str = "mina@mail.example", body: str = "Your code\n") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message["From"] = "mentorNET <post@mentors.example>"
    message["To"] = to
    message.set_content(body)
    return message


def read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_is_a_file_that_only_we_read(tmp_path: Path) -> None:
    choose("", tmp_path / "outbox")(letter())
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.suffix == ".eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (read(path)["Subject"], read(path)["To"]) == ("Grüße", "mina@mail.example")


def test_names_sort_by_time(tmp_path: Path) -> None:
    deliver = file_delivery(tmp_path)
    for number in range(20):
        deliver(letter(body=f"{number}\n"))
    bodies = [read(path).get_content().strip() for path in sorted(tmp_path.glob("*.eml"))]
    assert bodies == [str(number) for number in range(20)]


@pytest.mark.parametrize("address", ["jürgen@mail.example", "olena@пошта.example"])
def test_addresses_of_every_script_get_their_letter(tmp_path: Path, address: str) -> None:
    file_delivery(tmp_path)(letter(address))
    (path,) = tmp_path.iterdir()
    assert read(path)["To"] == address


def test_b6_a_full_disk_leaves_no_half_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver = file_delivery(tmp_path)

    def full(_source: object, _target: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        deliver(letter())
    assert list(tmp_path.iterdir()) == []


class MailServer:
    """Takes one letter without encryption and remembers what was said; `refusal` is its answer to whoever
    the letter is for."""

    def __init__(self) -> None:
        self.refusal = ""
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.said: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._door.accept()
        with line, line.makefile("rwb") as spoken:
            self._answer(spoken, "220 here")
            in_letter = False
            for raw in spoken:
                text = raw.decode().rstrip("\r\n")
                self.said.append(text)
                if in_letter:
                    in_letter = text != "."
                    if in_letter:
                        continue
                    self._answer(spoken, "250 taken")
                elif text.upper() == "DATA":
                    in_letter = True
                    self._answer(spoken, "354 go on")
                elif text.upper().startswith("RCPT") and self.refusal:
                    self._answer(spoken, self.refusal)
                elif text.upper() == "QUIT":
                    self._answer(spoken, "221 bye")
                    return
                else:
                    self._answer(spoken, "250 fine")

    @staticmethod
    def _answer(spoken: object, text: str) -> None:
        spoken.write(f"{text}\r\n".encode())  # type: ignore[attr-defined]
        spoken.flush()  # type: ignore[attr-defined]

    def close(self) -> None:
        self._thread.join(5)
        self._door.close()


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.close()


def test_a_letter_reaches_the_server(server: MailServer, tmp_path: Path) -> None:
    choose(f"smtp://127.0.0.1:{server.port}", tmp_path / "outbox")(letter())
    assert "rcpt TO:<mina@mail.example>" in server.said
    assert "Your code" in server.said
    assert not (tmp_path / "outbox").exists()


def test_mail_programs_find_the_way_out_of_letters(live: Runtime, server: MailServer, tmp_path: Path) -> None:
    """RFC 2369 and RFC 8058: the address bare, between angle brackets, on one line, however long it is."""
    end_url = f"https://a-network-with-a-long-name.example/mails/reminders/{'1234567890' * 12}"
    message = as_message(Letter("Grüße", ["Größe"]), "mina@mail.example", "de", end_url)
    wanted = [f"List-Unsubscribe: <{end_url}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    file_delivery(tmp_path / "outbox")(message)
    (path,) = (tmp_path / "outbox").iterdir()
    written = path.read_bytes().decode().split("\r\n")
    smtp_delivery(f"smtp://127.0.0.1:{server.port}")(message)
    for lines in (written, server.said):
        assert [line for line in lines if line.startswith("List-Unsub")] == wanted


@pytest.mark.parametrize(
    ("said", "raised"),
    [
        ("550 5.1.1 User unknown", NoSuchAddress),
        ("550 5.7.1 Relaying denied", smtplib.SMTPRecipientsRefused),
        ("450 4.2.0 Greylisted", smtplib.SMTPRecipientsRefused),
    ],
)
def test_an_address_at_which_nobody_is_differs_from_a_server_that_does_not_want_to(
    server: MailServer, said: str, raised: type[Exception]
) -> None:
    server.refusal = said
    with pytest.raises(raised):
        smtp_delivery(f"smtp://127.0.0.1:{server.port}")(letter())


def test_no_password_goes_over_an_open_line(server: MailServer) -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        smtp_delivery(f"smtp://user:hidden@127.0.0.1:{server.port}")(letter())
    assert not any("hidden" in said or said.upper().startswith("AUTH") for said in server.said)


def test_a_server_that_is_away_is_an_error_to_be_tried_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        deliver = smtp_delivery(f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(OSError, match="refused"):
            deliver(letter())


def test_a_letter_in_a_file_reads_as_it_is(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "mentorNET <post@mentornet.example>", "eva@mail.example"
    link = "https://mentors.example/i/" + "a" * 90
    message.set_content(f"Grüße an “Eva”,\n\n{link}\n", cte="quoted-printable")
    message.add_alternative(f'<p>Grüße</p><a href="{link}">{link}</a>' + "x" * 1200, subtype="html")
    file_delivery(tmp_path)(message)
    [path] = tmp_path.glob("*.eml")
    assert f"Grüße an “Eva”,\r\n\r\n{link}\r\n".encode() in path.read_bytes()
    read = message_from_bytes(path.read_bytes(), policy=default)
    for kind in ("plain", "html"):
        ours, theirs = message.get_body((kind,)), read.get_body((kind,))
        assert theirs.get_content().split() == ours.get_content().split()
