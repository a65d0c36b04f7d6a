"""Wanting to be erased, and taking that back."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from models.privacy import Erasure
from network import membership, organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import NotFound, Unauthenticated
from network.kernel.ids import derived_secret, digest, new_untimed_id
from network.kernel.ledger import Decision, done_again, note_decision
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.privacy.commands.erasing import erase_and_tidy
from network.privacy.policy import may_erase_me, may_take_back
from network.privacy.rules.leaving import erases_at


class ErasureView(TypedDict):
    """What somebody asked for: when it is done, and whether the texts of her messages go everywhere."""

    erases_at: datetime
    remove_texts: bool


def request_erasure(actor: Actor, *, remove_texts: bool = False, at_once: bool = False) -> ErasureView:
    """Have oneself erased, in seven days or at once (trust.md, D.1; GDPR, Article 17). The account is off
    from now on: sessions and tokens end, sockets close. A letter says by when it can be taken back.
    `remove_texts` takes the texts of one's messages out of group rooms as well. Facts: SessionEnded, and
    those of the erasure. In the audit trail. Raises Unauthenticated, ProofRequired; NobodyToLead
    (`last_meta_mentor`) and NobodyToAct (`last_steward`) where something must be handed over first."""
    asked = _ask(actor, remove_texts, at_once)
    if at_once:
        erase_and_tidy(actor.user_id or "")
    return asked


@command
def _ask(actor: Actor, remove_texts: bool, at_once: bool) -> ErasureView:
    require(may_erase_me(actor))
    person = people.lock_user(actor.user_id or "")
    if person is None or person.state in (people.ERASING, people.ERASED):
        raise Unauthenticated()  # asked for twice at the same moment
    organisations.check_handed_over(person.id)
    membership.check_handed_over(person.id)
    now, erasure_id = runtime.current().clock.now(), new_untimed_id()
    due = erases_at(now, at_once=at_once)
    session().add(
        Erasure(
            id=erasure_id, user_id=person.id, remove_texts=remove_texts, requested_at=now, erases_at=due,
            token_hash=digest(derived_secret(people.TAKE_BACK, erasure_id)),
        )
    )  # fmt: skip
    reach = "everywhere" if remove_texts else "private"
    note_decision("leaving", person.id, erasure_id, f"{due.isoformat()} {reach}")
    append(actor, "user.erasure_requested", "user", person.id, after={"erases_at": due.isoformat()})
    if person.email is not None and not at_once:
        post("erasure_requested", person.email, person.language, erasure_id=erasure_id)
    people.switch_off(person)
    return ErasureView(erases_at=due, remove_texts=remove_texts)


@command
def take_back_erasure(actor: Actor, token: str) -> None:
    """Keep the account after all, with the secret out of the letter or of the refusal to sign in; its owner
    signs in anew. Fact: PersonChanged. In the audit trail. Raises NotFound for a link that is unknown, used,
    or too late."""
    require(may_take_back(actor))
    asked = people.erasure_to_take_back(token)
    person = None if asked is None else people.lock_user(asked.user_id)
    if asked is None or person is None or person.state != people.ERASING:
        raise NotFound()
    session().delete(asked)
    note_decision("leaving", person.id, asked.id, "no -")
    append(actor, "user.erasure_taken_back", "user", person.id)
    people.switch_on(person)


def waiting_erasure(token: str) -> ErasureView:
    """What the secret could take back. Raises NotFound."""
    asked = people.erasure_to_take_back(token)
    if asked is None:
        raise NotFound()
    return ErasureView(erases_at=asked.erases_at, remove_texts=asked.remove_texts)


@done_again("leaving")
def _wants_to_go(decided: Decision) -> None:
    person, (when, texts) = people.lock_user(decided.user_id), decided.chosen.split()
    if person is None or person.state in (people.ERASING, people.ERASED) or when == "no":
        return
    session().add(
        Erasure(
            id=decided.about, user_id=person.id, remove_texts=texts == "everywhere",
            requested_at=decided.at, erases_at=datetime.fromisoformat(when),
            token_hash=digest(derived_secret(people.TAKE_BACK, decided.about)),
        )
    )  # fmt: skip
    people.switch_off(person)
