"""What the person concerned reads: the statement of reasons (DSA, Article 17), the same words on her page, in
her letter and before it is sent. Whoever reported, how many did, and who decided is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from network.kernel.translation import mark as _
from network.kernel.translation import supported, translate
from network.moderation.rules.measures import (
    CONTENT_REMOVAL,
    GUIDANCE,
    KINDS,
    POSTING_PAUSE,
    REMOVAL,
    SUSPENSION,
    TOPIC,
    VEIL,
    WARNING,
)

NOTICE, OWN_INITIATIVE = "notice", "own_initiative"
BASES = (NOTICE, OWN_INITIATIVE)

KIND_NAMES = {
    GUIDANCE: _("A hint for you"),
    WARNING: _("A warning"),
    VEIL: _("Hidden for a time"),
    CONTENT_REMOVAL: _("Content removed"),
    POSTING_PAUSE: _("A pause from writing"),
    SUSPENSION: _("Membership suspended"),
    REMOVAL: _("Removed from the network"),
}
"""What each measure is called."""

_ABOUT = {
    "message": _("Your message in “%(network)s”"),
    "topic": _("Your topic in “%(network)s”"),
    "file": _("Your file in “%(network)s”"),
    "meeting": _("Your meeting in “%(network)s”"),
    "user": _("Your profile in “%(network)s”"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a statement: what a topic is called where it is about one."""

    kind: str
    scope_type: str
    ends_at: datetime | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a statement of reasons says. `seconded` tells that a second person agreed."""

    network: str
    target_type: str
    title: str
    body: str
    posted_at: datetime | None
    rule_heading: str
    rule_text: str
    rules_number: int | None
    facts: str
    reason: str
    language: str
    basis: str
    measures: Sequence[Measure]
    appeal_until: datetime | None = None
    seconded: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the statement: what is quoted stands as somebody wrote it, in `language`."""

    heading: str
    paragraphs: Sequence[str] = ()
    quote: str = ""
    language: str = ""


def sections(said: Statement, language: str, zone: str) -> list[Section]:
    """The statement in the reader's language and her time, part by part."""
    words = {"network": said.network, "number": said.rules_number or ""}
    about = [translate(language, _ABOUT[said.target_type], words)]
    if said.posted_at is not None:
        words["day"] = day(said.posted_at, language, zone)
        about.append(translate(language, _("Written on %(day)s."), words))
    if said.title and said.title != said.body:
        about.append(translate(language, _("It is called “%(title)s”."), {"title": said.title}))
    parts = [Section(translate(language, _("What it is about")), about, said.body)]
    if said.rule_heading or said.rule_text:
        rule = [said.rule_heading]
        if said.rules_number is not None:
            rule.append(translate(language, _("It stands in our rules, version %(number)s."), words))
        parts.append(Section(translate(language, _("The rule")), rule, said.rule_text))
    parts += [
        Section(translate(language, _("What happened")), quote=said.facts, language=said.language),
        Section(translate(language, _("Why")), quote=said.reason, language=said.language),
        Section(translate(language, _("What follows")), follows(said, language, zone)),
        Section(translate(language, _("How it was decided")), _decided(said, language)),
    ]
    if said.measures:
        parts.append(Section(translate(language, _("If you see it otherwise")), _ways(said, language, zone)))
    return parts


def follows(said: Statement, language: str, zone: str) -> list[str]:
    """What each measure means, the strictest first. No sentence promises what another one takes."""
    if not said.measures:
        return [translate(language, _("No measure follows."))]
    ordered = sorted(said.measures, key=lambda each: -KINDS.index(each.kind))
    alone = len(ordered) == 1
    strictest = ordered[0].kind
    lines = []
    for each in ordered:
        words = {"network": said.network, "topic": each.topic}
        if each.ends_at is not None:
            words["until"] = moment(each.ends_at, language, zone)
        lines.append(translate(language, _SAYS[each.kind, each.scope_type == TOPIC], words))
        if each.kind in (SUSPENSION, REMOVAL) and each.kind == strictest:
            lines.append(translate(language, _STAYS_OPEN))
        if each.kind == POSTING_PAUSE and each.kind == strictest:
            lines.append(translate(language, _("You can read everything as before.")))
        if each.kind in (GUIDANCE, WARNING) and alone:
            lines.append(translate(language, _("You can take part as before.")))
    return lines


_STAYS_OPEN = _(
    "You can still sign in, take your data with you, see your agreements and this page, ask us to look "
    "again, and leave the network."
)

_SAYS = {
    (GUIDANCE, False): _("This is a hint for you. It does not count as a measure against you."),
    (WARNING, False): _("This is a warning."),
    (VEIL, False): _("What you wrote is hidden from others until %(until)s."),
    (VEIL, True): _("Your topic is hidden from others until %(until)s."),
    (CONTENT_REMOVAL, False): _("What you wrote is removed: others do not see it any more."),
    (CONTENT_REMOVAL, True): _("Your topic is removed: others do not see it any more."),
    (POSTING_PAUSE, False): _("You cannot write in “%(network)s” until %(until)s."),
    (POSTING_PAUSE, True): _("You cannot write in the topic “%(topic)s” until %(until)s."),
    (SUSPENSION, False): _("You cannot take part in “%(network)s” until %(until)s."),
    (REMOVAL, False): _(
        "You are no longer a member of “%(network)s”. Until the time to ask for another look is over, this "
        "holds like a suspension and can be undone."
    ),
}
_SAYS |= {(kind, True): _SAYS[kind, False] for kind in (GUIDANCE, WARNING, SUSPENSION, REMOVAL)}


def _decided(said: Statement, language: str) -> list[str]:
    how = (
        _("Somebody told us about it.")
        if said.basis == NOTICE
        else _("The meta-mentor team came across it itself.")
    )
    lines = [translate(language, how), translate(language, _("The meta-mentor team decided."))]
    if said.seconded:
        lines.append(translate(language, _("A second person looked at it and agreed.")))
    lines.append(translate(language, _("People decided this. No program did.")))
    return lines


def _ways(said: Statement, language: str, zone: str) -> list[str]:
    if said.appeal_until is None:
        until = translate(language, _("You can ask us to look again for six months. It costs nothing."))
    else:
        words = {"day": day(said.appeal_until, language, zone)}
        until = translate(language, _("You can ask us to look again until %(day)s. It costs nothing."), words)
    return [
        until,
        translate(language, _("Somebody else decides then, and you get a written answer.")),
        translate(language, _("The measure holds until then. The courts are open to you as well.")),
    ]


def moment(when: datetime, language: str, zone: str) -> str:
    """A day and a time of day, in words."""
    local = when.astimezone(ZoneInfo(zone))
    return str(format_datetime(local, "d. MMMM y, HH:mm" if _is_german(language) else "d MMMM y, HH:mm",
                               locale=supported(language)))  # fmt: skip


def day(when: datetime, language: str, zone: str) -> str:
    """A day in words."""
    local = when.astimezone(ZoneInfo(zone))
    return str(format_date(local, "d. MMMM y" if _is_german(language) else "d MMMM y",
                           locale=supported(language)))  # fmt: skip


def _is_german(language: str) -> bool:
    return supported(language) == "de"
