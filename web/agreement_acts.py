"""What comes next for a reader of a version and what else she can do with it, with the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from network import agreements, decisions, membership, networks
from network.agreements import OwnSignature, VersionView
from network.kernel import runtime
from network.kernel.actor import Actor
from network.networks import NetworkView
from web.agreement_words import words_of
from web.formats import day
from web.signing_duties import open_until

EFFECT = "activate_agreement"
END = "end_agreement"
SIGNABLE = ("signing", "in_force")


@dataclass(frozen=True, slots=True)
class Next:
    """The card on top of a version: its heading, what is said, and by choice a note and the one button."""

    title: str
    said: str
    sign: str = "info"
    note: str = ""
    label: str = ""
    url: str = ""
    others: tuple[Mapping[str, str], ...] = field(default=())


def next_of(actor: Actor, row: NetworkView, seen: VersionView, mine: Sequence[OwnSignature]) -> Next | None:
    """The one thing that comes next with a version, or None where nothing does."""
    here: dict[str, Any] = {"slug": row["slug"], "version_id": seen["id"]}
    if seen["state"] in SIGNABLE:
        return _to_sign(here, mine)
    if seen["state"] == "draft":
        if not agreements.may_change_version(actor, row["id"], seen["drafters"]):
            return None
        to_write = url_for("drafting.draft", **here)
        if seen["is_renewal"] and any(seen["frozen_by"].values()):
            return _to_fix(actor, row, seen, _("A draft"), _("Go on writing"), to_write)
        return Next(_("A draft"), _("Nobody is bound by it yet."), "pencil", "", _("Go on writing"), to_write)
    if seen["state"] == "deliberation":
        until = seen["deliberation_until"]
        if seen["is_correction"]:
            note = (
                _("If nobody wants to talk about it, it is in force from %(day)s.", day=day(until))
                if until
                else ""
            )
            said = _("A small correction. Only the wording gets better, nothing else changes.")
            return Next(
                _("A correction"),
                said,
                "pencil",
                note,
                _("What changed"),
                url_for("versions.changes", **here),
            )
        to_talk = url_for("deliberation.talk", **here)
        if until is not None and until <= runtime.current().clock.now():
            return _to_fix(actor, row, seen, _("The talk is over"), _("What was said about it"), to_talk)
        note = _("Until %(day)s everybody can say something.", day=day(until)) if until else ""
        return Next(
            _("We talk about it"), _("What do you think about it?"), "talk", note, _("Talk about it"), to_talk
        )
    return _to_decide(actor, row, seen) if seen["state"] == "frozen" else None


def _to_sign(here: Mapping[str, Any], mine: Sequence[OwnSignature]) -> Next | None:
    waiting = [one for one in mine if one["state"] in (None, "declined")]
    if not waiting:
        return None
    ways = [
        {
            "label": _("Sign for %(name)s", name=one["organisation_name"]) if one["organisation_id"]
            else _("Sign after all") if one["state"] == "declined" else _("Sign"),
            "url": url_for("signing.sign", organisation_id=one["organisation_id"], **here),
        }
        for one in waiting
    ]  # fmt: skip
    first = waiting[0]
    note = open_until(first["due_at"])
    if first["state"] == "declined":
        said, note = _("You said that you do not sign. You can change your mind."), ""
    elif first["signed_before"]:
        said = _("Read what is new, then sign.")
    else:
        said = _("Read it, then sign.")
    return Next(
        _("Your signature is missing"), said, "sign", note, ways[0]["label"], ways[0]["url"], tuple(ways[1:])
    )


def _to_fix(actor: Actor, row: NetworkView, seen: VersionView, title: str, label: str, url: str) -> Next:
    """Who said that the text may be fixed and who is missing; where there is no meta-mentor, that comes
    first."""
    said, ways = how_far_fixed(seen["frozen_by"]), [(label, url)]
    note, appointing = who_is_lacking(actor, row, seen)
    if appointing is not None:
        ways.insert(0, appointing)
    others = tuple({"label": label, "url": url} for label, url in ways[1:])
    return Next(title, said, "lock" if any(seen["frozen_by"].values()) else "talk", note, *ways[0], others)


def how_far_fixed(frozen_by: Mapping[str, object]) -> str:
    """Who of the two said that the text may be fixed, and who is missing."""
    if frozen_by["steward"]:
        return _(
            "The contact of the organisation has said that the text may be fixed. A meta-mentor is missing."
        )
    if frozen_by["meta_mentor"]:
        return _(
            "A meta-mentor has said that the text may be fixed. The contact of the organisation is missing."
        )
    return _("A meta-mentor and the contact of the organisation can fix the text now.")


def fixes(actor: Actor, row: NetworkView, frozen_by: Mapping[str, object]) -> bool:
    """Whether the reader's own word is missing for fixing the text: who has said it is not asked again."""
    hosts, stands_for = networks.is_host(actor, row["id"]), networks.is_steward(actor, row["id"])
    return bool((hosts and not frozen_by["meta_mentor"]) or (stands_for and not frozen_by["steward"]))


