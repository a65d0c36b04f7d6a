"""Links by which a letter about a decision is answered."""

from __future__ import annotations

from models.people import User
from network import membership
from network.decisions.rules.answer_links import PURPOSE, answer_path, named_in, written
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import keyed_digest, same_secret
from network.kernel.transaction import session


def stance_link(user_id: str, decision_id: str) -> str:
    """The whole address of the short page on which this person answers this decision without signing in.
    Whoever holds it speaks as her in that decision and nowhere else, so it goes into a letter to her alone
    and into no notice that others see. Nothing is stored; it opens nothing once the decision is closed."""
    token = written(user_id, decision_id, keyed_digest(PURPOSE, f"{user_id} {decision_id}"))
    return runtime.current().settings.base_url + answer_path(token)


def open_stance_link(token: str) -> tuple[Actor, str]:
    """The person for whom a token of such a link speaks, with her rights of this moment, and the decision.
    Raises NotFound for one that is not ours, and where she has no account any more or froze her data."""
    named = named_in(token)
    if named is None:
        raise NotFound()
    user_id, decision_id = named
    ours = written(user_id, decision_id, keyed_digest(PURPOSE, f"{user_id} {decision_id}"))
    if not same_secret(token, ours):
        raise NotFound()
    user = session().get(User, user_id)
    if user is None or user.state != "active" or user.frozen_at is not None:
        raise NotFound()
    speaker = Actor(
        kind="person", user_id=user.id, name=user.display_name, email=user.email, language=user.language,
        time_zone=user.time_zone,
    )  # fmt: skip
    return membership.with_standings(speaker), decision_id
