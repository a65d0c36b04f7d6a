"""What can be done with a network itself: found it, change what it says of itself, switch features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from models.networks import Network
from network import courses, organisations
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.networks.events import NetworkChanged, NetworkFounded, PhaseChanged
from network.networks.policy import may_change_network, may_found_network, may_set_features
from network.networks.queries import NetworkView, lock_network, network_view, visible_network_row
from network.networks.rules import (
    PHASES,
    OrganisationRefused,
    check_fields,
    check_switches,
    features_of,
    free_slug,
    slug_of,
    with_features,
)

_CHANGEABLE = frozenset({"name", "purpose", "languages", "country", "visibility", "course_session_id"})
_SLUG_TRIES = 20


@command
def create_network(
    actor: Actor,
    *,
    name: str,
    purpose: str,
    organisation_id: str,
    languages: Sequence[str],
    country: str,
    visibility: str = "private",
    course_session_id: str | None = None,
    features: str = "small",
) -> NetworkView:
    """Found a network in the phase `initiation`, with the word of its address made from its name. Rooms,
    rules and the founder's membership come from above (roadmap.found_network). Refused to who is no steward
    of the organisation; Invalid for fields that cannot be taken; OrganisationRefused."""
    organisation = _organisation(organisation_id)
    require(may_found_network(actor, organisation))
    if organisation.state == "refused":
        raise OrganisationRefused()
    clean = check_fields(
        {
            "name": name, "purpose": purpose, "languages": languages, "country": country,
            "visibility": visibility, "features": features,
        },
        _faults_of_course_session(course_session_id, organisation_id),
    )  # fmt: skip
    now = runtime.current().clock.now()
    network = _add(
        Network(
            id=new_id(), name=clean["name"], purpose=clean["purpose"], organisation_id=organisation_id,
            course_session_id=course_session_id, parent_id=None, languages=clean["languages"],
            country=clean["country"], visibility=clean["visibility"], phase=PHASES[0], phase_since=now,
            overlay=None, size=clean["features"], features={}, rules_version_id=None,
            created_by=actor.id, created_at=now, version=1,
        )
    )  # fmt: skip
    append(
        actor, "network.foundation", "network", network.id, network_id=network.id, acting_role="steward",
        after={"organisation_id": organisation_id, "phase": network.phase, "visibility": network.visibility},
    )  # fmt: skip
    record(
        NetworkFounded(scope=f"network:{network.id}", entity_id=network.id, organisation_id=organisation_id)
    )
    return network_view(network)


@command
def change_network(
    actor: Actor, network_id: str, expected_version: int | None, changes: Mapping[str, Any]
) -> NetworkView:
    """Change name, purpose, languages, country, visibility or the linked course session. The word in the
    address stays, so that links hold. Refused to who is neither meta-mentor nor steward; VersionConflict when
    somebody was faster (None: whatever is there now is meant); Invalid."""
    network = visible_network_row(actor, network_id)
    require(may_change_network(actor, network))
    network = lock_network(network.id)
    if expected_version is not None:
        check_version(network, expected_version, network_view)
    if not set(changes) <= _CHANGEABLE:
        raise ValueError(f"not to be changed here: {sorted(set(changes) - _CHANGEABLE)}")
    linked = changes.get("course_session_id")
    clean = check_fields(changes, _faults_of_course_session(linked, network.organisation_id))
    changed = [field for field, value in clean.items() if getattr(network, field) != value]
    if not changed:
        return network_view(network)
    before = {"visibility": network.visibility}
    for field in changed:
        setattr(network, field, clean[field])
    if "visibility" in changed:
        # Who can see a network is nothing to change without a trace.
        append(
            actor, "network.visibility", "network", network.id, network_id=network.id,
            acting_role=_role(actor, network), before=before, after={"visibility": network.visibility},
        )  # fmt: skip
    _note_change(network, *changed)
    return network_view(network)


@command
def set_features(actor: Actor, network_id: str, wanted: Mapping[str, bool]) -> NetworkView:
    """Switch the named features on or off; the others stay. By the meta-mentor of a Small network or by the
    steward until the organisation phase, with proof; DecisionRequired to who may only propose it; Invalid for
    names that no feature has."""
    network = visible_network_row(actor, network_id)
    require(may_set_features(actor, network))
    return _switch(actor, lock_network(network.id), wanted, _role(actor, network))


def check_decided_features(_actor: Actor, _network_id: str, _effect_id: str | None, value: Any) -> None:
    """Whether the network can decide to switch `value`, `{name: bool}`. Raises Invalid."""
    check_switches(value)


@command
def set_features_as_decided(
    actor: Actor, network_id: str, _effect_id: str | None, value: Any, decision_id: str
) -> None:
    """Switch features as the network decided; in the audit trail, with the decision. Refused to everybody but
    the system; Invalid for names that no feature has."""
    require(is_system(actor, None))
    _switch(actor, lock_network(network_id), check_switches(value), None, decision_id=decision_id)


def _switch(
    actor: Actor, network: Network, wanted: Mapping[str, bool], role: str | None, **trail: str
) -> NetworkView:
    before, kept = features_of(network), with_features(network, wanted)
    if kept == network.features:
        return network_view(network)
    network.features = kept
    after = features_of(network)
    switched = [name for name in after if after[name] != before[name]]
    append(
        actor, "network.features", "network", network.id, network_id=network.id,
        acting_role=role, before={name: before[name] for name in switched},
        after={name: after[name] for name in switched} | trail,
    )  # fmt: skip
    _note_change(network, "features")
    return network_view(network)


def set_phase(network_id: str, phase: str) -> Network:
    """Put the network into a phase, within the command of a higher capability, which asked who may, looked at
    the gate and writes the audit row. Records PhaseChanged."""
    if phase not in PHASES:
        raise ValueError(phase)
    network = lock_network(network_id)
    before = network.phase
    network.phase, network.phase_since = phase, runtime.current().clock.now()
    network.version += 1
    session().flush()
    record(
        PhaseChanged(
            scope=f"network:{network_id}", entity_id=network_id, entity_version=network.version,
            from_phase=before, to_phase=phase,
        )
    )  # fmt: skip
    return network


def set_rules_version(network_id: str, version_id: str) -> Network:
    """Say which version of the communication rules holds, within the command of a higher capability."""
    network = lock_network(network_id)
    network.rules_version_id = version_id
    _note_change(network, "rules_version_id")
    return network


def _note_change(network: Network, *changed: str) -> None:
    network.version += 1
    session().flush()
    record(
        NetworkChanged(
            scope=f"network:{network.id}", entity_id=network.id, entity_version=network.version,
            fields=changed,
        )
    )  # fmt: skip


def _role(actor: Actor, network: Network) -> str:
    return "steward" if network.organisation_id in actor.stewardships else "meta_mentor"


def _add(network: Network) -> Network:
    work, wanted = session(), slug_of(network.name, network.languages[0])
    for _try in range(_SLUG_TRIES):
        alike = select(Network.slug).where(or_(Network.slug == wanted, Network.slug.like(f"{wanted}-%")))
        network.slug = free_slug(wanted, frozenset(work.scalars(alike)))
        try:
            with work.begin_nested():
                work.add(network)
                work.flush()
        except IntegrityError:
            # Another network of the same name was founded at this moment; its number is taken now.
            continue
        return network
    raise RuntimeError("no free word for the address was found")


def _organisation(organisation_id: str) -> Any:
    try:
        return organisations.organisation_row(organisation_id)
    except NotFound:
        raise Invalid({"organisation_id": FieldFault.of(_("There is no such organisation."))}) from None


def _faults_of_course_session(course_session_id: str | None, organisation_id: str) -> dict[str, FieldFault]:
    if course_session_id is None:
        return {}
    try:
        held_by = courses.course_session_row(course_session_id).organisation_id
    except NotFound:
        held_by = None
    if held_by == organisation_id:
        return {}
    return {"course_session_id": FieldFault.of(_("This course does not belong to the organisation."))}
