"""How an amendment is taken back by its author, or goes on under somebody who stands behind it."""

from __future__ import annotations

from models.agreements import Agreement, Amendment, AmendmentSponsor
from network import membership
from network.agreements.commands.amending import locked, note, standing_sponsors, step
from network.agreements.events import AmendmentChanged, AmendmentWithdrawn
from network.agreements.policy.deliberation import may_amend, may_change_amendment
from network.agreements.queries.deliberation import OwnAmendmentView, show_amendments, shown_amendment
from network.agreements.rules.amendments import AMENDMENT, DRAFT, SPONSORED, AuthorStillHere, CoSponsored
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Forbidden, Invalid, InvalidTransition
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _


@command
def withdraw_amendment(
    actor: Actor, amendment_id: str, expected_version: int, hand_over_to: str | None = None
) -> OwnAmendmentView:
    """Take one's own amendment back. Where others stand behind it, it is theirs too: it goes on under the
    co-sponsor `hand_over_to`. Raises NotFound, Forbidden to everybody but its author, VersionConflict,
    InvalidTransition, CoSponsored where others stand behind it and none is named, Invalid for somebody who
    does not."""
    amendment, _version, document = locked(actor, amendment_id)
    require(may_change_amendment(actor, amendment.submitted_by))
    check_version(amendment, expected_version, shown_amendment)
    if not AMENDMENT.can(amendment.state, "withdrawal"):
        raise InvalidTransition(state=amendment.state)
    behind = {sponsor.user_id: sponsor for sponsor in standing_sponsors(amendment, document)}
    if hand_over_to is not None:
        if hand_over_to not in behind:
            raise Invalid({"hand_over_to": FieldFault.of(_("This person does not support the proposal."))})
        return _pass_on(actor, amendment, document, behind[hand_over_to])
    if behind:
        raise CoSponsored(count=len(behind))
    was_draft = amendment.state == DRAFT
    step(actor, amendment, document, "withdrawal", expected_version)
    if not was_draft:
        note(AmendmentWithdrawn, amendment, document)
    return show_amendments(actor, [amendment])[0]


@command
def take_over_amendment(actor: Actor, amendment_id: str, expected_version: int) -> OwnAmendmentView:
    """Go on with an amendment that one stands behind, when its author is no member any more. Raises NotFound,
    Forbidden to who does not stand behind it, VersionConflict, AuthorStillHere, InvalidTransition."""
    amendment, _version, document = locked(actor, amendment_id)
    require(may_amend(actor, document.network_id))
    check_version(amendment, expected_version, shown_amendment)
    own = session().get(AmendmentSponsor, (amendment.id, actor.id))
    if own is None:
        raise Forbidden()
    if amendment.state not in SPONSORED:
        raise InvalidTransition(state=amendment.state)
    if membership.running_membership(document.network_id, amendment.submitted_by) is not None:
        raise AuthorStillHere()
    return _pass_on(actor, amendment, document, own)


def _pass_on(
    actor: Actor, amendment: Amendment, document: Agreement, sponsor: AmendmentSponsor
) -> OwnAmendmentView:
    before, amendment.submitted_by = amendment.submitted_by, sponsor.user_id
    amendment.version += 1
    session().delete(sponsor)
    append(
        actor, "amendment.handover", "amendment", amendment.id, network_id=document.network_id,
        before={"submitted_by": before}, after={"submitted_by": amendment.submitted_by},
    )  # fmt: skip
    note(AmendmentChanged, amendment, document)
    return show_amendments(actor, [amendment])[0]
