"""How a version looks on paper: its words, its rule and who signed, set by Typst; the same state, the same
bytes."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date

from network.kernel.errors import Conflict
from network.kernel.translation import mark as _
from network.kernel.translation import regional, supported, translate, translate_plural

TEMPLATE = Path(__file__).with_name("document.typ")

COLUMNS = (_("No."), _("Name at signing"), _("Signs"), _("Organisation"), _("Date"))


class TextNotFixed(Conflict):
    """The words are still being talked about: there is nothing yet to have on paper."""

    code = "text_not_fixed"
    message = _("These words can still change. There is a document once they are frozen.")


@dataclass(frozen=True, slots=True)
class PrintedSignature:
    """One row of the table: `organisation` is empty where somebody signs for herself."""

    name: str
    organisation: str
    signed_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CarriedSignatures:
    """The signatures that were given for an earlier version, whose digest is `text_hash`, and hold for its
    small correction too."""

    number: int
    text_hash: str
    signatures: Sequence[PrintedSignature]


@dataclass(frozen=True, slots=True)
class PrintedVersion:
    """What stands on the paper. `members` is the share of the asked members as it is written, such as 2/3,
    empty where none is needed; `organisations` are the names of those that have to sign."""

    network: str
    title: str
    language: str
    number: int
    clauses: Sequence[tuple[str, str]]
    text_hash: str
    check_url: str
    members: str
    organisations: Sequence[str]
    in_force_at: datetime | None
    signing_until: datetime | None
    ended_at: datetime | None
    valid_until: date | None
    review_on: date | None
    requested: int
    signatures: Sequence[PrintedSignature]
    carried: Sequence[CarriedSignatures] = ()


def check_path() -> str:
    """Where anybody finds out whether a paper is unchanged."""
    return "/check"


def document_path(version_id: str) -> str:
    """Where a version on paper is fetched by a person, who may have to sign in first."""
    return f"/agreement-versions/{version_id}/document.pdf"


def print_version(paper: PrintedVersion) -> bytes:
    """The version as a tagged PDF on A4, in the product's language nearest to its own, without the time of
    the printing. Typst is loaded by the first paper and not before: it weighs more than all of the rules."""
    # As data, never as part of the template: nothing that anybody wrote is read as markup.
    return _set(json.dumps(said_on_paper(paper)))


def said_on_paper(paper: PrintedVersion) -> dict[str, Any]:
    """What the template is given: every sentence of the paper, in its language."""
    spoken = supported(paper.language)
    return {
        "language": spoken,
        "written_in": paper.language.split("-")[0],
        "title": paper.title, "network": paper.network, "facts": _facts(paper, spoken),
        "clauses": [
            {"heading": heading, "text": [part.split("\n") for part in words.split("\n\n") if part]}
            for heading, words in paper.clauses
        ],
        "tables": [*(_carried(one, spoken) for one in paper.carried), *_own(paper, spoken)],
        "columns": [translate(spoken, word) for word in COLUMNS],
        "hash": translate(spoken, _("Digest of the text (SHA-256): %(hash)s"), {"hash": paper.text_hash}),
        "check": translate(
            spoken, _("Whether this document is unchanged is told at %(url)s"), {"url": paper.check_url}
        ),
        "page": translate(spoken, _("Page")),
    }  # fmt: skip


@lru_cache(maxsize=2)
def _set(data: str) -> bytes:
    """Printed once for all who get the same paper one after the other: every signer's copy."""
    typst = importlib.import_module("typst")
    return bytes(typst.compile(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"data": data}))


