"""Forms of the conversations. What a text may be is said by the domain; here it is only carried."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy


class MessageForm(PageForm):
    """A message in a topic. `client_msg_id` makes that it is posted once; `seen` is the last number that the
    page showed when it was written, `room_id` the room to which that number belongs. `file_ids` are files
    that came before, `alt` says what the pictures show that come now."""

    body = TextAreaField(_l("Your message"), filters=[tidy])
    client_msg_id = HiddenField(filters=[tidy])
    reply_to = HiddenField(filters=[tidy])
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    room_id = HiddenField(filters=[tidy])
    # What a language is, is said by the domain.
    language = SelectField(_l("Language of the message"), validate_choice=False)
    translation = StringField(_l("Translated? How?"), filters=[tidy])
    preview = HiddenField(filters=[tidy])
    file = MultipleFileField(_l("Attach files"))
    file_ids = SelectMultipleField(validate_choice=False)
    alt = StringField(_l("What does the picture show?"), filters=[tidy])


class TopicForm(PageForm):
    """A topic with its first message."""

    title = StringField(
        _l("What is it about?"), filters=[tidy], validators=[InputRequired(_l("Please give it a title."))]
    )
    body = TextAreaField(
        _l("Your message"), filters=[tidy], validators=[InputRequired(_l("Please write something."))]
    )
    client_msg_id = HiddenField(filters=[tidy])


class NewTopicForm(TopicForm):
    """The same, with the choice of the room."""

    room = RadioField(_l("Where?"), validators=[InputRequired(_l("Please choose a room."))])


class EditForm(PageForm):
    """A message's other words, and the version that was on the screen."""

    body = TextAreaField(
        _l("Your message"), filters=[tidy], validators=[InputRequired(_l("Please write something."))]
    )
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class TitleForm(PageForm):
    """A topic's other title, and the version that was on the screen."""

    title = StringField(
        _l("Title"), filters=[tidy], validators=[InputRequired(_l("Please give it a title."))]
    )
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class StepForm(PageForm):
    """One of the steps that a topic or a room can take, from the version that was on the screen; why it is
    locked."""

    step = HiddenField(validators=[InputRequired()])
    reason = StringField(_l("Why?"), id="lock-reason", filters=[tidy])
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class MarkForm(PageForm):
    """Up to where somebody has read, by the numbers of which room."""

    seq = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    room_id = HiddenField(filters=[tidy])


class RoomForm(PageForm):
    """A room as it is set up or changed."""

    name = StringField(_l("Name"), filters=[tidy], validators=[InputRequired(_l("Please give it a name."))])
    purpose = TextAreaField(_l("What is it for?"), filters=[tidy])
    posting = RadioField(
        _l("Who writes here?"),
        choices=[
            SelectChoice("members", _l("All members")),
            SelectChoice("meta_mentors", _l("Only the meta-mentors")),
        ],
        validators=[InputRequired(_l("Please choose who writes here."))],
    )
    expected_version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class ChangedRoomForm(RoomForm):
    """The same, with what a room that is there already may rest on."""

    needs_agreement = BooleanField(_l("Only who signed our agreement writes here"))


class NewRoomForm(RoomForm):
    """The same, with the choice of who sees it, which never changes."""

    seen_by = RadioField(
        _l("Who sees it?"),
        choices=[
            SelectChoice("everybody", _l("Everybody in the network")),
            SelectChoice("chosen", _l("Only people whom you choose")),
        ],
        validators=[InputRequired(_l("Please choose who sees it."))],
    )


class PaceForm(PageForm):
    """How long everybody waits between two messages, and why."""

    seconds = SelectField(_l("Between two messages of one person"), coerce=int, choices=[])
    reason = StringField(_l("Why?"), filters=[tidy])
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class MoveForm(PageForm):
    """Into which room a topic goes, and why."""

    room_id = RadioField(_l("Into which room?"), validators=[InputRequired(_l("Please choose a room."))])
    reason = StringField(_l("Why?"), filters=[tidy])
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
