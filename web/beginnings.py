"""What a version can begin with, by which rule and until when it comes into force: as the forms ask it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from network import agreements, networks, organisations
from network.agreements import AgreementView, VersionView
from network.kernel.actor import Actor
from network.networks import NetworkView
from web.agreement_words import NOBODY, state_words
from web.formats import local_today
from web.forms.drafting import RuleForm, VersionStartForm
from web.languages import choose_language

TALK_DAYS, SIGNING_DAYS, REVIEW_DAYS = 14, 42, 365
USUAL_SHARE = "2/3"
BLANK, TEMPLATE, VERSION = "blank", "template:", "version:"


def usual_terms(row: NetworkView) -> dict[str, Any]:
    """What a form begins with: two thirds, two weeks to talk, four to sign, a look at it after a year."""
    today = local_today()
    return {
        "members": USUAL_SHARE, "organisation_signs": bool(row["features"].get("organisation_signatures")),
        "deliberation_until": today + timedelta(days=TALK_DAYS),
        "signing_until": today + timedelta(days=SIGNING_DAYS),
        "review_on": today + timedelta(days=REVIEW_DAYS),
    }  # fmt: skip


def terms_of(seen: VersionView) -> dict[str, Any]:
    """The rule and the days of a version, as a form shows them."""
    return {
        "members": seen["activation_rule"]["members"],
        "organisation_signs": bool(seen["activation_rule"]["organisations"]),
        "deliberation_until": _day_of(seen["deliberation_until"]),
        "signing_until": _day_of(seen["signing_until"]), "review_on": seen["review_on"],
        "valid_until": seen["valid_until"], "read_only_after": seen["read_only_after"],
    }  # fmt: skip


def typed_terms(form: RuleForm, row: NetworkView) -> dict[str, Any]:
    """What was typed, as the rules take it; a day ends where the reader is."""
    share = form.members.data or USUAL_SHARE
    signs = form.organisation_signs.data and row["features"].get("organisation_signatures")
    return {
        "members": share, "organisations": [row["organisation_id"]] if signs else [],
        "silence": "announced" if share == NOBODY and not signs else "never",
        "deliberation_until": end_of(form.deliberation_until.data),
        "signing_until": end_of(form.signing_until.data),
        "review_on": form.review_on.data, "valid_until": form.valid_until.data,
        **({"read_only_after": form.read_only_after.data} if form.read_only_after else {}),
    }  # fmt: skip


def offer_shares(form: RuleForm, row: NetworkView, kind: str) -> None:
    """Only the rules of a Small network may come into force because nobody said no; only the network's own
    agreement can say that who has not signed reads only."""
    if kind != "network_agreement":
        del form.read_only_after
    quietly = kind == "communication_rules" and networks.network_row(row["id"]).size == "small"
    offered = [choice for choice in form.members.choices if choice.value != NOBODY or quietly]
    known = form.members.data
    if known and known not in [choice.value for choice in offered]:
        offered.append(SelectChoice(known, _("%(share)s of the members", share=known)))
    form.members.choices = offered


def offer_beginnings(form: VersionStartForm, document: AgreementView) -> dict[str, str]:
    """What a version of this document can begin with; returns a line for each that has one."""
    choices: list[SelectChoice] = []
    notes: dict[str, str] = {}
    for line in document["versions"]:
        if line["state"] == "abandoned":
            continue
        choices.append(SelectChoice(VERSION + line["id"], _("Version %(number)s", number=line["number"])))
        notes[VERSION + line["id"]] = state_words(line)
    for one in agreements.list_templates(document["language"] or choose_language()):
        if one["kind"] == document["kind"]:
            choices.append(
                SelectChoice(TEMPLATE + one["key"], _("Our template “%(title)s”", title=one["title"]))
            )
            notes[TEMPLATE + one["key"]] = one["about"]
    choices.append(SelectChoice(BLANK, _("An empty page")))
    form.start.choices = choices
    if not form.start.data:
        # From the five built-in sentences nobody goes on: then our template is the better beginning.
        is_first = all(line["builtin"] for line in document["versions"])
        ours = [one.value for one in choices if is_first and one.value.startswith(TEMPLATE)]
        form.start.data = (ours or [choices[0].value])[0]
    return notes


def typed_beginning(start: str) -> dict[str, Any]:
    """What was chosen, as the rules take it."""
    if start.startswith(TEMPLATE):
        return {"template": start.removeprefix(TEMPLATE)}
    if start.startswith(VERSION):
        return {"from_version": start.removeprefix(VERSION)}
    return {"clauses": []}


def signing_organisation(actor: Actor, row: NetworkView) -> organisations.OrganisationView | None:
    """The organisation that can be asked to sign, where the network uses that."""
    if not row["features"].get("organisation_signatures"):
        return None
    return organisations.get_organisation(actor, row["organisation_id"])


def _day_of(moment: datetime | None) -> date | None:
    return moment.astimezone(get_timezone()).date() if moment is not None else None


def end_of(chosen: date | None) -> datetime | None:
    """The last minute of a day, where the reader is."""
    if chosen is None:
        return None
    return datetime.combine(chosen, time(23, 59), ZoneInfo(str(get_timezone()))).astimezone(UTC)
