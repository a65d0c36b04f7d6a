"""A photo out of a phone: made smaller in the browser before it is sent, and shown."""

from __future__ import annotations

import base64
import io
import re

from PIL import Image
from playwright.sync_api import expect

from tests.browsing import MakeVisitor
from tests.factories import pictures
from tests.live_server import LiveServer
from tests.pages.opened import sign_in_with_code

CHOSEN = """() => new Promise((resolve) => {
  const file = document.querySelector("input[type=file]").files[0], reader = new FileReader();
  reader.onload = () => resolve([file.name, file.type, reader.result.split(",")[1]]);
  reader.readAsDataURL(file);
})"""


def from_a_phone() -> bytes:
    """Larger than what is taken (2 MiB), held sideways, with the place where it was taken."""
    grain = Image.effect_noise((1800, 1200), 90).convert("RGB")
    with Image.open(io.BytesIO(pictures.photo_with_place(6))) as small:
        exif = small.getexif()
    written = io.BytesIO()
    grain.save(written, "JPEG", quality=97, exif=exif)
    return written.getvalue()


def test_a_large_photo_is_made_smaller_before_it_is_sent(demo_server: LiveServer, visit: MakeVisitor) -> None:
    window, large = visit(demo_server), from_a_phone()
    assert len(large) > 2_097_152 and pictures.CANARY.encode() in large
    sign_in_with_code(window, "photo@mail.example")
    page = window.open("/me/photo")
    box = page.get_by_label("A photo of you (if you like)")
    box.set_input_files({"name": "me.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    assert page.evaluate(CHOSEN)[:2] == ["me.txt", "text/plain"]
    box.set_input_files({"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": large})
    expect(box).to_have_value(re.compile(r"photo\.jpg$"))
    _name, kind, content = page.evaluate(CHOSEN)
    sent = base64.b64decode(content)
    assert kind == "image/jpeg" and len(sent) < len(large) / 3
    with Image.open(io.BytesIO(sent)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((683, 1024), {})  # upright
    assert pictures.CANARY.encode() not in sent
    window.tap(window.button("Save"))
    expect(page.get_by_role("button", name="Remove my photo")).to_be_visible()
