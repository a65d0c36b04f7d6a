"""Words about reports and cases: what they are about, how they stand, by when something happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from network import agreements, moderation
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from web.forms.reports import OTHER
from web.languages import choose_language

MESSAGE = "message"
TARGETS = {
    MESSAGE: (_l("A message"), "talk"),
    "topic": (_l("A topic"), "talk"),
    "user": (_l("A person"), "person"),
    "file": (_l("A file"), "file"),
    "meeting": (_l("A meeting"), "calendar"),
}
"""What something is called, and its sign."""
STATES = {
    "new": (_l("Waits for somebody"), "warn", "clock"),
    "in_review": (_l("Somebody looks at it"), "", "person"),
    "awaiting_info": (_l("Somebody was asked"), "", "ask"),
    "decided": (_l("Decided"), "ok", ""),
    "closed": (_l("Closed"), "ok", ""),
}
REPORT_STATES = {
    "submitted": (_l("We have it"), "", "check"),
    "attached": (_l("Somebody looks at it"), "", "person"),
    "withdrawn": (_l("You took it back"), "", "undo"),
}
LEVELS = (
    _l("the meta-mentors"),
    _l("the organisation"),
    _l("the organisation of the network above"),
    _l("those who run the platform"),
)


def report_state(report: Mapping[str, Any]) -> tuple[str, str, str]:
    """How a report stands, for its reporter: text, kind, sign."""
    if report["answer"] == "acted":
        return _("We looked at it and did something"), "ok", ""
    if report["answer"] == "not_acted":
        return _("We looked at it and did nothing"), "ok", ""
    text, kind, sign = REPORT_STATES[report["state"]]
    return str(text), kind, sign


def next_of(report: Mapping[str, Any]) -> str:
    """What happens next with a report, and by when."""
    if report["state"] == "withdrawn":
        return _("Nothing more happens because of your report.")
    if report["answer"] is not None:
        return _("This is the whole answer: what exactly was done stays with those who handle it.")
    promised = moderation.promised(report)  # type: ignore[arg-type]
    if report["state"] == "submitted":
        return _(
            "Somebody looks at it by %(soon)s and decides by %(late)s. Here you then see whether something "
            "was done.", soon=_day(promised["looked_at_by"]), late=_day(promised["decided_by"]),
        )  # fmt: skip
    return _(
        "It is decided by %(late)s. Here you then see whether something was done.",
        late=_day(promised["decided_by"]),
    )


def age_of(case: Mapping[str, Any]) -> str:
    """Since when a case waits, and whether it is late."""
    now = runtime.current().clock.now()
    days = (now - case["reported_at"]).days
    if case["decided_at"] is None and case["due_at"] <= now:
        return _("Late: it should be decided by now")
    return _("since today") if days < 1 else ngettext("since %(num)s day", "since %(num)s days", days)


def facts_of(case: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What stands beside a case."""
    found = [(_("Who handles it"), str(LEVELS[case["level"]]), "")]
    if case["assignee"]:
        until = _("until %(when)s", when=_day(case["claimed_until"])) if case["claimed_until"] else ""
        found.append((_("Who has it"), case["assignee"]["display_name"], until))
    found.append((_("Decide by"), _day(case["due_at"]), age_of(case)))
    if case["veiled_until"]:
        found.append((_("Hidden until"), _day(case["veiled_until"]), ""))
    return found


def rules_of(network_id: str) -> list[dict[str, str]]:
    """The rules that hold now, in the reader's words: id, short form, the whole."""
    try:
        version = agreements.rules_of_network(network_id)
    except NotFound:
        return []
    there: Sequence[Any] = agreements.translated_clauses(version, choose_language()) or ()
    found = []
    for place, clause in enumerate(version["clauses"]):
        other = there[place] if place < len(there) else None
        heading = other.heading if other else clause["heading"]
        short = (other.short if other else clause["short"]) or heading
        found.append(
            {"id": clause["id"], "short": short, "heading": heading,
             "text": other.text if other else clause["text"]}
        )  # fmt: skip
    return found


def offer_rules(field: Any, rules: Sequence[Mapping[str, str]]) -> None:
    """Put the rules into a form's field, by their short form."""
    offered = [SelectChoice(one["id"], one["short"]) for one in rules]
    field.choices = [*offered, SelectChoice(OTHER, _("Something else"))]


def chosen_rule(field: Any) -> str | None:
    """The rule that was chosen; None for something else."""
    return None if field.data in (None, "", OTHER) else field.data


def place_of(target: Mapping[str, Any]) -> str:
    """Where a thing is to be seen."""
    ways = {
        MESSAGE: ("messages.message", "message_id"), "topic": ("discussions.topic", "topic_id"),
        "user": ("membership.person", "user_id"), "file": ("files.file", "file_id"),
        "meeting": ("meetings.meeting", "meeting_id"),
    }  # fmt: skip
    endpoint, name = ways[target["type"]]
    return url_for(endpoint, **{name: target["id"]})


def talk_draft(case: Mapping[str, Any], name: str, rules: Sequence[Mapping[str, str]]) -> str:
    """The first words to who wrote something, with the rule that it is about: nothing of who reported."""
    named = {one["rule_id"] for one in case["reports"]}
    rule = next((one["short"] for one in rules if one["id"] in named), "")
    said = (case["snapshot"]["body"] or "").replace("\n", " ")[:200]
    lines = [_("Hello %(name)s,", name=name), _("you wrote: “%(said)s”.", said=said)]
    if rule:
        lines.append(_("One of our rules is: “%(rule)s”.", rule=rule))
    lines.append(_("How did you mean it? Could you say it in another way?"))
    return "\n\n".join(lines)


def drafted_talk(actor: Actor, case_id: str, person: Mapping[str, Any]) -> str:
    """The same for the box of a first letter, for who handles the case about something of this person's;
    else nothing."""
    try:
        moderation.check_case_visible(actor, case_id)
        case = moderation.get_case(actor, case_id)
    except NotFound:
        return ""
    author = case["snapshot"]["author"] if case["snapshot"] else None
    if author is None or author["id"] != person["id"]:
        return ""
    return talk_draft(case, person["display_name"], rules_of(case["network_id"]))


def _day(moment: datetime) -> str:
    return format_datetime(moment, "EEE d MMM, HH:mm")
