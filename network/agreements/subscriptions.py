"""What decisions bring about for a text that waits for them; who is asked to accede, and who gets a copy."""

from __future__ import annotations

from network import decisions
from network.agreements.commands.consenting import check_consent, give_consent, take_objection_up
from network.agreements.commands.copies import send_copies, send_copy
from network.agreements.commands.destroying import destroy_names as destroy_names  # its job begins with it
from network.agreements.commands.ending import bring_end_about, check_end
from network.agreements.commands.requesting import request_of_newcomer
from network.agreements.commands.voting import ACCEPT_AMENDMENT, bring_in, check_vote, drop_votes, end_vote
from network.agreements.events import (
    AgreementCameIntoForce,
    AmendmentOutdated,
    VersionAbandoned,
    VersionSigned,
)
from network.agreements.rules.ending import END
from network.agreements.rules.versions import ACTIVATE
from network.decisions.events import DecisionCancelled, DecisionClosed
from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.membership.events import MembershipChanged

decisions.register_effect(ACTIVATE, check_consent, give_consent)
decisions.register_effect(END, check_end, bring_end_about)
decisions.register_effect(ACCEPT_AMENDMENT, check_vote, bring_in)


@subscribe(MembershipChanged)
def ask_newcomer(fact: MembershipChanged) -> None:
    """Who joins, or comes back from a break in which an agreement came into force, has thirty days."""
    if fact.state == "active":
        network_id = fact.scope.removeprefix("network:")
        request_of_newcomer(system_actor("agreements"), network_id, fact.user_id)


@subscribe(DecisionClosed)
def talk_again(fact: DecisionClosed) -> None:
    """An objection that stood to the end opens the text again (state-machines, B4)."""
    if fact.effect_type == ACTIVATE and fact.outcome != "passed":
        take_objection_up(system_actor("agreements.consent"), fact.entity_id)


@subscribe(AgreementCameIntoForce)
def copies_for_all(fact: AgreementCameIntoForce) -> None:
    """Everybody who signed gets a copy of what holds now."""
    if not fact.correction:
        send_copies(system_actor("agreements"), fact.entity_id)


@subscribe(VersionSigned)
def copy_for_one(fact: VersionSigned) -> None:
    """Who signs what is in force already gets hers now."""
    send_copy(system_actor("agreements"), fact.entity_id)


@subscribe(DecisionClosed)
def amendment_not_carried(fact: DecisionClosed) -> None:
    """What a vote did not carry stays rejected."""
    if fact.effect_type == ACCEPT_AMENDMENT:
        end_vote(system_actor("agreements.votes"), fact.entity_id)


@subscribe(AmendmentOutdated)
def no_vote_on_old_words(fact: AmendmentOutdated) -> None:
    """Nobody goes on answering whether words shall be taken that stand on others by now."""
    drop_votes(system_actor("agreements.votes"), fact.version_id)


@subscribe(VersionAbandoned)
def no_vote_on_what_was_given_up(fact: VersionAbandoned) -> None:
    """Nor about a version on which nobody works any more."""
    drop_votes(system_actor("agreements.votes"), fact.entity_id)


@subscribe(DecisionCancelled)
def amendment_without_vote(fact: DecisionCancelled) -> None:
    """A vote that was cancelled decided nothing."""
    end_vote(system_actor("agreements.votes"), fact.entity_id, cancelled=True)
