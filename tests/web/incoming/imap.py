"""A mailbox on loopback that speaks as much IMAP as reading it takes."""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass, field
from imaplib import Internaldate2tuple
from typing import Any
from urllib.parse import quote

PASSWORD = "mail box secret"


@dataclass
class Kept:
    """A mail in the box."""

    content: bytes
    came: str = "23-Nov-2026 09:00:00 +0000"
    flags: set[str] = field(default_factory=set)


class Mailbox:
    """Serves one line after the other; `dies_before` is the verb at which it hangs up, once."""

    def __init__(self) -> None:
        self.mails: dict[int, Kept] = {}
        self.said: list[str] = []
        self.dies_before = ""
        self._door = socket.create_server(("127.0.0.1", 0))
        port, password = self._door.getsockname()[1], quote(PASSWORD)
        self.url = f"imap://answers:{password}@127.0.0.1:{port}/INBOX"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def put(self, *mails: bytes, **over: Any) -> None:
        """New mails, unread."""
        for content in mails:
            self.mails[len(self.mails) + 1] = Kept(content, **over)

    def flags(self) -> list[set[str]]:
        return [kept.flags for kept in self.mails.values()]

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                line, _peer = self._door.accept()
            except OSError:
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with line, line.makefile("rwb") as spoken:
                self._talk(spoken)

    def _talk(self, spoken: Any) -> None:
        def say(text: bytes) -> None:
            spoken.write(text + b"\r\n")
            spoken.flush()

        say(b"* OK here")
        for raw in spoken:
            text = raw.decode().rstrip("\r\n")
            self.said.append(text)
            tag, verb, rest = (*text.split(" ", 2), "")[:3]
            if verb == "UID":
                verb, _, rest = rest.partition(" ")
            if verb == self.dies_before:
                self.dies_before = ""
                return
            done = b"OK"
            if verb == "CAPABILITY":
                say(b"* CAPABILITY IMAP4rev1")
            elif verb == "LOGIN" and rest != f'"answers" "{PASSWORD}"':
                done = f"NO wrong: {rest}".encode()
            elif verb in ("SELECT", "EXAMINE"):
                say(f"* {len(self.mails)} EXISTS".encode())
            elif verb == "SEARCH":
                say(f"* SEARCH {' '.join(self._found(rest))}".encode())
            elif verb == "FETCH":
                kept, most = self.mails[int(rest.split()[0])], int(re.findall(r"<0\.(\d+)>", rest)[0])
                content = kept.content[:most]
                head = f'* 1 FETCH (INTERNALDATE "{kept.came}" BODY[]<0> {{{len(content)}}}'
                say(head.encode())
                spoken.write(content)
                say(b")")
            elif verb == "STORE":
                numbers, _, flags = rest.split(" ", 2)
                for number in numbers.split(","):
                    self.mails[int(number)].flags |= set(flags.strip("()").split())
            elif verb == "EXPUNGE":
                self.mails = {n: kept for n, kept in self.mails.items() if "\\Deleted" not in kept.flags}
            elif verb == "LOGOUT":
                say(b"* BYE")
            say(tag.encode() + b" " + done + b" done")
            if verb == "LOGOUT":
                return

    def _found(self, wanted: str) -> list[str]:
        if wanted.startswith("UNSEEN"):
            return [str(number) for number, kept in self.mails.items() if "\\Seen" not in kept.flags]
        before = _moment(f"{wanted.split()[-1].rjust(11)} 00:00:00 +0000")
        return [
            str(number)
            for number, kept in self.mails.items()
            if kept.flags == {"\\Seen", "\\Flagged"} and _moment(kept.came) < before
        ]


def _moment(came: str) -> Any:
    return Internaldate2tuple(f'INTERNALDATE "{came}"'.encode())
