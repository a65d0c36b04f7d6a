"""How files stand on a page: what each is, how large, where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from network import files

_KINDS = {
    "application/pdf": "PDF",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
}
MEBIBYTE, KIBIBYTE = 1_048_576, 1024


def shown_files(carried: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Files as the macro `files` takes them."""
    return [_shown(each) for each in carried]


def said_of(carried: Sequence[Mapping[str, Any]]) -> str:
    """What stands for a message that is nothing but files, where it is quoted or listed."""
    if not carried:
        return ""
    first = carried[0]
    if first["seconds"]:
        return _("Voice note")
    return first["alt"] or _("Picture") if first["width"] else str(first["name"])


def size_of(number: int) -> str:
    """So many bytes, for people."""
    if number < MEBIBYTE:
        return _("%(number)s kB", number=format_decimal(max(1, round(number / KIBIBYTE))))
    return _("%(number)s MB", number=format_decimal(round(number / MEBIBYTE, 1)))


def _shown(each: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": each["id"], "name": each["name"], "url": url_for("files.file", file_id=each["id"]),
        "size": size_of(each["bytes"]), "kind": _KINDS.get(each["media_type"], ""), "alt": each["alt"] or "",
        "said": said_of([each]),
    }  # fmt: skip
    if each["width"]:
        scale = min(1.0, files.PREVIEW_SIDE / max(each["width"], each["height"]))
        shown["preview"] = {
            "url": url_for("files.preview", file_id=each["id"]),
            "width": max(1, round(each["width"] * scale)), "height": max(1, round(each["height"] * scale)),
        }  # fmt: skip
    elif each["seconds"]:
        minutes, seconds = divmod(each["seconds"], 60)
        shown["lasts"] = f"{minutes}:{seconds:02}"
    return shown
