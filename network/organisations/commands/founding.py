"""An organisation is entered, changed, and looked at by the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from models.organisations import Organisation
from models.people import User
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import Machine, check_version, transition
from network.kernel.translation import mark as _
from network.organisations.commands.stewards import start_stewardship
from network.organisations.events import (
    OrganisationChanged,
    OrganisationDecided,
    OrganisationFounded,
    OrganisationResubmitted,
)
from network.organisations.policy import (
    may_change_organisation,
    may_decide_verification,
    may_found_organisation,
    may_resubmit,
)
from network.organisations.queries.organisations import (
    OrganisationView,
    lock_organisation,
    my_organisations,
    organisation_view,
    visible_organisation_row,
)
from network.organisations.queries.stewards import stewards_of
from network.organisations.rules import DECISIONS, STEPS, check_answer, check_fields, check_reason

_ACTIONS = {"verified": "verification", "refused": "refusal"}

# Whoever acts for an organisation does not vouch for it as well.
VERIFICATION = Machine(
    "organisation",
    STEPS,
    parties=lambda row: frozenset(stewards_of(row.id)),
    decided_by_others=frozenset(_ACTIONS.values()),
)


@command
def found_organisation(actor: Actor, name: str, country: str, **facts: str | None) -> OrganisationView:
    """Enter an organisation; it waits as `pending` for the operators, who get a letter, and the founder acts
    for it. `facts` by which they can tell who it is may be given or not: `website`, `register_entry`,
    `contact_note`. Records OrganisationFounded and StewardAdded. Raises Unauthenticated; Invalid, also when
    she already acts for one of that name: the button was pressed twice."""
    require(may_found_organisation(actor))
    clean = check_fields({"name": name, "country": country, **facts})
    if any(own["name"].casefold() == clean["name"].casefold() for own in my_organisations(actor)):
        raise Invalid({"name": FieldFault.of(_("You already act for an organisation of this name."))})
    now = runtime.current().clock.now()
    organisation = Organisation(
        id=new_id(), time_zone=actor.time_zone, state="pending", asked_at=now, answer=None,
        created_by=actor.id, created_at=now, version=1, **clean,
    )  # fmt: skip
    session().add(organisation)
    session().flush()
    append(
        actor, "organisation.foundation", "organisation", organisation.id, acting_role="founder",
        after={"state": "pending", "country": organisation.country},
    )  # fmt: skip
    record(OrganisationFounded(scope=f"organisation:{organisation.id}", entity_id=organisation.id))
    start_stewardship(organisation, actor.id)
    _tell_operators(actor, organisation)
    acting = replace(actor, stewardships={*actor.stewardships, organisation.id})
    return organisation_view(acting, organisation)


@command
def resubmit_organisation(
    actor: Actor, organisation_id: str, answer: str, expected_version: int
) -> OrganisationView:
    """Answer a refusal: the organisation waits for the operators again, who get a letter, and the time by
    which it is decided begins anew. Records OrganisationResubmitted. Refused to all but stewards; NotFound;
    VersionConflict; InvalidTransition when it was not refused; Invalid."""
    require(may_resubmit(actor, visible_organisation_row(actor, organisation_id)))
    text = check_answer(answer)
    organisation = lock_organisation(organisation_id)
    transition(
        VERIFICATION, organisation, "resubmission", actor, expected_version=expected_version,
        show=lambda row: organisation_view(actor, row), acting_role="steward", reason=text,
    )  # fmt: skip
    organisation.answer, organisation.asked_at = text, runtime.current().clock.now()
    session().flush()
    record(
        OrganisationResubmitted(
            scope=f"organisation:{organisation.id}", entity_id=organisation.id,
            entity_version=organisation.version,
        )
    )  # fmt: skip
    _tell_operators(actor, organisation)
    return organisation_view(actor, organisation)


@command
def change_organisation(
    actor: Actor, organisation_id: str, expected_version: int | None, changes: Mapping[str, Any]
) -> OrganisationView:
    """Change name, country or what it says about itself. Refused to all but stewards; NotFound;
    VersionConflict when somebody was faster (None: whatever is there now is meant); Invalid. Records
    OrganisationChanged and, since others trust the name, an audit row."""
    require(may_change_organisation(actor, visible_organisation_row(actor, organisation_id)))
    organisation = lock_organisation(organisation_id)
    if expected_version is not None:
        check_version(organisation, expected_version, lambda row: organisation_view(actor, row))
    clean = check_fields(changes)
    before = {field: getattr(organisation, field) for field in clean}
    changed = {field: value for field, value in clean.items() if value != before[field]}
    if not changed:
        return organisation_view(actor, organisation)
    for field, value in changed.items():
        setattr(organisation, field, value)
    organisation.version += 1
    session().flush()
    append(
        actor, "organisation.change", "organisation", organisation.id, acting_role="steward",
        before={field: before[field] for field in changed if field != "contact_note"},
        # How somebody is reached may be forgotten one day, and the trail is kept.
        after={field: value for field, value in changed.items() if field != "contact_note"},
    )  # fmt: skip
    record(
        OrganisationChanged(
            scope=f"organisation:{organisation.id}", entity_id=organisation.id,
            entity_version=organisation.version,
        )
    )  # fmt: skip
    return organisation_view(actor, organisation)


@command
def decide_verification(
    actor: Actor, organisation_id: str, decision: str, reason: str | None, expected_version: int
) -> OrganisationView:
    """Verify an organisation or refuse it, with a reason for a refusal; its stewards get a letter. What was
    refused can be verified later and the other way round. Records OrganisationDecided. Refused to all but
    the operator, and to an operator who acts for it (PartyToMatter); NotFound; VersionConflict;
    InvalidTransition; Invalid."""
    organisation = visible_organisation_row(actor, organisation_id)
    require(may_decide_verification(actor, organisation))
    if decision not in DECISIONS:
        raise ValueError(decision)
    text = check_reason(decision, reason)
    organisation = lock_organisation(organisation_id)
    transition(
        VERIFICATION, organisation, _ACTIONS[decision], actor, expected_version=expected_version,
        show=lambda row: organisation_view(actor, row), acting_role="operator", reason=text,
    )  # fmt: skip
    organisation.decided_reason, organisation.decided_by = text, actor.id
    organisation.decided_at = runtime.current().clock.now()
    session().flush()
    record(
        OrganisationDecided(
            scope=f"organisation:{organisation.id}", entity_id=organisation.id,
            entity_version=organisation.version, state=organisation.state,
        )
    )  # fmt: skip
    for user_id in stewards_of(organisation.id):
        reached = people.address_of(user_id)
        if reached is not None:
            post(
                "organisation_decided", *reached, organisation_id=organisation.id,
                version=organisation.version,
            )  # fmt: skip
    return organisation_view(actor, organisation)


def _tell_operators(actor: Actor, organisation: Organisation) -> None:
    for user_id in session().scalars(select(User.id).where(User.is_operator)):
        reached = people.address_of(user_id)
        if reached is not None:
            post("organisation_waits", *reached, organisation_id=organisation.id, by=actor.id)
