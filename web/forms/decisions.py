"""Forms about decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
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
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from web.decision_words import STANCES
from web.forms.base import DayField, PageForm, tidy


class StepForm(PageForm):
    """Which version of the decision was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class QuestionForm(PageForm):
    """A question as it is put to all. `offer` names what can be chosen."""

    question = StringField(
        _l("What do we decide?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write the question.")), Length(max=500)],
    )
    explanation = TextAreaField(
        _l("What one needs to know for it"), filters=[tidy], validators=[Length(max=10_000)]
    )
    options = TextAreaField(_l("The answers, one on each line"), filters=[tidy])
    candidates = SelectMultipleField(_l("Who stands for it?"), validate_choice=True)
    concerned_user_id = SelectField(_l("Whom is it about?"), validate_choice=True)
    effect = SelectField(_l("What happens when it passes"), choices=[], default="", validate_choice=True)
    until = DayField(_l("Until when is the role given?"), validators=[Optional()])
    closes_on = DayField(
        _l("Until which day can one answer?"),
        validators=[InputRequired(_l("Please say until which day one can answer."))],
    )
    quorum = SelectField(
        _l("How many have to answer so that it counts?"),
        choices=[
            SelectChoice("1/2", _l("Half of us")),
            SelectChoice("1/3", _l("A third of us")),
            SelectChoice("2/3", _l("Two thirds of us")),
            SelectChoice("0/1", _l("No matter how many")),
        ],
    )
    threshold = SelectField(
        _l("How many have to be for it?"),
        choices=[
            SelectChoice("0/1", _l("The answer with the most")),
            SelectChoice("1/3", _l("A third of us")),
            SelectChoice("1/2", _l("Half of us")),
            SelectChoice("2/3", _l("Two thirds of us")),
        ],
    )
    anonymous = BooleanField(_l("Nobody sees who said what"))
    hidden_until_closed = BooleanField(_l("The count is shown when it is over"))
    silence = BooleanField(_l("Who says nothing agrees"))
    topic_id = HiddenField()

    def offer(self, **choices: Sequence[tuple[str, Any]]) -> None:
        """What can be chosen, by field; fields of which nothing is said are taken out."""
        for name in ("candidates", "concerned_user_id", "effect"):
            if name in choices:
                self[name].choices = [SelectChoice(value, label) for value, label in choices[name]]
            else:
                del self[name]

    def leave_out(self, *names: str) -> None:
        """Fields that a question of this kind does not have."""
        for name in names:
            del self[name]


class StanceForm(PageForm):
    """What somebody says to a question that is agreed on."""

    stance = RadioField(
        _l("What do you say?"),
        choices=[SelectChoice(stance, word[0]) for stance, word in STANCES.items()],
        validators=[InputRequired(_l("Please choose what you say."))],
    )
    reason = TextAreaField(
        _l("What is your concern?"), filters=[tidy], validators=[Optional(), Length(max=2000)]
    )
    would_change = TextAreaField(
        _l("What would have to be different?"), filters=[tidy], validators=[Optional(), Length(max=2000)]
    )


class ChoiceForm(PageForm):
    """Which answer somebody chooses."""

    option_ids = SelectMultipleField(
        _l("What do you choose?"), validators=[InputRequired(_l("Please choose an answer."))]
    )

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """The answers."""
        self.option_ids.choices = [SelectChoice(value, label) for value, label in options]


class WordForm(StepForm):
    """A sentence about an objection: how it is met, or the own word on that."""

    answer = TextAreaField(
        _l("How can it be met?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a sentence how it can be met.")), Length(max=2000)],
    )


class SettledForm(StepForm):
    """What somebody says instead of her objection."""

    stance = HiddenField(validators=[AnyOf(("consent", "reservation", "stand_aside"))])


class StatementForm(PageForm):
    """What the person whom it concerns says to all."""

    statement = TextAreaField(
        _l("What do you want to say to the others?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write something.")), Length(max=4000)],
    )


class ReasonForm(StepForm):
    """Why a decision is taken back."""

    reason = TextAreaField(
        _l("Why?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a sentence why.")), Length(max=1000)],
    )


class LaterForm(StepForm):
    """A later end, or a typing error mended."""

    explanation = QuestionForm.explanation
    question = StringField(
        _l("The question, without the typing error"), filters=[tidy], validators=[Optional(), Length(max=500)]
    )
    closes_on = DayField(_l("Until which day can one answer?"), validators=[Optional()])


class OutcomeForm(StepForm):
    """What came of a decision, who sees to it, when it is looked at again."""

    outcome = TextAreaField(
        _l("What do we do now?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a sentence what you do now.")), Length(max=4000)],
    )
    responsible_id = SelectField(_l("Who sees to it?"))
    review_on = DayField(_l("When do we look at it again?"), validators=[Optional()])

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """Who can see to it."""
        self.responsible_id.choices = [SelectChoice(value, label) for value, label in people]


class NextRoundForm(StepForm):
    """The question in other words, so that an objection is met."""

    question = QuestionForm.question
    explanation = QuestionForm.explanation
    options = QuestionForm.options
    closes_on = QuestionForm.closes_on


class CallForm(PageForm):
    """A decision that was taken on a call."""

    wording = TextAreaField(
        _l("What did you decide?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write what you decided.")), Length(max=500)],
    )
    present = SelectMultipleField(_l("Who else was there?"))
    consents = SelectMultipleField(_l("Who agreed?"))

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """The members of the network."""
        for field in (self.present, self.consents):
            field.choices = [SelectChoice(value, label) for value, label in people]
