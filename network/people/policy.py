"""Who may do what with accounts, sessions and tokens."""

from __future__ import annotations

from sqlalchemy import Select, select

from models.people import ApiToken, Passkey, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.policy import (
    Verdict,
    all_of,
    any_of,
    anyone,
    has_fresh_proof,
    has_proof,
    is_operator,
    is_signed_in,
    is_system,
    predicate,
)
from network.kernel.translation import mark as _


class SessionRequired(Forbidden):
    """This is about the session of a browser, and the one who asks came with a token."""

    code = "session_required"
    message = _("This works only where you are signed in with your browser.")


@predicate(NotFound)
def is_own(actor: Actor, thing: UserSession | ApiToken) -> bool:
    """The session or token is the actor's."""
    return actor.user_id is not None and thing.user_id == actor.user_id


@predicate(SessionRequired)
def has_session(actor: Actor, _thing: object) -> bool:
    """Came by a browser's session, not by a token."""
    return actor.session_id is not None and actor.token_scopes is None


def may_sign_in(actor: Actor) -> Verdict:
    """Everybody: the code or password is the right."""
    return anyone(actor, None)


def may_request_code(actor: Actor) -> Verdict:
    """Everybody: what is asked for goes to the address alone."""
    return anyone(actor, None)


def may_reset_password(actor: Actor) -> Verdict:
    """Everybody: the link in the mail is the right."""
    return anyone(actor, None)


def may_create_person(actor: Actor) -> Verdict:
    """Everybody: whoever calls this has seen a code or an invitation, or is the system."""
    return anyone(actor, None)


def may_open_session(actor: Actor) -> Verdict:
    """Everybody: whoever calls this has seen a code, a password or an invitation."""
    return anyone(actor, None)


def may_see_me(actor: Actor) -> Verdict:
    """Whoever is signed in sees what belongs to her."""
    return is_signed_in(actor, None)


def may_change_me(actor: Actor) -> Verdict:
    """Whoever is signed in changes what belongs to her."""
    return is_signed_in(actor, None)


def may_change_password(actor: Actor) -> Verdict:
    """Signed in, with proof."""
    return all_of(is_signed_in, has_fresh_proof)(actor, None)


def may_end_second_factor(actor: Actor) -> Verdict:
    """Whoever has the server's command line."""
    return is_system(actor, None)


def may_end_mails(actor: Actor) -> Verdict:
    """Everybody: the link in the letter is the right."""
    return anyone(actor, None)


def may_change_address(actor: Actor) -> Verdict:
    """Signed in, with proof."""
    return all_of(is_signed_in, has_fresh_proof)(actor, None)


def may_confirm_address(actor: Actor) -> Verdict:
    """Everybody: the link in the mail is the right."""
    return anyone(actor, None)


def may_change_second_factor(actor: Actor) -> Verdict:
    """Signed in, with proof: whoever must have one can set it up."""
    return all_of(is_signed_in, has_fresh_proof)(actor, None)


def may_prove(actor: Actor) -> Verdict:
    """Signed in with a browser; a token has its scope instead."""
    return all_of(is_signed_in, has_session)(actor, None)


def may_sign_out(actor: Actor) -> Verdict:
    """Signed in with a browser; a token is revoked under its own address."""
    return all_of(is_signed_in, has_session)(actor, None)


def may_end_session(actor: Actor, session: UserSession) -> Verdict:
    """One's own, on every device."""
    return all_of(is_signed_in, is_own)(actor, session)


def may_create_token(actor: Actor) -> Verdict:
    """Signed in, with proof (contract.md, weighty acts)."""
    return all_of(is_signed_in, has_proof)(actor, None)


def may_revoke_token(actor: Actor, token: ApiToken) -> Verdict:
    """One's own."""
    return all_of(is_signed_in, is_own)(actor, token)


def may_create_operator(actor: Actor) -> Verdict:
    """Whoever has the server's command line."""
    return is_system(actor, None)


def may_close_account(actor: Actor) -> Verdict:
    """The operator, with proof, or whoever has the server's command line."""
    return any_of(is_system, all_of(is_operator, has_proof))(actor, None)


def may_tidy(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def visible_sessions(actor: Actor) -> Select[UserSession]:
    """`may_end_session` as a filter: one's own running sessions."""
    now = runtime.current().clock.now()
    return select(UserSession).where(
        UserSession.user_id == (actor.user_id or ""),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > now,
    )


def visible_tokens(actor: Actor) -> Select[ApiToken]:
    """`may_revoke_token` as a filter: one's own tokens that were not revoked."""
    return select(ApiToken).where(ApiToken.user_id == (actor.user_id or ""), ApiToken.revoked_at.is_(None))


def visible_passkeys(actor: Actor) -> Select[Passkey]:
    """One's own passkeys."""
    return select(Passkey).where(Passkey.user_id == (actor.user_id or ""))
