"""What a topic is called, where moderation did not hide it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, literal

from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.kernel.veils import is_veiled, veiled_now

HIDDEN = _("Hidden conversation")


def title_of(row: Any, language: str) -> str:
    """The title of a topic's row; that it is hidden, in the reader's language, while a veil lies over it."""
    return translate(language, HIDDEN) if is_veiled(row.veiled_until) else str(row.title)


def shown_title(topics: Any) -> ColumnElement[str]:
    """The same as part of a statement over the columns of `topics`: empty where it is hidden, so that whoever
    shows it names the room."""
    return case((veiled_now(topics.veiled_until), literal("")), else_=topics.title).label("title")
