"""Which files are taken and what is kept of them (trust, A16)."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from PIL import Image

from network.files.rules.kinds import PREVIEW_SIDE, Kept, made_ready
from network.files.rules.names import attachment_header, check_alt, kept_name
from network.files.rules.refusals import FileTooLarge, UnsupportedFile
from network.kernel.errors import Invalid
from tests.factories import files, pictures

MOST, LONGEST = 10 * 2**20, 120


def ready(content: bytes) -> Kept:
    return made_ready(content, MOST, LONGEST)


def test_a16_the_corpus_is_large_enough() -> None:
    assert len(files.GOOD) + len(files.REFUSED) + len(files.LONG) + len(pictures.BROKEN) >= 40


@pytest.mark.parametrize("name", files.GOOD)
def test_a16_a_file_is_what_is_in_it(name: str) -> None:
    content, media_type = files.GOOD[name]
    kept = ready(content)
    assert kept.media_type == media_type
    # Neither a place nor a device nor a second file stays in what can be shown or heard.
    if not media_type.startswith("application/"):
        assert pictures.CANARY.encode() not in kept.content
    assert (kept.preview is not None) == media_type.startswith("image/")
    assert (kept.seconds is not None) == media_type.startswith("audio/")


@pytest.mark.parametrize("name", files.REFUSED)
def test_a16_what_is_of_no_kind_that_is_taken(name: str) -> None:
    with pytest.raises(UnsupportedFile):
        ready(files.REFUSED[name])


@pytest.mark.parametrize("name", pictures.BROKEN)
def test_a16_what_only_begins_as_a_picture(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        ready(pictures.BROKEN[name])
    assert list(refusal.value.faults) == ["file"]


@pytest.mark.parametrize("name", files.LONG)
def test_a_voice_note_lasts_two_minutes_at_most_whatever_it_says(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        ready(files.LONG[name])
    assert type(refusal.value) is Invalid
    assert "at most" in refusal.value.faults["file"].message


@pytest.mark.parametrize("make", [files.webm, files.ogg, files.mp4])
def test_how_long_a_voice_note_lasts(make: object) -> None:
    assert ready(make(7)).seconds == 7  # type: ignore[operator]
    assert ready(files.mp4(7, fragments=True)).seconds == 7


def test_a16_a_bomb_is_refused_at_once_and_in_little_memory() -> None:
    ready(files.GOOD["png"][0])
    ready(files.odt())  # the decoders are loaded
    bombs = files.bombs()
    for name, content in bombs.items():
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
        before, began = memory("VmRSS"), time.thread_time()
        try:
            kept = ready(content)
        except Invalid:
            pass
        else:
            assert name in ("png with longer lines than it says", "archive in archives"), name
            assert len(kept.content) <= len(content)
        assert time.thread_time() - began < 1, name
        assert memory("VmHWM") - before < 50 * 2**20, name


def memory(which: str) -> int:
    """What this process takes of the machine's memory, in bytes."""
    said = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(which))
    return int(said.split()[1]) * 1024


def test_a16_a_picture_is_drawn_anew_upright_and_within_its_size() -> None:
    kept = ready(pictures.written(pictures.half_and_half(4000, 3000), "JPEG", quality=60))
    assert (kept.width, kept.height) == (2560, 1920)
    with Image.open(io.BytesIO(kept.preview or b"")) as small:
        assert (small.format, max(small.size)) == ("WEBP", PREVIEW_SIDE)
    turned = ready(pictures.photo_with_place(orientation=6))
    assert (turned.width, turned.height) == (40, 60)
    with Image.open(io.BytesIO(turned.content)) as picture:
        assert dict(picture.getexif()) == {} and "icc_profile" not in picture.info
        assert "comment" not in picture.info
        red, _green, blue = picture.convert("RGB").getpixel((38, 30))
        assert red > 200 > 60 > blue  # what was above is at the right


def test_a_file_may_have_ten_megabytes() -> None:
    with pytest.raises(FileTooLarge):
        made_ready(files.pdf(b"%" + bytes(MOST)), MOST, LONGEST)


@pytest.mark.parametrize(
    ("said", "media_type", "name"),
    [
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("C:\\Users\\me\\Bericht.PDF", "application/pdf", "Bericht.pdf"),
        ("photo.html", "image/jpeg", "photo.jpg"),
        ("a.JPEG", "image/jpeg", "a.jpeg"),
        ("", "audio/webm", "file.webm"),
        ("...", "image/png", "file.png"),
        ("r\u202egpj.exe", "image/png", "rgpj.png"),
        ("a\x00b\r\nc.png", "image/png", "abc.png"),
        ("Zażółć gęślą.docx", files.DOCX, "Zażółć gęślą.docx"),
        ('a"<b>:|?*%.odt', files.ODT, "a__b______.odt"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 96 + ".pdf"),
        ("Protokoll 12.3. final", "application/pdf", "Protokoll 12.3. final.pdf"),
    ],
)
def test_a16_a_name_has_no_way_and_the_right_ending(said: str, media_type: str, name: str) -> None:
    assert kept_name(said, media_type) == name


def test_a16_a_file_is_saved_under_its_name_in_every_script() -> None:
    assert attachment_header("a b.pdf") == 'attachment; filename="a b.pdf"'
    assert attachment_header("Łódź.pdf") == (
        "attachment; filename=\"odz.pdf\"; filename*=UTF-8''%C5%81%C3%B3d%C5%BA.pdf"
    )
    assert attachment_header("你好.pdf").startswith('attachment; filename=".pdf"; filename*=UTF-8')


def test_what_a_picture_shows_is_one_line() -> None:
    assert check_alt(" a \n b\u202e ") == "a b"
    assert check_alt("  ") is None
    with pytest.raises(Invalid):
        check_alt("a" * 301)
