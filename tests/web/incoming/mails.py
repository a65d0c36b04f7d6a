"""Mails as people's programs write them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

REPLY = "reply@mentors.example"
OURS = "mentorNET <post@mentors.example>"
TOKEN = "a" * 42
LETTER = "#-#-# Write your answer above this line. #-#-#\n\nHello Mina,\n\n“Who has a form?”\n"


def quoted(text: str = LETTER) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def mail(
    body: str = "Yes.\n", sender: str = "Mina <mina@mail.example>",
    to: str = f"reply+{TOKEN}@mentors.example", html: str | None = None, **headers: Any,
) -> bytes:  # fmt: skip
    """An answer as bytes; `headers` with `_` for `-`."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, "Re: Ann named you"
    made["Message-ID"] = headers.pop("Message_ID", "<1@mail.example>")
    made["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    if html is not None:
        made.add_alternative(html, subtype="html")
    return made.as_bytes()
