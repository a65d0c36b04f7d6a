"""Forms about worries, and about the list of professionals."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy

KIND_NAMES = {
    "children": _l("For children and young people"),
    "violence": _l("Violence at home, violence against women"),
    "victims": _l("For victims of crime"),
    "talk": _l("Somebody to talk to"),
    "other": _l("Others"),
}
NOTE_NAMES = {
    "action": _l("What I did"),
    "told": _l("Whom I told"),
    "closing": _l("It is settled, because …"),
    "keep": _l("It is needed longer, because …"),
}


class AboutForm(PageForm):
    """Whom it is about."""

    people = SelectMultipleField(_l("Is it about one of them?"), choices=[], validate_choice=False)
    names = TextAreaField(_l("Other names, one in each line"), filters=[tidy], validators=[Length(max=4000)])

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """The people who can be chosen."""
        self.people.choices = [SelectChoice(user_id, name) for user_id, name in people]

    @property
    def about(self) -> list[str]:
        """Ids and names together, as `network.concerns` takes them."""
        return [*(self.people.data or []), *(self.names.data or "").splitlines()]


class ConcernForm(AboutForm):
    """What somebody is worried about."""

    what = TextAreaField(
        _l("What happened? In your own words: who, what, when, where."),
        filters=[tidy],
        validators=[InputRequired(_l("Please say what happened, in your own words.")), Length(max=10_000)],
    )
    danger = BooleanField(_l("Somebody's life may be in danger"))


class AdditionForm(AboutForm):
    """What who raised it adds."""

    what = TextAreaField(
        _l("What else happened?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say what happened, in your own words.")), Length(max=10_000)],
    )


class NoteForm(PageForm):
    """What lead or deputy write down."""

    kind = RadioField(
        _l("What do you write down?"),
        choices=[SelectChoice(kind, name) for kind, name in NOTE_NAMES.items()],
        default="action",
    )
    what = TextAreaField(
        _l("In a few words"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write something.")), Length(max=10_000)],
    )


class ContactForm(PageForm):
    """A professional contact."""

    country = SelectField(
        _l("Country"), choices=[], validators=[InputRequired(_l("Please choose a country."))]
    )
    kind = SelectField(
        _l("For whom?"), choices=[SelectChoice(kind, name) for kind, name in KIND_NAMES.items()]
    )
    name = StringField(
        _l("Who answers there?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say who answers there.")), Length(max=200)],
    )
    phone = StringField(_l("Telephone number"), filters=[tidy], validators=[Length(max=40)])
    url = StringField(_l("Page"), filters=[tidy], validators=[Length(max=500)])
    hours = StringField(_l("When does somebody answer?"), filters=[tidy], validators=[Length(max=200)])
    expected_version = IntegerField(widget=HiddenInput(), default=0)

    @property
    def said(self) -> dict[str, str]:
        """What was said, as `network.concerns` takes it."""
        fields = ("country", "kind", "name", "phone", "url", "hours")
        return {name: self[name].data or "" for name in fields}
