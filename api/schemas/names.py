"""Text that names something known: a person, a language, a country, a time zone, a mail address.

The rules judge it, here and once more in the command; here, so that one answer tells of every field at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError, fields, validate

from api.schemas.base import Text
from network import organisations, people
from network.kernel.addresses import MAX_LENGTH, check_email
from network.kernel.errors import Invalid
from network.networks import MAX_LANGUAGES

COUNTRY = {"pattern": "^[A-Za-z]{2}$", "description": "ISO 3166-1 alpha-2", "example": "DE"}
LANGUAGE = {
    "description": "BCP 47", "example": "de", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$",
}  # fmt: skip
TIME_ZONE = {"description": "IANA name", "example": "Europe/Berlin"}
EMAIL = {"description": "A mail address", "example": "amina@mail.example", "format": "email"}


class Judged(Text):
    """Text that a rule takes or refuses, in the rule's words."""

    def __init__(self, rule: Callable[[str], object], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rule = rule

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        _ask(self._rule, text)
        return text


def name(longest: int, **kwargs: Any) -> Judged:
    """What a person or a thing is called, at most `longest` characters."""

    def rule(text: str) -> object:
        return people.clean_name(text, longest=longest)

    return Judged(rule, validate=validate.Length(min=1, max=longest), **kwargs)


def language(**kwargs: Any) -> Judged:
    """A language."""
    return _known(people.clean_language, 2, 35, LANGUAGE, kwargs)


def languages(**kwargs: Any) -> fields.List:
    """One language or some."""
    several = validate.Length(min=1, max=MAX_LANGUAGES)
    return fields.List(
        Text(validate=validate.Length(min=2, max=35), metadata=LANGUAGE),
        validate=[several, _languages],
        **kwargs,
    )


def country(**kwargs: Any) -> Judged:
    """A country."""
    return _known(organisations.clean_country, 2, 2, COUNTRY, kwargs)


def time_zone(**kwargs: Any) -> Judged:
    """A time zone."""
    return _known(people.clean_time_zone, 1, 60, TIME_ZONE, kwargs)


def email(**kwargs: Any) -> Judged:
    """A mail address."""
    return _known(check_email, 3, MAX_LENGTH, EMAIL, kwargs)


def _known(
    rule: Callable[[str], object], least: int, most: int, metadata: dict[str, str], more: dict[str, Any]
) -> Judged:
    return Judged(rule, validate=validate.Length(min=least, max=most), metadata=metadata, **more)


def _languages(tags: list[str]) -> None:
    for tag in tags:
        _ask(people.clean_language, tag)


def _ask(rule: Callable[[str], object], text: str) -> None:
    try:
        rule(text)
    except Invalid as refusal:
        said = [gettext(fault.message, **fault.params) for fault in refusal.faults.values()]
        raise ValidationError(said) from None
