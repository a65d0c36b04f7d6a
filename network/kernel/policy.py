"""How permission is written and asked: named predicates, any-of and all-of, one `require` per command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import (
    DomainError,
    Forbidden,
    NotFound,
    ProofRequired,
    SecondFactorNeeded,
    Unauthenticated,
)
from network.kernel.transaction import note_checked


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed, or refused with the error that says why. Truthy when allowed."""

    refusal: type[DomainError] | None = None

    def __bool__(self) -> bool:
        return self.refusal is None

    @property
    def code(self) -> str | None:
        """The stable code of the refusal, None when allowed."""
        return None if self.refusal is None else self.refusal.code


ALLOWED = Verdict()

Law = Callable[[Actor, Any], Verdict]
"""A law asks an actor and a thing; unknown means denied."""


def predicate(refusal: type[DomainError] = Forbidden) -> Callable[[Callable[[Actor, Any], bool]], Law]:
    """Turn a small named question into a law whose refusal is `refusal`."""

    def decorate(test: Callable[[Actor, Any], bool]) -> Law:
        def ask(actor: Actor, thing: Any) -> Verdict:
            return ALLOWED if test(actor, thing) else Verdict(refusal)

        ask.__name__ = ask.__qualname__ = test.__name__
        ask.__doc__ = test.__doc__
        return ask

    return decorate


def all_of(*laws: Law) -> Law:
    """Allowed when every law allows; else the first refusal."""

    def ask(actor: Actor, thing: Any) -> Verdict:
        for law in laws:
            verdict = law(actor, thing)
            if not verdict:
                return verdict
        return ALLOWED

    return ask


def any_of(*laws: Law) -> Law:
    """Allowed when one law allows; else the first refusal that says more than a plain no."""

    def ask(actor: Actor, thing: Any) -> Verdict:
        refusals = []
        for law in laws:
            verdict = law(actor, thing)
            if verdict:
                return verdict
            refusals.append(verdict)
        return next((r for r in refusals if r.refusal is not Forbidden), Verdict(Forbidden))

    return ask


@predicate(Unauthenticated)
def is_signed_in(actor: Actor, _thing: Any) -> bool:
    """Somebody is signed in."""
    return actor.is_person


@predicate()
def is_system(actor: Actor, _thing: Any) -> bool:
    """A job or the command line of this server."""
    return actor.kind == "system"


@predicate(SecondFactorNeeded)
def has_second_factor(actor: Actor, _thing: Any) -> bool:
    """Has a second factor, or needs none yet: it is required of who runs the platform and of who acts for an
    organisation, unless the setting only offers it or the account is so new that there is time left."""
    running = runtime.current()
    if actor.has_second_factor or running.settings.second_factor != "required":
        return True
    if actor.second_factor_due is not None and running.clock.now() < actor.second_factor_due:
        return True
    return not actor.is_operator and len(actor.stewardships) == 0


@predicate(SecondFactorNeeded)
def shows_second_factor(actor: Actor, _thing: Any) -> bool:
    """Has a second factor, whoever she is and however new: what meta-mentors take before they see reported
    content. Where the setting only offers it, nobody has to; accounts of the demo need none."""
    return actor.has_second_factor or runtime.current().settings.second_factor != "required"


@predicate()
def runs_platform(actor: Actor, _thing: Any) -> bool:
    """Runs the platform."""
    return actor.is_operator


@predicate(NotFound)
def knows_platform(actor: Actor, _thing: Any) -> bool:
    """Runs the platform; for everybody else what stands there does not exist."""
    return actor.is_operator


def is_operator(actor: Actor, thing: Any) -> Verdict:
    """Runs the platform, with a second factor where one is required."""
    return all_of(runs_platform, has_second_factor)(actor, thing)


def sees_platform(actor: Actor, thing: Any) -> Verdict:
    """The same; for everybody else what stands there does not exist."""
    return all_of(knows_platform, has_second_factor)(actor, thing)


def has_proof(actor: Actor, thing: Any) -> Verdict:
    """What a weighty act takes: a fresh proof of identity, and a second factor where one is required."""
    return all_of(has_fresh_proof, has_second_factor)(actor, thing)


@predicate(ProofRequired)
def has_fresh_proof(actor: Actor, _thing: Any) -> bool:
    """Showed within the hour that it is really them; a token with the scope `weighty` stands for it."""
    if actor.kind == "system":
        return True
    if actor.token_scopes is not None:
        return "weighty" in actor.token_scopes
    if actor.proof_at is None:
        return False
    now, minutes = runtime.current().clock.now(), runtime.current().settings.proof_minutes
    return (now - actor.proof_at).total_seconds() <= minutes * 60


def anyone(_actor: Actor, _thing: Any) -> Verdict:
    """No right is needed: the thing that is handed over is itself the right (a code, a link)."""
    return ALLOWED


def require_second_factor(actor: Actor) -> None:
    """Raise SecondFactorNeeded to who has none, before reported content is shown, beside the law of who
    may see it. Pages lead her to setting one up, and back."""
    require(shows_second_factor(actor, None))


def require(verdict: Verdict) -> None:
    """Go on when allowed; else raise the verdict's refusal. Every command asks before it writes."""
    note_checked()
    if verdict.refusal is not None:
        raise verdict.refusal()