def _facts(paper: PrintedVersion, spoken: str) -> list[str]:
    def say(message: str, **words: object) -> str:
        return translate(spoken, message, words)

    found = [say(_("Version %(number)s."), number=paper.number)]
    if paper.in_force_at is not None:
        found.append(say(_("In force since %(day)s."), day=_day(paper.in_force_at, spoken)))
    elif paper.signing_until is not None:
        found.append(say(_("Signatures are collected until %(day)s."), day=_day(paper.signing_until, spoken)))
    if paper.ended_at is not None:
        found.append(say(_("It ended on %(day)s."), day=_day(paper.ended_at, spoken)))
    elif paper.valid_until is not None:
        found.append(say(_("It holds until %(day)s."), day=_day(paper.valid_until, spoken)))
    if paper.ended_at is None and paper.review_on is not None:
        found.append(say(_("The network looks at it again on %(day)s."), day=_day(paper.review_on, spoken)))
    found.append(_rule(paper, spoken))
    language = Locale.parse(paper.language, sep="-").get_display_name(regional(spoken))
    found.append(say(_("The text that counts is the one in this language: %(language)s."), language=language))
    return [" ".join(found[:-2]), *found[-2:]]


def _rule(paper: PrintedVersion, spoken: str) -> str:
    words = {"members": paper.members, "organisations": ", ".join(paper.organisations)}
    if paper.members and paper.organisations:
        message = _(
            "It comes into force when %(members)s of the members who are asked have signed, and also: "
            "%(organisations)s."
        )
    elif paper.members:
        message = _("It comes into force when %(members)s of the members who are asked have signed.")
    elif paper.organisations:
        message = _("It comes into force when these have signed: %(organisations)s.")
    else:
        message = _("It holds without signatures.")
    said = translate(spoken, message, words)
    return said[:-1] if said.endswith("..") else said  # a name such as “e. V.” brings the stop along


def _own(paper: PrintedVersion, spoken: str) -> list[dict[str, object]]:
    if paper.carried and not paper.signatures:
        return []
    title = _("Signatures under this version") if paper.carried else _("Signatures")
    return [_table(translate(spoken, title), _counts(paper, spoken), paper.signatures, spoken)]


def _carried(carried: CarriedSignatures, spoken: str) -> dict[str, object]:
    words = {"number": carried.number, "hash": carried.text_hash, "short": f"{carried.text_hash[:8]}…"}
    title = translate(spoken, _("Signatures carried over from version %(number)s (digest %(short)s)"), words)
    said = [
        translate_plural(
            spoken, "%(num)s signature.", "%(num)s signatures.",
            len([one for one in carried.signatures if one.withdrawn_at is None]),
        ),
        translate(
            spoken,
            _(
                "They were given for the words of version %(number)s. This version is a small correction of "
                "it, to which nobody objected in seven days; so they hold for it too."
            ),
            words,
        ),
        translate(spoken, _("Digest of the text of version %(number)s (SHA-256): %(hash)s"), words),
        translate(spoken, _("Days are those in the time zone UTC.")),
    ]  # fmt: skip
    return _table(title, said, carried.signatures, spoken)


def _table(
    title: str, said: Sequence[str], signatures: Sequence[PrintedSignature], spoken: str
) -> dict[str, object]:
    rows = [_row(number, one, spoken) for number, one in enumerate(signatures, start=1)]
    return {"title": title, "said": said, "rows": rows}


def _counts(paper: PrintedVersion, spoken: str) -> list[str]:
    signed = len([one for one in paper.signatures if one.withdrawn_at is None])
    if not paper.signatures:
        return [translate(spoken, _("Nobody has signed."))]
    found = [
        translate_plural(spoken, "%(num)s signature.", "%(num)s signatures.", signed)
        if not paper.requested or paper.carried
        else translate(
            spoken, _("%(signed)s signatures; asked were %(requested)s."),
            {"signed": signed, "requested": paper.requested},
        )
    ]  # fmt: skip
    return [*found, translate(spoken, _("Days are those in the time zone UTC."))]


def _row(number: int, one: PrintedSignature, spoken: str) -> list[str]:
    day = _day(one.signed_at, spoken)
    if one.withdrawn_at is not None:
        back = translate(spoken, _("taken back on %(day)s"), {"day": _day(one.withdrawn_at, spoken)})
        day = f"{day}; {back}"
    capacity = _("for the organisation") if one.organisation else _("as a member")
    return [str(number), one.name, translate(spoken, capacity), one.organisation, day]


def _day(moment: datetime | date, spoken: str) -> str:
    day = moment.date() if isinstance(moment, datetime) else moment
    return format_date(day, format="long", locale=regional(spoken))
