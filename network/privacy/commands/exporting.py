"""Getting what is stored about oneself: asked for with proof, fetched once within a day, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import IO

from sqlalchemy import delete, select

from models.people import User
from models.privacy import ExportRequest
from network import agreements, files, people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import NotFound, StorageFull, is_full
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, let_go, session, unit_of_work
from network.privacy.policy import may_export_me, may_tidy_exports
from network.privacy.queries import addresses_of, gather
from network.privacy.rules.archive import TableExport, make_archive

GOOD_FOR = timedelta(hours=24)
IN_MEMORY = 4_194_304
"""Bytes of a person's files; the archive of more is put together on the disk."""


@command
def request_export(actor: Actor) -> None:
    """Ask for one's own data: from now on the archive can be fetched, once, for 24 hours; asking again
    begins anew. In the audit trail. Raises Unauthenticated, ProofRequired."""
    require(may_export_me(actor))
    user_id = actor.user_id or ""
    people.lock_user(user_id)
    session().merge(ExportRequest(user_id=user_id, requested_at=runtime.current().clock.now()))
    append(actor, "user.export_requested", "user", user_id)


def take_export(actor: Actor) -> IO[bytes]:
    """The archive of one's own data as a zip (docs/export.md), with one's photo, files and copies of what one
    signed, made now from what is stored now; it can be taken once, and again where making it failed. Other
    people's words and names are not in it, nor any secret. To be closed when it was read. Raises
    Unauthenticated, ProofRequired, NotFound when it was not asked for within 24 hours or was taken already,
    StorageFull."""
    tables, language, lying = _begin(actor)
    let_go()  # it may be large: it is put together without keeping others waiting
    user_id, now = actor.user_id or "", runtime.current().clock.now()
    # Not where temporary files are: that may be memory.
    is_large = sum(size for _name, _key, size in lying) > IN_MEMORY
    folder = runtime.current().settings.data_dir if is_large else None
    try:
        archive = make_archive(
            user_id, tables, language, now, _contents(actor, user_id, lying), folder=folder
        )
    except OSError as error:
        if is_full(error):
            raise StorageFull() from error
        raise
    try:
        _end(actor)
    except BaseException:
        archive.close()
        raise
    return archive


def _contents(
    actor: Actor, user_id: str, lying: Iterable[tuple[str, str, int]]
) -> Iterator[tuple[str, bytes]]:
    with unit_of_work():
        photo = people.photo_of(user_id)
        signed = agreements.list_signed_copies(actor)
    if photo is not None:
        yield "photo.webp", photo
    for copy in signed:
        paper = agreements.issue_document(actor, copy.version_id, own_name_alone=True)
        yield f"agreements/{paper.name}", paper.content
    for name, key, _size in lying:
        content = files.file_store().get(key)
        if content is not None:
            yield f"files/{name}", content


@command
def _begin(actor: Actor) -> tuple[dict[str, TableExport], str, list[tuple[str, str, int]]]:
    """What stands in the tables, her language, and which of her files lie where, as `files_of_person`."""
    require(may_export_me(actor))
    user_id, now = actor.user_id or "", runtime.current().clock.now()
    asked = select(ExportRequest.user_id).where(
        ExportRequest.user_id == user_id, ExportRequest.requested_at > now - GOOD_FOR
    )
    if session().scalar(asked) is None:
        raise NotFound()
    person = session().get_one(User, user_id)
    return gather(user_id, *addresses_of(person)), person.language, files.files_of_person(user_id)


@command
def _end(actor: Actor) -> None:
    """The archive is made, so the request is over. Of two who made one at once the second raises NotFound."""
    require(may_export_me(actor))
    asked = delete(ExportRequest).where(ExportRequest.user_id == (actor.user_id or ""))
    if session().execute(asked.returning(ExportRequest.user_id)).first() is None:
        raise NotFound()


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
