"""What can be done with one's picture: put a photo, say who sees it, take it away, choose a drawn face."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from sqlalchemy import select

from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.consents import Consent, How, asks_consent, note_consent
from network.kernel.errors import FieldFault, Invalid, Unauthenticated
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import after_commit, command, let_go, session, unit_of_work
from network.kernel.translation import mark as _
from network.people.commands.freezing import check_not_frozen
from network.people.commands.sessions import lock_user
from network.people.events import PersonChanged
from network.people.policy import may_change_me, may_tidy
from network.people.queries.accounts import ACTIVE, MeView, me_view
from network.people.queries.photos import photo_file_name, photo_store
from network.people.rules.photos import AUDIENCES, SIZES, Photo, made_into_photo

DRAFTS_KEPT = timedelta(days=1)
_FACE = re.compile(r"[a-z0-9-]{1,36}\Z")


def put_photo(actor: Actor, content: bytes, *, shown_to: str | None = None, how: How = "api") -> MeView:
    """Take a picture for one's photo, in the place of the one before; `shown_to` as for `show_photo`. What is
    kept is a new picture of the middle of it, without anything else that stood in the file. To put one is to
    agree that it is kept and shown so, which is written down with `how` one did. Records PersonChanged.
    Raises Unauthenticated, PhotoTooLarge, UnsupportedFileType, Invalid, StorageFull."""
    require(may_change_me(actor))
    _check_audience(shown_to)
    let_go()  # a picture is worked on without holding a connection
    photo = made_into_photo(content, runtime.current().settings.photo_max_bytes)
    key = secrets.token_hex(16)
    try:
        _write(key, photo)
        return _take_into_use(actor, key, shown_to, how)
    except BaseException:
        _remove(key)
        raise


@command
def show_photo(actor: Actor, shown_to: str) -> MeView:
    """Say who sees one's photo: `nobody` else, the people of one's `networks`, `everyone` who is signed in.
    Records PersonChanged when that is another now. Raises Unauthenticated, Invalid."""
    require(may_change_me(actor))
    _check_audience(shown_to)
    person = _locked(actor)
    if person.photo_for != shown_to:
        person.photo_for = shown_to
        _note_change(person)
    return me_view(person)


@command
def remove_photo(actor: Actor, how: How = "api") -> MeView:
    """Take one's photo away; the drawn face is shown again, and the next photo is shown to nobody until one
    says otherwise. Its files are gone when this is done, and that one agreed to it counts no longer. Records
    PersonChanged when there was one. Raises Unauthenticated."""
    require(may_change_me(actor))
    person = _locked(actor)
    if person.photo is not None:
        _let_go_of(person)
        _note_change(person)
        note_consent(person.id, PHOTO, False, how, person.language)
    return me_view(person)


@command
def choose_face(actor: Actor, face: str) -> MeView:
    """Choose the drawn face that stands where the photo is not shown, by its name. Records PersonChanged when
    it is another now. Raises Unauthenticated, Invalid."""
    require(may_change_me(actor))
    if not _FACE.match(face):
        raise Invalid({"face": FieldFault.of(_("There is no such face."))})
    person = _locked(actor)
    if person.face != face:
        person.face = face
        _note_change(person)
    return me_view(person)


@command
def forget_photo(actor: Actor, user_id: str) -> None:
    """Delete somebody's photo with its files, whether she has one or not. Refused to everybody but the
    system."""
    require(may_tidy(actor))
    person = lock_user(user_id)
    if person is not None and person.photo is not None:
        _let_go_of(person)


@job("people.tidy_photos", every_minutes=24 * 60)
def tidy_photos() -> int:
    """Delete files that belong to nobody: of a photo that was replaced or never taken into use because the
    server stopped in between. How many."""
    store, gone = photo_store(), 0
    before = runtime.current().clock.now() - DRAFTS_KEPT
    store.clear_drafts(before)
    for name in list(store.older_than(before)):
        with unit_of_work():
            used = session().scalar(select(User.id).where(User.photo == name.partition("-")[0]))
        if used is None:
            store.remove(name)
            gone += 1
    return gone


@command
def _take_into_use(actor: Actor, key: str, shown_to: str | None, how: How) -> MeView:
    require(may_change_me(actor))
    person = _locked(actor)
    audience = shown_to or person.photo_for
    _let_go_of(person)
    person.photo, person.photo_for = key, audience
    _note_change(person)
    note_consent(person.id, PHOTO, True, how, person.language)
    return me_view(person)


def _locked(actor: Actor) -> User:
    person = lock_user(actor.user_id or "")
    if person is None or person.state != ACTIVE:
        raise Unauthenticated()
    check_not_frozen(person)
    return person


def _let_go_of(person: User) -> None:
    key = person.photo
    person.photo, person.photo_for = None, "nobody"
    if key is not None:
        after_commit(lambda: _remove(key))


def _note_change(person: User) -> None:
    person.version += 1
    session().flush()
    scope = f"user:{person.id}"
    record(PersonChanged(scope=scope, entity_id=person.id, entity_version=person.version, shown=True))


def _check_audience(shown_to: str | None) -> None:
    if shown_to is not None and shown_to not in AUDIENCES:
        raise Invalid({"shown_to": FieldFault.of(_("Please choose who sees this."))})


def _write(key: str, photo: Photo) -> None:
    for side, content in photo.squares.items():
        photo_store().put(photo_file_name(key, side), content, runtime.current().clock.now())


def _remove(key: str) -> None:
    for side in SIZES:
        photo_store().remove(photo_file_name(key, side))


PHOTO = asks_consent(
    Consent(
        purpose="photo",
        version=1,
        title=_("My photo"),
        text=_(
            "I agree that my photo is stored and shown to those whom I choose. "
            "When I take this back, my photo is deleted."
        ),
        stop=lambda user_id: forget_photo(system_actor("consents"), user_id),
    )
)
