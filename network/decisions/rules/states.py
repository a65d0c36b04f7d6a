"""Which steps lead from one state of a decision or an objection to the next, and what stands in the way of
each (state-machines, B6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from network.kernel.errors import Conflict, Forbidden
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

DRAFT, SCHEDULED, OPEN = "draft", "scheduled", "open"
CLOSED, PUBLISHED, NO_RESULT, CANCELLED = "closed", "outcome_published", "no_result", "cancelled"
STATES = (DRAFT, SCHEDULED, OPEN, CLOSED, PUBLISHED, NO_RESULT, CANCELLED)
RUNNING = (SCHEDULED, OPEN)
DECIDED = (CLOSED, PUBLISHED, NO_RESULT)

DECISION = Machine(
    "decision",
    {
        "scheduling": {DRAFT: SCHEDULED},
        "opening": {DRAFT: OPEN, SCHEDULED: OPEN},
        "closing": {OPEN: CLOSED},
        "closing_without_result": {OPEN: NO_RESULT},
        "cancellation": {DRAFT: CANCELLED, SCHEDULED: CANCELLED, OPEN: CANCELLED},
        "outcome": {CLOSED: PUBLISHED},
    },
)

RAISED, IN_INTEGRATION = "raised", "in_integration"
RESOLVED, WITHDRAWN, SUSTAINED = "resolved_by_change", "withdrawn", "sustained"
OBJECTION_STATES = (RAISED, IN_INTEGRATION, RESOLVED, WITHDRAWN, SUSTAINED)
STANDING = (RAISED, IN_INTEGRATION)

OBJECTION = Machine(
    "objection",
    {
        "integration": {RAISED: IN_INTEGRATION, IN_INTEGRATION: IN_INTEGRATION},
        "resolution": {RAISED: RESOLVED, IN_INTEGRATION: RESOLVED},
        "withdrawal": {RAISED: WITHDRAWN, IN_INTEGRATION: WITHDRAWN},
        "closing": {RAISED: SUSTAINED, IN_INTEGRATION: SUSTAINED},
    },
)

NEXT_ROUND = "next_round"
CANCEL_REASONS = (
    "proposer_left", "concerned_left", "no_stances", NEXT_ROUND, "effect_refused", "too_few_electors",
    "network_dormant", "network_archived", "outdated",
)  # fmt: skip
"""Why the system itself, or a next round, cancels a decision; people give their own words."""
AGAIN = ("proposer_left", "no_stances", "too_few_electors")
"""Cancelled for one of these, a question can be asked once more."""

MOST_ROUNDS = 3
"""So often the network talks about one question (state-machines, B6: at most 3 rounds; C6: the cap)."""
FEWEST_ANONYMOUS = 5
"""Among fewer, one could guess who said what (state-machines, B6)."""
SILENCE_LASTS = timedelta(days=7)
"""So long at least a procedure runs in which silence counts (experience, "Small by default")."""
TOLD_AHEAD = timedelta(days=1)
"""So long before everybody else the person concerned knows, to think and to write her statement."""
ENDING_OVERLAYS = {"dormant": "network_dormant", "archived": "network_archived"}
"""The overlays of a network in which nothing is decided, and what is then open ends for this reason (B9)."""
BELONGS_SINCE = timedelta(days=14)
"""Who decides about a person has been a member so long (state-machines, B6)."""


class DecisionNotOpen(Conflict):
    """Nothing can be said yet, or no more: a draft, a scheduled one, a cancelled one."""

    code = "decision_not_open"
    message = _("This decision is not open.")


class DecisionEnded(Conflict):
    """Too late by the server's clock; `closes_at` says when it ended."""

    code = "decision_closed"
    message = _("This decision has ended, so nothing can be added any more.")


class StillOpen(Conflict):
    """There is no result before the end."""

    code = "still_open"
    message = _("This decision is still open. The result comes at its end.")


class WasCancelled(Conflict):
    """A cancelled decision never has a result; `reason` says why it ended, as in `cancel_reason`."""

    code = "decision_cancelled"
    message = _("This decision was taken back, so it has no result.")


class TextFixed(Conflict):
    """Something else than a typing error was to be changed after the opening."""

    code = "text_fixed"
    message = _("People read this text before they decided. Start a next round to change it.")


class NotTightened(Conflict):
    """What was promised about secrecy is kept."""

    code = "not_tightened"
    message = _("This decision can become more secret, never less, and only before somebody took part.")


class NotAnElector(Forbidden):
    """She was no active member at the opening, came back since, or it is about her."""

    code = "not_an_elector"
    message = _("You do not take part in this decision. You can take part in the next one.")


class TooFewElectors(Conflict):
    """Nobody could take part, or so few that an anonymous decision would not be one."""

    code = "too_few_electors"
    message = _("Too few people could take part in this decision.")


class LastRound(Conflict):
    """The rounds are used up: things stay as they are."""

    code = "last_round"
    message = _("This was the last round. Things stay as they are; later you can open a new decision.")


class NothingChanged(Conflict):
    """A next round while one is open needs another text: otherwise objections would only be swept away."""

    code = "nothing_changed"
    message = _("Change the text first: a next round answers what was said in this one.")


class NetworkDormant(Conflict):
    """A sleeping network decides nothing (state-machines, B9)."""

    code = "network_dormant"
    message = _("Your network is asleep. Wake it up before you decide something.")


class NetworkArchived(Conflict):
    """In a network that was closed for good nothing is decided any more (state-machines, B9)."""

    code = "network_archived"
    message = _("This network was closed. Nothing is decided in it any more.")


def state_now(state: str, opens_at: datetime | None, closes_at: datetime, now: datetime) -> str:
    """The state by the clock, whatever is written down: a dead job keeps no decision open."""
    if state == SCHEDULED and opens_at is not None and opens_at <= now:
        state = OPEN
    return CLOSED if state == OPEN and closes_at <= now else state
