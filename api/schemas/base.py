"""What every resource's schemas share: strict in what comes in, one form for ids, times and pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from network.kernel.ids import is_id
from network.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT

LARGEST = 2**53 - 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Schema(ma.Schema):
    """Unknown fields are refused, always: nobody slips a role in."""

    class Meta:
        unknown = ma.RAISE


class Text(fields.String):
    """Text that a database can hold: no NUL, no half characters; trimmed unless `strip=False`."""

    def __init__(self, *, strip: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._strip = strip

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _UNSTORABLE.search(text):
            raise self.make_error("invalid")
        return text.strip() if self._strip else text


def text(maximum: int, *, minimum: int = 0, **kwargs: Any) -> Text:
    """A text field of at most `maximum` characters (after trimming at least `minimum`)."""
    return Text(validate=validate.Length(min=minimum or None, max=maximum), **kwargs)


class Id(fields.String):
    """An id in its one written form."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "uuid", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        given = super()._deserialize(value, attr, data, **kwargs)
        if not is_id(given):
            raise ma.ValidationError("Not a valid UUID.")
        return given


class Instant(fields.AwareDateTime):
    """A moment: RFC 3339 in UTC with `Z` on the way out; any zone, but one, on the way in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            moment = super()._deserialize(value, attr, data, **kwargs)
            return moment.astimezone(UTC)
        except (OverflowError, TypeError, AttributeError):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None


class WholeNumber(fields.Integer):
    """A whole number that every database and every client can hold; no text and no fraction."""

    def __init__(self, *, minimum: int = 0, maximum: int = LARGEST, **kwargs: Any) -> None:
        kwargs.setdefault("strict", True)
        super().__init__(validate=validate.Range(min=minimum, max=maximum), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


def choice(*options: str, **kwargs: Any) -> fields.String:
    """One of a fixed set of words."""
    return fields.String(validate=validate.OneOf(options), **kwargs)


class VersionedIn(Schema):
    """What every transition carries: the version that the caller saw."""

    expected_version = WholeNumber(required=True)


class PageQuery(Schema):
    """`?limit=` and `?cursor=` of a list."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))
    cursor = text(1000, load_default=None)


class PersonOut(Schema):
    """A person as others see her in a list."""

    id = fields.String(required=True)
    display_name = fields.String(required=True)
    photo_url = fields.String(allow_none=True)


class ProblemOut(Schema):
    """RFC 9457. `code` is stable; `errors` names each field that cannot be taken; a situation may add members
    of its own, such as `current`."""

    class Meta:
        unknown = ma.EXCLUDE  # in the document: further members are possible

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


def file_body(media_type: str) -> dict[str, Any]:
    """How the document describes a file that comes as the whole body, or as the field `file` of a form."""
    binary = {"type": "string", "format": "binary"}
    if media_type != "multipart/form-data":
        return binary
    return {"type": "object", "properties": {"file": binary}, "required": ["file"]}


_pages: dict[type[ma.Schema], type[Schema]] = {}


def page_of(item: type[ma.Schema]) -> type[Schema]:
    """The schema of a list of `item`: `{items, next}`."""
    if item not in _pages:
        name = f"{item.__name__.removesuffix('Out')}PageOut"
        _pages[item] = type(
            name,
            (Schema,),
            {
                "__doc__": "One page of a list; `next` is the cursor of the following one or null.",
                "items": fields.List(fields.Nested(item), required=True),
                "next": fields.String(required=True, allow_none=True),
            },
        )
    return _pages[item]
