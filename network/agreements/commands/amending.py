"""How a member proposes other words for a clause, who joins her, and until when that goes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion, Amendment, AmendmentSponsor
from network import networks
from network.agreements.commands.commenting import clause_of
from network.agreements.commands.telling import role_of, tell
from network.agreements.commands.wording import lock_version
from network.agreements.events import (
    AmendmentChanged,
    AmendmentSubmitted,
    VersionChanged,
)
from network.agreements.policy.deliberation import may_amend, may_answer_amendment, may_change_amendment
from network.agreements.queries.deliberation import (
    OwnAmendmentView,
    show_amendments,
    shown_amendment,
    visible_amendment,
)
from network.agreements.queries.holders import said_freeze, still
from network.agreements.queries.versions import VersionView, shown, visible_version
from network.agreements.rules.amendments import (
    AMENDMENT,
    DRAFT,
    SPONSORED,
    SUBMITTED,
    UNDER_DISCUSSION,
    AmendmentsClosed,
    ClauseChanged,
    NotInDeliberation,
    clean_amendment,
)
from network.agreements.rules.versions import DELIBERATION
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import Forbidden, InvalidTransition
from network.kernel.events import Fact, record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import add_once, command, session
from network.kernel.transitions import check_version, transition


@command
def submit_amendment(
    actor: Actor,
    version_id: str,
    clause_id: str,
    clause_hash: str,
    text: str,
    reason: str,
    *,
    draft: bool = False,
) -> OwnAmendmentView:
    """Propose another text for a clause, made on the words that have `clause_hash`; as a `draft` it is the
    author's alone until she submits it. Raises NotFound, Forbidden to who is neither active member nor
    steward, RulesNotAccepted, FeatureOff where the network has no amendments, NotInDeliberation,
    AmendmentsClosed, ClauseChanged for another hash, Invalid by field."""
    version, document = visible_version(actor, version_id)
    require(may_amend(actor, document.network_id))
    networks.check_feature(networks.network_row(document.network_id), "amendments")
    lock_version(version)
    _check_open(version, document)
    clause = clause_of(version, clause_id)
    if clause.hash != clause_hash:
        raise ClauseChanged(clause_id=clause_id, clause_hash=clause.hash)
    text, reason = clean_amendment(text, reason, clause.text)
    amendment = Amendment(
        id=new_id(), version_id=version.id, clause_id=clause_id, clause_hash=clause.hash, before=clause.text,
        text=text, reason=reason, state=DRAFT if draft else SUBMITTED, submitted_by=actor.id,
        accepted_text=None, answer=None, answered_by=None, answered_at=None, decision_id=None,
        created_at=runtime.current().clock.now(), version=1,
    )  # fmt: skip
    session().add(amendment)
    session().flush()
    if not draft:
        note(AmendmentSubmitted, amendment, document)
    return show_amendments(actor, [amendment])[0]


@command
def resubmit_amendment(
    actor: Actor,
    amendment_id: str,
    expected_version: int,
    clause_hash: str,
    text: str | None = None,
    reason: str | None = None,
) -> OwnAmendmentView:
    """Bring a draft forward, or an outdated amendment anew on the words of now, which have `clause_hash`;
    without `text` and `reason` with those it has. Who stood behind other words does not stand behind these.
    By its author. Raises as `submit_amendment`, besides VersionConflict, InvalidTransition."""
    amendment, version, document = locked(actor, amendment_id)
    require(may_change_amendment(actor, amendment.submitted_by))
    require(may_amend(actor, document.network_id))
    networks.check_feature(networks.network_row(document.network_id), "amendments")
    check_version(amendment, expected_version, shown_amendment)
    if not AMENDMENT.can(amendment.state, "submission"):
        raise InvalidTransition(state=amendment.state)
    _check_open(version, document)
    clause = clause_of(version, amendment.clause_id)
    if clause.hash != clause_hash:
        raise ClauseChanged(clause_id=clause.clause_id, clause_hash=clause.hash)
    said = amendment.text if text is None else text
    said, why = clean_amendment(said, amendment.reason if reason is None else reason, clause.text)
    if said != amendment.text:
        for sponsor in sponsors_of(amendment):
            session().delete(sponsor)
    amendment.text, amendment.reason = said, why
    amendment.before, amendment.clause_hash = clause.text, clause.hash
    step(actor, amendment, document, "submission", expected_version)
    note(AmendmentSubmitted, amendment, document)
    return show_amendments(actor, [amendment])[0]


@command
def co_sponsor_amendment(
    actor: Actor, amendment_id: str, expected_version: int | None = None
) -> OwnAmendmentView:
    """Stand behind somebody's amendment; a second time changes nothing. The first one brings it under
    discussion. Whoever says which version she saw stands behind no other words (docs/decisions/0023). Raises
    NotFound, Forbidden to its author and to who is neither active member nor steward, NotInDeliberation,
    InvalidTransition when it has ended, VersionConflict."""
    amendment, version, document = locked(actor, amendment_id)
    require(may_amend(actor, document.network_id))
    if amendment.submitted_by == actor.user_id:
        raise Forbidden()
    _check_talked_about(version)
    if amendment.state not in SPONSORED or amendment.decision_id is not None:
        raise InvalidTransition(state=amendment.state)
    # Others who stood behind it at the same moment brought it under discussion: the words are the same.
    as_submitted = amendment.state == UNDER_DISCUSSION and expected_version == amendment.version - 1
    if expected_version is not None and not as_submitted:
        check_version(amendment, expected_version, shown_amendment)
    now = runtime.current().clock.now()
    if not add_once(AmendmentSponsor(amendment_id=amendment.id, user_id=actor.id, since=now)):
        return show_amendments(actor, [amendment])[0]
    if amendment.state == SUBMITTED:
        step(actor, amendment, document, "discussion")
    note(AmendmentChanged, amendment, document)
    return show_amendments(actor, [amendment])[0]


@command
def discuss_amendment(actor: Actor, amendment_id: str, expected_version: int) -> OwnAmendmentView:
    """Say that an amendment is being talked about. By who leads the network. Raises NotFound, Forbidden,
    NotInDeliberation, VersionConflict, InvalidTransition."""
    amendment, version, document = locked(actor, amendment_id)
    require(may_answer_amendment(actor, document.network_id))
    _check_talked_about(version)
    step(actor, amendment, document, "discussion", expected_version)
    note(AmendmentChanged, amendment, document)
    return show_amendments(actor, [amendment])[0]


@command
def open_amendments(actor: Actor, version_id: str, expected_version: int, *, is_open: bool) -> VersionView:
    """Close a version for new amendments while those that are there go on, or open it again. By who leads the
    network. Raises NotFound, Forbidden, FeatureOff, VersionConflict, NotInDeliberation."""
    version, document = visible_version(actor, version_id)
    require(may_answer_amendment(actor, document.network_id))
    networks.check_feature(networks.network_row(document.network_id), "amendments")
    lock_version(version)
    check_version(version, expected_version, lambda row: shown(row, document))
    if version.state != DELIBERATION or version.is_correction:
        raise NotInDeliberation(state=version.state)
    if version.amendments_open != is_open:
        version.amendments_open = is_open
        version.version += 1
        append(
            actor, "agreement_version.amendments", "agreement_version", version.id,
            network_id=document.network_id, acting_role=role_of(actor, document.network_id),
            before={"amendments_open": not is_open}, after={"amendments_open": is_open},
        )  # fmt: skip
        tell(VersionChanged, version, document)
    return shown(version, document)


def locked(actor: Actor, amendment_id: str) -> tuple[Amendment, AgreementVersion, Agreement]:
    """Within a command: an amendment that is open to the actor, as it is now, behind its version's lock: in
    this order, so that it is answered and its text fixed one after the other. Raises NotFound."""
    amendment = visible_amendment(actor, amendment_id)
    return locked_row(amendment)


def locked_row(amendment: Amendment) -> tuple[Amendment, AgreementVersion, Agreement]:
    """`locked` for a row that was found already."""
    version = lock_version(session().get_one(AgreementVersion, amendment.version_id))
    session().refresh(amendment, with_for_update=True)
    return amendment, version, session().get_one(Agreement, version.agreement_id)


def step(
    actor: Actor,
    amendment: Amendment,
    document: Agreement,
    action: str,
    expected_version: int | None = None,
    reason: str | None = None,
) -> str:
    """Take a step of the machine with its audit row; returns the state it came from."""
    return transition(
        AMENDMENT, amendment, action, actor, expected_version=expected_version, show=shown_amendment,
        network_id=document.network_id, acting_role=role_of(actor, document.network_id), reason=reason,
    )  # fmt: skip


def note(fact: type[Fact], amendment: Amendment, document: Agreement) -> None:
    """Record a fact about an amendment."""
    session().flush()
    more: dict[str, Any] = {
        "version_id": amendment.version_id, "clause_id": amendment.clause_id,
        "author_id": amendment.submitted_by, "state": amendment.state,
    }  # fmt: skip
    record(
        fact(
            scope=f"network:{document.network_id}", entity_id=amendment.id, entity_version=amendment.version,
            **more,
        )
    )  # fmt: skip


def sponsors_of(amendment: Amendment) -> list[AmendmentSponsor]:
    """Who stands behind it, the first first."""
    wanted = select(AmendmentSponsor).where(AmendmentSponsor.amendment_id == amendment.id)
    return list(session().scalars(wanted.order_by(AmendmentSponsor.since, AmendmentSponsor.user_id)))


def standing_sponsors(amendment: Amendment, document: Agreement) -> list[AmendmentSponsor]:
    """Those of them who still belong: who left stands behind nothing."""
    law = networks.sees_inside
    return [one for one in sponsors_of(amendment) if still(one.user_id, document.network_id, law)]


def _check_talked_about(version: AgreementVersion) -> None:
    if version.state != DELIBERATION:
        raise NotInDeliberation(state=version.state)


def _check_open(version: AgreementVersion, document: Agreement) -> None:
    _check_talked_about(version)
    # Once somebody has said that the text may be fixed, what is there is answered and nothing new comes.
    if not version.amendments_open or any(said_freeze(version, document.network_id)):
        raise AmendmentsClosed()
