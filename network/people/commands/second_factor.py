"""The second factor of an account: set up, confirmed by a first code, taken away; its recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from models.people import Passkey, RecoveryCode, SecondFactor, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import NotFound, Unauthenticated
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.ledger import note_decision
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.people.commands.ended_ways import end_app_codes, end_passkeys, end_recovery_codes, settle
from network.people.commands.limits import (
    Tally,
    add_failure,
    check_second_factor_failures,
    second_factor_tally,
)
from network.people.commands.sessions import lock_user
from network.people.policy import may_change_second_factor, may_end_second_factor
from network.people.queries.accounts import ACTIVE, user_by_address
from network.people.rules.codes import SecondFactorRefused
from network.people.rules.second_factor import (
    RECOVERY_CODES,
    SETUP_MINUTES,
    NoSecondFactor,
    SecondFactorThere,
    address_for_app,
    clean_second_code,
    fitting_step,
    new_recovery_code,
    recovery_digest,
    remember,
    secret_of,
)


@dataclass(frozen=True, slots=True)
class SecondFactorSetUp:
    """What goes into the app, shown while the second factor is set up and never again."""

    secret: str
    uri: str


@command
def begin_second_factor(actor: Actor) -> SecondFactorSetUp:
    """Begin to set up one-time codes: a new secret, which counts when a first code of it was typed within the
    hour. Raises Unauthenticated, ProofRequired, SecondFactorThere."""
    require(may_change_second_factor(actor))
    person = own_account(actor)
    now = runtime.current().clock.now()
    row = session().get(SecondFactor, person.id)
    if row is not None and row.confirmed_at is not None:
        raise SecondFactorThere()
    if row is None:
        row = SecondFactor(user_id=person.id)
        session().add(row)
    row.seed_id, row.started_at, row.confirmed_at, row.used_steps = new_untimed_id(), now, None, ""
    return SecondFactorSetUp(secret_of(row.seed_id), address_for_app(row.seed_id, person.email or ""))


def confirm_second_factor(actor: Actor, code: str, *, peer: str = "") -> list[str]:
    """Switch the second factor on with a first code out of the app; returns the recovery codes, shown this
    once. A letter tells the person; in the audit trail. Raises Unauthenticated, ProofRequired, NoSecondFactor
    for none that was begun within the hour, SecondFactorThere, SecondFactorRefused, Invalid, TooMany."""
    made = _confirm(actor, clean_second_code(code), peer)
    if made is None:
        raise SecondFactorRefused()
    return made


@command
def _confirm(actor: Actor, typed: str, peer: str) -> list[str] | None:
    # Returns None instead of raising, so that the failure is kept.
    require(may_change_second_factor(actor))
    person = own_account(actor)
    now = runtime.current().clock.now()
    row = session().get(SecondFactor, person.id)
    if row is not None and row.confirmed_at is not None:
        raise SecondFactorThere()
    if row is None or row.started_at + timedelta(minutes=SETUP_MINUTES) <= now:
        raise NoSecondFactor()
    counted = second_factor_tally(person.id, peer)
    check_second_factor_failures(counted)
    if not _take_code(row, typed):
        add_failure(counted)
        return None
    row.confirmed_at = now
    person.second_factor_at = person.second_factor_at or now
    person.version += 1
    append(actor, "user.second_factor_set_up", "user", person.id)
    tell(person, "second_factor_on")
    return new_recovery_codes(person.id)


@command
def renew_recovery_codes(actor: Actor) -> list[str]:
    """Ten new recovery codes, shown this once; the old ones are void. In the audit trail. Raises
    Unauthenticated, ProofRequired, NoSecondFactor."""
    require(may_change_second_factor(actor))
    person = own_account(actor)
    if person.second_factor_at is None:
        raise NoSecondFactor()
    append(actor, "user.recovery_codes_renewed", "user", person.id)
    return new_recovery_codes(person.id)


@command
def remove_second_factor(actor: Actor) -> None:
    """Take the one-time codes away, and the recovery codes where no passkey is left. A letter tells the
    person; in the audit trail. Raises Unauthenticated, ProofRequired, NoSecondFactor."""
    require(may_change_second_factor(actor))
    person = own_account(actor)
    row = session().get(SecondFactor, person.id)
    if row is None or row.confirmed_at is None:
        raise NoSecondFactor()
    end_app_codes(person.id)
    settle(person)
    append(actor, "user.second_factor_removed", "user", person.id)
    tell(person, "second_factor_off")


@command
def end_second_factor(actor: Actor, email: str) -> None:
    """Take somebody's second factor away who lost her phone and her recovery codes: whoever has the server
    has made sure that it is her. A letter tells her; in the audit trail. Refused to everybody but the command
    line. Raises NotFound where there is no active account, NoSecondFactor."""
    require(may_end_second_factor(actor))
    found = user_by_address(email)
    person = None if found is None else lock_user(found.id)
    if person is None or person.state != ACTIVE:
        raise NotFound()
    if person.second_factor_at is None:
        raise NoSecondFactor()
    forget_second_factor(person)
    append(actor, "user.second_factor_ended", "user", person.id)
    tell(person, "second_factor_off")


def forget_second_factor(person: User) -> None:
    """Within a command that has locked the person: no one-time codes and no passkeys any more, so nothing is
    asked beside code or password."""
    end_app_codes(person.id)
    end_passkeys(person.id)
    settle(person)


def forget_factors_since(person: User, moment: datetime) -> None:
    """Within a command that has locked the person, when somebody else had her account: what was set up since
    counts no more, and neither do recovery codes, which that somebody may have seen."""
    end_passkeys(person.id, Passkey.created_at >= moment)
    end_app_codes(person.id, SecondFactor.confirmed_at.is_(None) | (SecondFactor.confirmed_at >= moment))
    end_recovery_codes(person.id)
    settle(person)


def take_second_factor(person: User, typed: str, counted: Tally) -> bool:
    """Within a command that has locked the person: True when `typed` is the code of now, which counts once,
    or an unused recovery code. Everything else is counted as a failure. Raises TooMany."""
    check_second_factor_failures(counted)
    row = session().get(SecondFactor, person.id)
    if row is not None and row.confirmed_at is not None and _take_code(row, typed):
        return True
    if _take_recovery_code(person, typed):
        tell(person, "recovery_code_used")
        return True
    add_failure(counted)
    return False


def tell(person: User, what: str) -> None:
    """Within a command: a letter about what was changed at the account, to its own address."""
    if person.email is not None:
        post("account_notice", person.email, person.language, what=what)


def _take_code(row: SecondFactor, typed: str) -> bool:
    used = {int(step) for step in row.used_steps.split()}
    step = fitting_step(row.seed_id, typed, runtime.current().clock.now(), used)
    if step is None:
        return False
    row.used_steps = remember(used, step)
    return True


def _take_recovery_code(person: User, typed: str) -> bool:
    wanted = select(RecoveryCode).where(
        RecoveryCode.user_id == person.id,
        RecoveryCode.code_hash == recovery_digest(person.id, typed),
        RecoveryCode.used_at.is_(None),
    )
    code = session().scalars(wanted).one_or_none()
    if code is None:
        return False
    code.used_at = runtime.current().clock.now()
    note_decision("recovery_codes", person.id, code.id)
    return True


def new_recovery_codes(user_id: str) -> list[str]:
    """Within a command: ten new recovery codes, the only ones that count from now on."""
    end_recovery_codes(user_id)
    codes = [new_recovery_code() for _number in range(RECOVERY_CODES)]
    for code in codes:
        kept = recovery_digest(user_id, code)
        session().add(RecoveryCode(id=new_id(), user_id=user_id, code_hash=kept, used_at=None))
    return codes


def own_account(actor: Actor) -> User:
    """Within a command: one's own account, locked. Raises Unauthenticated where it is closed."""
    person = lock_user(actor.user_id or "")
    if person is None or person.state != ACTIVE:
        raise Unauthenticated()
    return person
