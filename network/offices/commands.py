"""What can be done about a network's office: settle whether there is one, and say what one should know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from models.offices import Office
from network import decisions, networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.offices.events import OfficeDecided
from network.offices.policy import Settlement, may_decide_office, may_forget_contact, may_see_office
from network.offices.queries import OfficeView, is_of_network, office_view
from network.offices.rules import DecisionUnfit, check_office

ROLES = ("meta_mentor", "deputy", "steward")
PEOPLE = ("contact_user_id", "substitute_user_id")


@command
def decide_office(
    actor: Actor,
    network_id: str,
    said: Mapping[str, Any],
    *,
    decision_id: str | None = None,
    expected_version: int | None = None,
) -> OfficeView:
    """Settle that a network has an office or has none (N10), with `reason`, `contact`, `contact_user_id`,
    `substitute`, `substitute_user_id`, `hours` [{weekday from 0, from, to}], `time_zone` (the actor's own
    where hours have none) and `tasks`; what is left out is empty. By the meta-mentor of a Small network, by
    the steward until the organisation phase, else with the id of a decision without an effect that passed;
    whoever leads keeps the details of what was decided together up to date without another one. In the audit
    trail. Raises NotFound, Forbidden, DecisionRequired, DecisionUnfit, VersionConflict, Invalid by field.
    Fact: OfficeDecided."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_office(actor, network))
    networks.lock_network(network.id)  # of two who settle it at once one comes second and is told so
    row = session().get(Office, network.id)
    # What was decided together once is kept up to date without asking everybody for each telephone number.
    together = row is not None and row.decision_id is not None and row.exists == said["exists"]
    require(may_decide_office(actor, Settlement(network, together or decision_id is not None)))
    if decision_id is not None:
        _check_decision(actor, row, network.id, decision_id)
    if expected_version is not None:
        seen: Any = row if row is not None else Office(version=0)
        check_version(seen, expected_version, lambda _row: office_view(network.id))
    clean = check_office(_with_zone(actor, said))
    named = _named(network.id, said) if clean["exists"] else dict.fromkeys(PEOPLE)
    before = None if row is None else {"exists": row.exists}
    if row is None:
        row = Office(network_id=network.id, version=0)
        session().add(row)
    for field, value in {**clean, **named}.items():
        setattr(row, field, value)
    row.decision_id = decision_id or (row.decision_id if together else None)
    row.decided_by, row.decided_at = actor.id, runtime.current().clock.now()
    row.version += 1
    session().flush()
    append(
        actor, "office.decided", "office", network.id, network_id=network.id,
        acting_role=_role(actor, network.id), before=before,
        after={"exists": row.exists, "decision_id": row.decision_id},
    )  # fmt: skip
    _tell(row)
    return office_view(network.id)


def _check_decision(actor: Actor, row: Office | None, network_id: str, decision_id: str) -> None:
    """Raise DecisionUnfit unless the decision is this network's, passed, has no effect of its own, and came
    after what holds now: an old one does not undo a newer one."""
    if row is not None and row.decision_id == decision_id:
        return
    try:
        found = decisions.get_decision(actor, decision_id)
    except NotFound:
        raise DecisionUnfit() from None
    result = found["result"]
    if result is None or result["outcome"] != "passed":
        raise DecisionUnfit()
    if found["network_id"] != network_id or found["effect"] is not None:
        raise DecisionUnfit()
    if found["kind"] not in ("consent", "choice"):
        raise DecisionUnfit()  # a mood settles nothing, nor does what was asked about a person
    if row is not None and row.decision_id is not None and result["closed_at"] <= row.decided_at:
        raise DecisionUnfit()


def _with_zone(actor: Actor, said: Mapping[str, Any]) -> Mapping[str, Any]:
    return said if said.get("time_zone") else {**said, "time_zone": actor.time_zone}


def _named(network_id: str, said: Mapping[str, Any]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for field in PEOPLE:
        found[field] = said.get(field) or None
        if (user_id := found[field]) is not None and not is_of_network(network_id, user_id):
            raise Invalid({field: FieldFault.of(_("Choose somebody who belongs to this network."))})
    return found


def _role(actor: Actor, network_id: str) -> str | None:
    return next((role for role in ROLES if actor.has_role(network_id, role)), None)


@command
def forget_contact(actor: Actor, user_id: str, network_id: str | None = None) -> None:
    """Take somebody who was erased out of every office, or out of that of one network which she left, with
    the words about her: how she is reached, when she stands in. Refused to all but the system. Fact:
    OfficeDecided."""
    require(may_forget_contact(actor))
    named = or_(Office.contact_user_id == user_id, Office.substitute_user_id == user_id)
    rows = select(Office).where(named).order_by(Office.network_id).with_for_update()
    if network_id is not None:
        rows = rows.where(Office.network_id == network_id)
    for row in session().scalars(rows).all():
        if network_id is not None and is_of_network(network_id, user_id):
            continue  # she still acts for the organisation
        if row.contact_user_id == user_id:
            row.contact_user_id = row.contact = None
        if row.substitute_user_id == user_id:
            row.substitute_user_id = row.substitute = None
        row.version += 1
        session().flush()
        _tell(row)


def _tell(row: Office) -> None:
    record(
        OfficeDecided(
            scope=f"network:{row.network_id}", entity_id=row.network_id, entity_version=row.version,
            exists=row.exists,
        )
    )  # fmt: skip
