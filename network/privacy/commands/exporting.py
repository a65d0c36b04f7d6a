"""Getting what is stored about oneself: asked for with proof, fetched once within a day, never stored."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from models.people import User
from models.privacy import ExportRequest
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, session
from network.privacy.policy import may_export_me, may_tidy_exports
from network.privacy.queries import addresses_of, gather
from network.privacy.rules.archive import make_archive

GOOD_FOR = timedelta(hours=24)


@command
def request_export(actor: Actor) -> None:
    """Ask for one's own data: from now on the archive can be fetched, once, for 24 hours; asking again
    begins anew. In the audit trail. Raises Unauthenticated, ProofRequired."""
    require(may_export_me(actor))
    user_id = actor.user_id or ""
    people.lock_user(user_id)
    session().merge(ExportRequest(user_id=user_id, requested_at=runtime.current().clock.now()))
    append(actor, "user.export_requested", "user", user_id)


@command
def take_export(actor: Actor) -> bytes:
    """The archive of one's own data as a zip (docs/export.md), made now from what is stored now; it can be
    taken once. Other people's words and names are not in it, nor any secret. Raises Unauthenticated,
    ProofRequired, NotFound when it was not asked for within 24 hours or was taken already."""
    require(may_export_me(actor))
    user_id, now = actor.user_id or "", runtime.current().clock.now()
    asked = delete(ExportRequest).where(
        ExportRequest.user_id == user_id, ExportRequest.requested_at > now - GOOD_FOR
    )
    if session().execute(asked.returning(ExportRequest.user_id)).first() is None:
        raise NotFound()
    person = session().get_one(User, user_id)
    photo = people.photo_of(user_id)
    files = {} if photo is None else {"photo.webp": photo}
    return make_archive(user_id, gather(user_id, *addresses_of(person)), person.language, now, files)


@job("privacy.tidy", every_minutes=24 * 60)
def tidy() -> int:
    """Forget requests whose day is over; how many."""
    return in_steps(lambda: tidy_exports(system_actor("privacy.tidy")))


@tidies
@command
def tidy_exports(actor: Actor) -> int:
    """Delete requests of more than 24 hours ago, at most a thousand; how many. Refused to everybody but the
    system."""
    require(may_tidy_exports(actor))
    return forget(
        actor, ExportRequest, ExportRequest.requested_at <= runtime.current().clock.now() - GOOD_FOR
    )
