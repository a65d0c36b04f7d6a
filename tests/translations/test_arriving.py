"""What the domain says reaches people in their language: refusals, steps, rules, first rooms, forms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import URL, Email, InputRequired, Length, NumberRange

from models.discussions import Room
from network import agreements, discussions, roadmap
from network.kernel.errors import DomainError
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.kernel.translation import LANGUAGES, translate, translate_plural
from network.roadmap.rules.steps import STEPS
from network.roadmap.rules.wording import title
from tests.factories.membership import steward_of_network
from tests.factories.networks import make_network
from web.forms.base import PageForm
from wsgi import load_capabilities

load_capabilities()


def _errors(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _errors(below)


def test_every_refusal_is_said_in_german() -> None:
    refusals = [error for error in _errors() if error.message]
    assert len(refusals) > 30
    alike = [error.__name__ for error in refusals if translate("de", error.message) == error.message]
    assert not alike


def test_forms_of_a_number() -> None:
    one, many = "%(num)s member", "%(num)s members"
    said = [translate_plural("de", one, many, number) for number in (0, 1, 2, 21)]
    assert said == ["0 Mitglieder", "1 Mitglied", "2 Mitglieder", "21 Mitglieder"]


def test_every_step_has_a_title_and_a_guide_in_each_language() -> None:
    for step in STEPS:
        for other in LANGUAGES[1:]:
            assert title(step.key, "en") != title(step.key, other)
            english, translated = (roadmap.get_guide(step.key, language) for language in ("en", other))
            assert translated.why != english.why
            assert len(translated.ways) == len(english.ways) > 0
            assert translated.template != english.template and translated.caution != english.caution


def test_the_first_rules_are_written_in_each_language() -> None:
    english, german = (agreements.builtin_rules(language) for language in ("en", "de"))
    assert len(english) == len(german) == 5
    assert all(one != other for one, other in zip(english, german, strict=True))


@pytest.mark.parametrize(("language", "names"), [("en", ["Welcome", "Café"]), ("de", ["Willkommen", "Café"])])
def test_the_first_rooms_have_names_in_the_networks_language(
    live: Runtime, language: str, names: list[str]
) -> None:
    network = make_network()
    opened = discussions.open_first_rooms(steward_of_network(network), network.id, language)
    with unit_of_work():
        rooms = {row.id: row.name for row in session().scalars(select(Room))}
    assert [rooms[opened[key]] for key in ("welcome", "cafe")] == names


@pytest.mark.parametrize(
    "validator", [InputRequired(), Length(max=3), Length(min=9), Email(), URL(), NumberRange(max=2)]
)
def test_what_the_form_library_says_is_german(app: Flask, validator: object) -> None:
    class Form(PageForm):
        asked = (IntegerField if isinstance(validator, NumberRange) else StringField)(validators=[validator])

    said = []
    for language in LANGUAGES:
        with app.test_request_context("/", headers={"Accept-Language": language}):
            typed = {} if isinstance(validator, InputRequired) else {"asked": "55555"}
            form = Form(MultiDict(typed), meta={"csrf": False})
            assert not form.validate()
            said.append(form.asked.errors)
    assert said[0] != said[1]
