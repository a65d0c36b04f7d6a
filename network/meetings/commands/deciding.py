"""Writing down what was decided on a call."""

from __future__ import annotations

from collections.abc import Collection

from network import decisions, networks
from network.decisions import OwnDecisionView
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.policy import require
from network.kernel.transaction import command
from network.kernel.translation import mark as _
from network.meetings.policy import may_write_down_decision
from network.meetings.queries.meetings import latest_begun, meeting_row
from network.meetings.rules.states import MeetingAhead


@command
def decide_at_meeting(
    actor: Actor,
    network_id: str,
    *,
    meeting_id: str,
    wording: str,
    present: Collection[str],
    consents: Collection[str],
    language: str | None = None,
) -> OwnDecisionView:
    """Write down what the people of a meeting that has begun decided there: the wording, who was there and
    who agreed, by user id. Every active member, present or not, can object for seven days; without an
    objection that stays it stands from then on, with one it has not passed and is asked anew
    (state-machines, "Decided for this project"). Raises NotFound, Forbidden to who is no active member,
    RulesNotAccepted, MeetingAhead, NetworkDormant, Invalid under `meeting_id`, `wording`, `present`,
    `consents`. Records DecisionOpened and, for each who agreed, StanceTaken."""
    network = networks.visible_network_row(actor, network_id)
    require(may_write_down_decision(actor, network.id))
    try:
        meeting = meeting_row(actor, meeting_id)
    except NotFound:
        meeting = None
    if meeting is None or meeting.network_id != network.id:
        raise Invalid({"meeting_id": FieldFault.of(_("This network has no such meeting."))})
    if latest_begun(meeting, runtime.current().clock.now()) is None:
        raise MeetingAhead()
    return decisions.write_down_call(
        actor, network.id, meeting_id=meeting.id, wording=wording, present=present, consents=consents,
        language=language,
    )  # fmt: skip
