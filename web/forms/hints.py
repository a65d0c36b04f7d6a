"""Forms about what a network asks before something is posted; and what every form has that posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from network.hints import HintQuestion
from web.forms.base import PageForm, tidy

BETWEEN = "|"
"""Stands between a word and what its author is told."""


class AskingForm(PageForm):
    """A form that posts something. `hints_seen` are the keys of what its author was asked about already;
    `asked` is what she is asked about now."""

    hints_seen = SelectMultipleField(validate_choice=False)
    asked: Sequence[Mapping[str, Any]] = ()

    def ask(self, question: HintQuestion) -> None:
        """Show the question; sent once more, the form answers it."""
        found = question.params["hints"]
        self.asked = list({one["key"]: one for one in found}.values())


class EntriesForm(PageForm):
    """Words or patterns, one in a line, and the version that was on the screen."""

    lines = TextAreaField(_l("One in a line"), filters=[tidy])
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    @property
    def entries(self) -> list[dict[str, str]]:
        """What was written, as `network.hints` takes it."""
        found = []
        for line in (self.lines.data or "").splitlines():
            text, _sign, note = line.partition(BETWEEN)
            if text.strip() or note.strip():
                found.append({"text": text.strip(), "note": note.strip()})
        return found

    @staticmethod
    def written(entries: Sequence[Mapping[str, str]]) -> str:
        """Words or patterns as one writes them."""
        return "\n".join(
            f"{one['text']} {BETWEEN} {one['note']}" if one["note"] else one["text"] for one in entries
        )


class FirstMessagesForm(PageForm):
    """Whether newcomers' first messages wait."""

    holds_first = BooleanField(_l("Newcomers’ first messages wait until one of us has looked at them"))
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
