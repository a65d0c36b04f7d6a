"""Which pictures are taken for a photo (A16), and what becomes of their files."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from models.people import User
from network import people, profiles
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, Invalid, Unauthenticated
from network.kernel.files import FileStore
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people.commands.photos import tidy_photos
from network.people.rules.photos import SIZES, PhotoTooLarge, UnsupportedFileType, made_into_photo
from tests.factories import pictures
from tests.factories.people import actor_of, make_user
from tests.running import START, HandClock

MOST = 20_000_000  # more than a setting would let through: what follows holds for any size
WITHIN_SECONDS, WITHIN_BYTES = 1.0, 50 * 1024 * 1024


def memory(line: str) -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(each for each in status if each.startswith(line)).split()[1]) * 1024


def opened(square: bytes) -> Image.Image:
    return Image.open(io.BytesIO(square))


@pytest.mark.parametrize("name", pictures.GOOD)
def test_a16_what_is_kept_is_a_new_picture_and_nothing_else(name: str) -> None:
    kept = made_into_photo(pictures.GOOD[name], MOST)
    assert tuple(kept.squares) == SIZES
    for side, square in kept.squares.items():
        with opened(square) as picture:
            assert (picture.format, picture.size, picture.mode) == ("WEBP", (side, side), "RGB")
            assert not picture.info.keys() & {"exif", "icc_profile", "xmp", "comment"}
        hidden = (pictures.CANARY.encode(), b"script", b"evil", b"Exif", b"EXIF", b"ICCP", b"PK\x03\x04")
        assert [trace for trace in hidden if trace in square] == []


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, "above"), (3, "below"), (6, "right"), (8, "left"), (2, "above"), (4, "below")],
)
def test_a_photo_stands_as_the_camera_was_held(orientation: int, red: str) -> None:
    with opened(made_into_photo(pictures.photo_with_place(orientation), MOST).squares[96]) as picture:
        places = {"above": (48, 10), "below": (48, 86), "left": (10, 48), "right": (86, 48)}
        colours = {name: picture.getpixel(place) for name, place in places.items()}
    assert next(name for name, (r, _g, b) in colours.items() if r > 200 and b < 60) == red


@pytest.mark.parametrize("name", pictures.UNSUPPORTED)
def test_a16_what_is_no_picture_of_a_kind_that_is_taken(name: str) -> None:
    with pytest.raises(UnsupportedFileType) as refused:
        made_into_photo(pictures.UNSUPPORTED[name], MOST)
    assert list(refused.value.faults) == ["file"]


@pytest.mark.parametrize("name", pictures.BROKEN)
def test_a16_what_only_begins_as_a_picture(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        made_into_photo(pictures.BROKEN[name], MOST)
    assert (refused.value.code, list(refused.value.faults)) == ("validation_failed", ["file"])


def test_a16_bombs_cost_neither_time_nor_memory() -> None:
    made_into_photo(pictures.photo(), MOST)  # what is loaded once is not the bombs'
    for name, bomb in (pictures.BOMBS | pictures.BROKEN | pictures.UNSUPPORTED).items():
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
        before, began = memory("VmRSS"), time.thread_time()
        try:
            made_into_photo(bomb, MOST)
        except Invalid:
            pass
        else:
            assert name == "png with longer lines than it says"  # its first nine lines are a picture
        assert time.thread_time() - began < WITHIN_SECONDS, name
        assert memory("VmHWM") - before < WITHIN_BYTES, name


def test_a_file_has_a_largest_size() -> None:
    with pytest.raises(PhotoTooLarge) as refused:
        made_into_photo(pictures.photo(), 100)
    assert refused.value.code == "photo_too_large"


def photos_of(live: Runtime) -> list[str]:
    folder = live.settings.data_dir / "uploads" / "photos"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def row(actor: Actor) -> Any:
    """Her photo and who sees it, as they are now."""
    wanted = select(User.photo, User.photo_for, User.face, User.version).where(User.id == actor.user_id)
    with unit_of_work():
        return session().execute(wanted).one()


def test_a_photo_is_put_replaced_and_taken_away_with_its_files(live: Runtime) -> None:
    amina = actor_of(make_user(face="amina"))
    before = people.put_photo(amina, pictures.photo(), shown_to="networks")
    first = row(amina)
    assert (first.photo_for, before["photo_url"]) == ("networks", f"/faces/amina/{first.photo}-96.webp")
    assert photos_of(live) == [f"{first.photo}-256.webp", f"{first.photo}-96.webp"]
    people.put_photo(amina, pictures.photo("PNG"))
    second = row(amina)
    assert second.photo != first.photo
    assert second.photo_for == "networks"
    assert photos_of(live) == [f"{second.photo}-256.webp", f"{second.photo}-96.webp"]
    with unit_of_work():
        assert people.photo_of(amina.user_id or "") is not None
    after = people.remove_photo(amina)
    assert (after["photo_url"], photos_of(live)) == ("/faces/amina.svg", [])
    assert people.remove_photo(amina) == after
    people.put_photo(amina, pictures.photo())
    assert row(amina).photo_for == "nobody"


def test_what_is_refused_changes_nothing_and_leaves_no_file(live: Runtime) -> None:
    amina, nobody = actor_of(make_user()), actor_of(make_user(state="closed"))
    people.put_photo(amina, pictures.photo())
    before, files = row(amina), photos_of(live)
    for content in (pictures.UNSUPPORTED["svg"], pictures.BROKEN["half a png"], bytes(2_097_153)):
        with pytest.raises(Invalid):
            people.put_photo(amina, content)
    with pytest.raises(Invalid):
        people.put_photo(amina, pictures.photo(), shown_to="friends")
    with pytest.raises(Invalid):
        people.choose_face(amina, "../etc")
    with pytest.raises(Unauthenticated):
        people.put_photo(ANONYMOUS, pictures.photo())
    with pytest.raises(Unauthenticated):
        people.put_photo(nobody, pictures.photo())
    with pytest.raises(Forbidden):
        people.forget_photo(amina, amina.user_id or "")
    assert (row(amina).version, row(amina).photo, photos_of(live)) == (before.version, before.photo, files)


def test_who_is_forgotten_has_no_photo_any_more(live: Runtime) -> None:
    amina, other = actor_of(make_user()), actor_of(make_user())
    people.put_photo(amina, pictures.photo(), shown_to="everyone")
    people.put_photo(other, pictures.photo())
    people.forget_photo(system_actor("accounts"), amina.user_id or "")
    assert (row(amina).photo, row(amina).photo_for) == (None, "nobody")
    assert photos_of(live) == [f"{row(other).photo}-256.webp", f"{row(other).photo}-96.webp"]
    people.forget_photo(system_actor("accounts"), amina.user_id or "")


def test_files_of_nobody_are_tidied_a_day_later(live: Runtime, clock: HandClock) -> None:
    amina = actor_of(make_user())
    people.put_photo(amina, pictures.photo())
    store = FileStore(live.settings.data_dir / "uploads" / "photos")
    store.put(f"{'0' * 32}-96.webp", b"of nobody", clock.now())
    assert tidy_photos() == 0
    clock.forward(days=1, seconds=1)
    assert tidy_photos() == 1
    assert photos_of(live) == [f"{row(amina).photo}-256.webp", f"{row(amina).photo}-96.webp"]


def test_the_store_knows_no_way_out_of_its_folder(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "photos")
    (tmp_path / "secret").write_text("secret")
    for name in ("../secret", "/etc/passwd", "", ".", "a/b", "A", ".hidden", "a\x00b"):
        with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
            store.get(name)
        with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
            store.put(name, b"x", START)
    assert store.get("nothing") is None
    store.put("one.webp", b"content", START)
    assert (store.get("one.webp"), (tmp_path / "photos").stat().st_mode & 0o777) == (b"content", 0o700)
    store.remove("one.webp")
    store.remove("one.webp")
    assert store.get("one.webp") is None


def test_who_sees_it_is_chosen_with_the_other_fields(live: Runtime) -> None:
    amina = actor_of(make_user())
    people.put_photo(amina, pictures.photo())
    changed = profiles.change_profile(amina, 0, shown_to={"photo": "everyone", "offers": "networks"})
    assert (changed["shown_to"]["photo"], changed["shown_to"]["offers"]) == ("everyone", "networks")
    assert row(amina).photo_for == "everyone"
    with pytest.raises(Invalid):
        profiles.change_profile(amina, 1, shown_to={"photo": "friends"})
