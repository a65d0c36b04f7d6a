"""How an archive of one's own data looks: JSON for programs, one page of HTML for people, in a zip."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import IO, Any, TypedDict

import orjson

from network.kernel.translation import mark as _
from network.kernel.translation import supported, translate
from network.privacy.rules.purposes import PURPOSES

FORM = 1
"""The number of the JSON's form (docs/export.md); it grows when something goes or means another thing."""

TITLE = _("What is stored about you")
INTRODUCTION = _(
    "Words of other people and their names are not in here; secrets such as passwords are not either."
)
ROWS = _("Rows: %(number)s")


class TableExport(TypedDict):
    """`rows` are about the person; `acts` are rows about others or nobody, in which she did something."""

    purpose: str
    rows: list[dict[str, Any]]
    acts: list[dict[str, Any]]


def make_archive(
    user_id: str,
    tables: Mapping[str, TableExport],
    language: str,
    now: datetime,
    files: Iterable[tuple[str, bytes]] = (),
    *,
    folder: Path | None = None,
) -> IO[bytes]:
    """The zip with `data.json`, `index.html` and the person's own files under their names, from its
    beginning: in memory, or where a `folder` is named on its disk, without a name in it and gone when it is
    closed."""
    document = {"form": FORM, "exported_at": now, "user_id": user_id, "tables": tables}
    # Whoever reads it closes it.
    packed: IO[bytes] = tempfile.TemporaryFile(dir=folder) if folder else io.BytesIO()  # noqa: SIM115
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            options = orjson.OPT_UTC_Z | orjson.OPT_INDENT_2
            archive.writestr("data.json", orjson.dumps(document, option=options))
            archive.writestr("index.html", readable(tables, language))
            for name, content in files:
                archive.writestr(name, content, zipfile.ZIP_STORED)  # they are packed by themselves
        packed.seek(0)
    except BaseException:
        packed.close()
        raise
    return packed


def readable(tables: Mapping[str, TableExport], language: str) -> str:
    """The page for people, in her language: by purpose, each with why it is there."""
    said = supported(language)
    title = escape(translate(said, TITLE))
    parts = [
        f'<!doctype html><html lang="{said}"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "dl{border-top:1px solid #888;display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}"
        "dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}</style></head>"
        f"<body><h1>{title}</h1><p>{escape(translate(said, INTRODUCTION))}</p>"
    ]
    for key, purpose in PURPOSES.items():
        found = {name: table for name, table in tables.items() if table["purpose"] == key}
        if not any(table["rows"] or table["acts"] for table in found.values()):
            continue
        parts.append(f"<h2>{escape(translate(said, purpose.title))}</h2>")
        parts.append(f"<p>{escape(translate(said, purpose.what))}</p>")
        for name, table in found.items():
            rows = [*table["rows"], *table["acts"]]
            if rows:
                number = escape(translate(said, ROWS, {"number": len(rows)}))
                parts.append(f"<h3>{escape(name)}</h3><p>{number}</p>")
                parts += [_row(row) for row in rows]
    return "".join((*parts, "</body></html>\n"))


def _row(row: Mapping[str, Any]) -> str:
    shown = (
        (name, value.isoformat(" ", "seconds") if isinstance(value, datetime) else value)
        for name, value in row.items()
    )
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>"
        for name, value in shown
        if value not in (None, "")
    )
    return f"<dl>{facts}</dl>"