def who_is_lacking(actor: Actor, row: NetworkView, seen: VersionView) -> tuple[str, tuple[str, str] | None]:
    """That nobody is there who could fix the text as a meta-mentor, and for who appoints the way there; empty
    where somebody is or has said it already."""
    running = membership.running_appointments(row["id"])
    if seen["frozen_by"]["meta_mentor"] or any(one["role"] in ("meta_mentor", "deputy") for one in running):
        return "", None
    note = _("There is no meta-mentor here yet. Somebody has to be appointed first.")
    if not networks.is_steward(actor, row["id"]):
        return note, None
    return note, (_("Appoint somebody"), url_for("membership.roles", slug=row["slug"]))


def _to_decide(actor: Actor, row: NetworkView, seen: VersionView) -> Next:
    title, said = _("The text is fixed"), _("Now the members decide whether they want it.")
    running = decisions.open_decision_about(EFFECT, seen["id"])
    if running is not None:
        return Next(title, said, "lock", "", _("To the decision"), way_to_decision(running))
    note = ""
    if seen["consent_until"] is not None:
        note = _(
            "Somebody has to ask by %(day)s, else it does not come about.", day=day(seen["consent_until"])
        )
    if decisions.may_draft_decision(actor, row["id"]):
        way = url_for("agreement_steps.step", slug=row["slug"], version_id=seen["id"], act="consent")
        return Next(title, said, "lock", note, _("Ask everybody"), way)
    return Next(title, said, "lock", note)


def way_to_decision(decision_id: str) -> str:
    """Where a decision is answered."""
    return url_for("decisions.decision", decision_id=decision_id)


def acts_of(
    actor: Actor, row: NetworkView, seen: VersionView, mine: Sequence[OwnSignature]
) -> list[dict[str, str]]:
    """What else the reader can do with a version, as links."""
    here: dict[str, Any] = {"slug": row["slug"], "version_id": seen["id"]}
    drafts = bool(agreements.may_draft_version(actor, row["id"]))
    found = [
        (str(words_of(step, seen)["title"]), url_for("agreement_steps.step", act=step, **here))
        for step in steps_open(actor, row, seen)
        if step != "consent"  # it stands on top
    ]
    if seen["state"] == "in_force" and drafts and not seen["builtin"]:
        start: dict[str, Any] = {
            "slug": row["slug"],
            "agreement_id": seen["agreement_id"],
            "start": f"version:{seen['id']}",
        }
        found.append((_("Change something"), url_for("drafting.begin", **start)))
    elif seen["state"] == "in_force" and drafts:
        begin = url_for("drafting.begin", slug=row["slug"], agreement_id=seen["agreement_id"])
        found.append((_("Write rules of our own"), begin))
    for one in mine:
        if one["state"] == "signed" and seen["state"] in SIGNABLE:
            way = url_for("signing.withdraw", organisation_id=one["organisation_id"], **here)
            found.append((_("Take my signature back"), way))
    return [{"label": label, "url": url} for label, url in found]


def steps_open(actor: Actor, row: NetworkView, seen: VersionView) -> list[str]:
    """The steps that the reader can take with a version now."""
    state, network_id = seen["state"], row["id"]
    drafts = bool(agreements.may_draft_version(actor, network_id))
    leads = bool(agreements.may_open_deliberation(actor, network_id))
    found = []
    if state == "draft" and leads:
        if not seen["is_renewal"]:
            found.append("opening")
        elif not seen["is_correction"] and fixes(actor, row, seen["frozen_by"]):
            found.append("freeze")  # the same words for another term are not talked about again
    if state == "deliberation" and seen["is_correction"]:
        found += ["objection"] if networks.is_member(actor, network_id) else []
    if state == "deliberation" and not seen["is_correction"]:
        found += ["freeze"] if fixes(actor, row, seen["frozen_by"]) else []
        found += ["rework"] if leads else []
    if state == "frozen" and decisions.may_draft_decision(actor, network_id):
        found += ["consent"] if decisions.open_decision_about(EFFECT, seen["id"]) is None else []
    if state == "signing" and agreements.may_activate_version(actor, network_id):
        found.append("activation")
    if state in ("draft", "deliberation") and agreements.may_change_version(
        actor, network_id, seen["drafters"]
    ):
        found.append("abandonment")
    if state == "in_force" and not seen["builtin"] and drafts:
        found.append("correction")
    if state == "in_force" and _can_end(seen) and decisions.may_draft_decision(actor, network_id):
        found += ["termination"] if agreements.open_end(seen["id"]) is None else []
    return found


def _can_end(seen: VersionView) -> bool:
    return not seen["builtin"] and seen["kind"] != "communication_rules" and seen["end_reason"] is None


def end_of_version(seen: VersionView) -> dict[str, str] | None:
    """That a version in force ends, or that its end was proposed: a sentence, and the way to the decision
    where there is one; None where nobody wants that."""
    if seen["state"] != "in_force":
        return None
    if seen["end_reason"] is not None and seen["valid_until"] is not None:
        return {"said": _("It ends. Its last day: %(day)s", day=day(seen["valid_until"])), "url": ""}
    running = agreements.open_end(seen["id"])
    if running is None:
        return None
    said = _("Somebody proposes to end it. Until that is decided it holds.")
    return {"said": said, "url": way_to_decision(running)}


def capacity_of(organisation_id: str | None) -> tuple[str, str | None]:
    """For whom somebody signs, as the rules name it."""
    return ("organisation", organisation_id) if organisation_id else ("member", None)
