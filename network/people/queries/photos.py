"""How a person is shown: by her photo to whom she chose, by a drawn face to everybody else."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, select

from models.people import User
from network.kernel.files import FileStore, files_of
from network.kernel.transaction import session
from network.people.rules.photos import SIZES

_user = User.__table__.c


class PhotoOwner(NamedTuple):
    """Whose photo it is, and to whom she shows it."""

    user_id: str
    audience: str


def shown_picture(of: Any) -> ColumnElement[str]:
    """The column `picture` for a statement that names people: `of` are the columns of `users` or of an alias.
    It is what `photo_url` takes. A photo that somebody shows to nobody is not named."""
    shown = and_(of.photo.is_not(None), of.photo_for != "nobody", of.frozen_at.is_(None))
    return case((shown, of.face + "/" + of.photo), else_=of.face).label("picture")


def own_picture(user: User) -> str:
    """The picture of a person as she sees herself."""
    return f"{user.face}/{user.photo}" if user.photo else user.face


def photo_url(picture: str) -> str | None:
    """Where a picture is; None shows initials. The address of a photo gives the drawn face to whoever may not
    see the photo."""
    face, _, key = picture.partition("/")
    if key:
        return f"/faces/{face or '-'}/{key}-{SIZES[0]}.webp"
    return f"/faces/{face}.svg" if face else None


def photo_store() -> FileStore:
    """Where the files of photos lie."""
    return files_of("photos")


def photo_file_name(key: str, side: int) -> str:
    """The name of the file that holds a photo's square of this side."""
    return f"{key}-{side}.webp"


def owner_of_photo(key: str) -> PhotoOwner | None:
    """Whose photo has this key, None for nobody's. For whoever asks next who may see it. Whoever froze her
    data shows it to nobody."""
    wanted = select(_user.id, _user.photo_for, _user.frozen_at)
    row = session().execute(wanted.where(_user.photo == key, _user.state == "active")).one_or_none()
    return None if row is None else PhotoOwner(row[0], row[1] if row[2] is None else "nobody")


def photo_file(key: str, side: int) -> bytes | None:
    """The file of a photo; None where there is none. For whoever asked who may see it."""
    return photo_store().get(photo_file_name(key, side)) if side in SIZES else None


def photo_of(user_id: str) -> bytes | None:
    """A person's photo in the largest size that is kept. For her own export."""
    key = session().scalar(select(_user.photo).where(_user.id == user_id))
    return None if key is None else photo_file(key, max(SIZES))
