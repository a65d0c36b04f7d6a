"""Every page of the URL map: who visits it, and with which values; the tests of pages walk through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NOBODY, PARTNER, FRESH, GUEST, CALLER = "nobody", "partner", "fresh", "guest", "caller"
KEYED, MOVED, APPLICANT = "keyed", "moved", "applicant"
LEAVER = "leaver"
ERROR = "(error)"
"""In the place of an endpoint: a page that says what went wrong."""


@dataclass(frozen=True)
class Visit:
    """`who` opens `path`, a page of `endpoint`."""

    endpoint: str
    who: str
    path: str
    script: bool = True
    status: int = 200

    def __str__(self) -> str:
        return f"{self.endpoint} {self.who} {self.path}"


def _read() -> tuple[Visit, ...]:
    lines = Path(__file__).with_name("pages.txt").read_text(encoding="utf-8").splitlines()
    visits = []
    for endpoint, who, path, *more in (line.split() for line in lines if not line.startswith("#")):
        status = next((int(word) for word in more if word.isdigit()), 200)
        visits.append(Visit(endpoint, who, path, "quiet" not in more, status))
    return tuple(visits)


VISITS = _read()
PAGES = frozenset(visit.endpoint for visit in VISITS) - {ERROR}

NO_PAGES = {
    "discussions.side": "a fragment that a page loads",
    "documents.document": "a file to be saved",
    "founding.found": "leads on to a step of founding",
    "decision_making.here": "leads on to where its question is asked",
    "healthz": "for machines",
    "landing.choose_language": "leads back to where one was",
    "landing.choose_theme": "leads back to where one was",
    "landing.face": "a picture",
    "loading.left_out": "a file",
    "me.stay": "for the script that warns of the session's end",
    "meetings.moved": "leads on to where the meetings are now",
    "messages.message": "leads on to the message in its topic",
    "metrics": "for machines",
    "notices.count": "a number for the script that keeps the bell",
    "push.worker": "the script that browsers keep to show what was pushed",
    "photos.photo": "a picture",
    "files.file": "a file to be saved",
    "files.preview": "a picture",
    "files.of_message": "a fragment that a page loads",
    "files.tools": "a fragment that a page loads",
    "readyz": "for machines",
    "security_txt": "a text for those who found a hole",
}
