"""The mailbox: bounded rounds, each mail once, nothing that goes round in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.discussions import Message
from network.discussions.commands import limits
from network.kernel import outbox, runtime
from network.kernel.errors import DatabaseBusy
from network.kernel.transaction import session, unit_of_work
from network.notifications import IGNORED, LATER, POSTED, REFUSED
from tests.network.discussions.conftest import Cafe, cafe
from tests.network.notifications.conftest import Run, run
from tests.network.notifications.test_answers import token_of
from tests.network.notifications.test_notices import awake, say
from tests.running import HandClock, LetterBox
from tests.web.incoming.imap import PASSWORD, Mailbox
from tests.web.incoming.mails import mail, quoted
from web import jobs
from web.incoming import answering, mailbox
from web.upkeep import doctor

__all__ = ["awake", "cafe", "run"]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    made = Mailbox()
    yield made
    made.close()


@pytest.fixture
def to(cafe: Cafe, live: runtime.Runtime, box: Mailbox, awake: None, run: Run, clock: HandClock,
       letterbox: LetterBox) -> Iterator[str]:  # fmt: skip
    """The address to which Bob answers."""
    settings = replace(live.settings, reply_address="reply@mentors.example", imap_url=box.url)  # type: ignore[type-var]
    runtime.install(replace(live, settings=settings))
    limits._sends.clear()
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    run()
    clock.forward(minutes=6)
    run()
    [letter] = letterbox.letters
    letterbox.letters.clear()
    yield f"reply+{token_of(letter)}@mentors.example"
    runtime.install(live)


def said_by(cafe: Cafe) -> list[str]:
    with unit_of_work():
        wanted = select(Message.body).where(Message.author_id == cafe.bob.user_id).order_by(Message.seq)
        return list(session().scalars(wanted))


def test_an_answer_comes_from_the_mailbox_and_leaves_it(
    cafe: Cafe, box: Mailbox, to: str, letterbox: LetterBox
) -> None:
    sender = f'"Bob, B." <{cafe.bob.email}>'
    box.put(mail(f"I have one!\n\nAm 23.11.26 um 09:04 schrieb mentorNET:\n{quoted()}", sender, to))
    box.put(
        mail("Away.", sender, to, Auto_Submitted="auto-replied"),
        mail("Hi", "eve@evil.example", "x@y.example"),
    )
    box.put(b"--a\n" * 999, mail("Forged", sender, "reply+" + "a" * 42 + "@mentors.example"))
    box.put(
        mail("Big.\n" + "#-#-#\n" + "x" * 70 + "\n" + "y" * (2 << 20), sender, to, Message_ID="<2@x.example>")
    )
    assert jobs.fetch_answers() == 6
    assert said_by(cafe) == ["I have one!", "Big."]
    assert box.flags() == [{"\\Seen", "\\Flagged"}] * 4
    assert jobs.fetch_answers() == 0
    outbox.drain()
    assert letterbox.letters == [], "nobody hears of mails that are not hers"


def test_b6_a_line_that_breaks_before_the_end_posts_nothing_twice(cafe: Cafe, box: Mailbox, to: str) -> None:
    box.put(mail("Once.", cafe.bob.email or "", to))
    for verb in ("STORE", "EXPUNGE"):
        box.dies_before = verb
        with pytest.raises(mailbox.MailboxAway):
            jobs.fetch_answers()
    jobs.fetch_answers()
    assert said_by(cafe) == ["Once."]
    assert box.mails == {}


def test_a10_a_flood_is_taken_in_rounds(box: Mailbox, live: runtime.Runtime) -> None:
    box.put(*[b"%d" % number for number in range(60)])
    outcomes = iter([LATER] * 30 + [POSTED] * 99)
    asked: list[bool] = []

    def take(_raw: bytes, *, may_wait: bool) -> str:
        asked.append(may_wait)
        return next(outcomes) if may_wait else REFUSED

    done = mailbox.fetch(box.url, take)
    assert (done[LATER], done.total() - done[LATER]) == (mailbox.MOST_WAITING, 40)
    assert asked == [True] * 20 + [False] * 40
    assert len(box.mails) == 20, "what waits stays"
    box.put(*[b"x"] * 80, came="23-Nov-2026 07:00:00 +0000")
    asked.clear()
    done = mailbox.fetch(box.url, lambda _raw, may_wait: asked.append(may_wait) or POSTED)  # type: ignore[func-returns-value]
    assert done == {POSTED: mailbox.MOST_IN_A_ROUND}
    assert asked == [True] * 20 + [False] * 30, "who has waited for an hour is answered now"


def test_one_bad_mail_does_not_keep_the_others(box: Mailbox, live: runtime.Runtime) -> None:
    box.put(b"bad", b"busy", b"good")

    def take(raw: bytes, *, may_wait: bool) -> str:
        if raw == b"bad":
            raise RuntimeError
        if raw == b"busy":
            raise DatabaseBusy
        return POSTED

    assert mailbox.fetch(box.url, take) == {IGNORED: 1, LATER: 1, POSTED: 1}
    left = {kept.content: kept.flags for kept in box.mails.values()}
    assert left == {b"bad": {"\\Seen", "\\Flagged"}, b"busy": set()}


def test_what_was_passed_over_goes_after_a_month(box: Mailbox, clock: HandClock) -> None:
    box.put(b"old", came="25-Oct-2026 09:00:00 +0000", flags={"\\Seen", "\\Flagged"})
    box.put(b"mine", came="25-Oct-2026 09:00:00 +0000", flags={"\\Seen"})
    mailbox.fetch(box.url, lambda _raw, **_said: POSTED)
    assert len(box.mails) == 2, "the day is not over"
    clock.forward(days=2)
    mailbox.fetch(box.url, lambda _raw, **_said: POSTED)
    assert [kept.content for kept in box.mails.values()] == [b"mine"]


def test_the_doctor_looks_whether_the_mailbox_opens_and_tells_no_password(
    box: Mailbox, live: runtime.Runtime
) -> None:
    box.put(b"x")
    settings = replace(live.settings, reply_address="reply@mentors.example", imap_url=box.url)  # type: ignore[type-var]
    [row] = doctor.check_answers(settings)
    assert (row.state, box.flags()) == (doctor.OK, [set()])
    assert any(said.split()[1] == "EXAMINE" for said in box.said)
    wrong = replace(settings, imap_url=box.url.replace("mail%20box", "another"))
    [row] = doctor.check_answers(wrong)
    assert row.state == doctor.FAIL
    assert "another" not in row.said and PASSWORD not in row.said
    assert list(doctor.check_answers(live.settings)) == []
    assert "secret" not in repr(wrong)


def test_over_an_open_line_no_password_leaves_this_machine(box: Mailbox) -> None:
    elsewhere = box.url.replace("127.0.0.1", "127.1")  # the same, by a name that could be anybody's
    assert "TLS not supported" in (mailbox.fault_of(elsewhere) or "")
    assert not any("LOGIN" in said for said in box.said)


def test_a_pipe_is_read_to_its_end_and_looked_at_no_further_than_a_mail() -> None:
    class Pipe:
        left = 3 << 20

        def read(self, most: int) -> bytes:
            taken = min(most, self.left)
            self.left -= taken
            return b"x" * taken

    pipe = Pipe()
    assert len(answering.read_pipe(pipe)) == 1 << 20  # type: ignore[arg-type]
    assert pipe.left == 0
