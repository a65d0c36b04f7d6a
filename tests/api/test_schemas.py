"""Nobody slips a field in (A13): a schema refuses what it does not know, and no column of any table gets
through that it does not name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import marshmallow as ma
import pytest
from marshmallow import fields

import api.schemas
from api.schemas.base import ProblemOut
from models import Base

COLUMNS = sorted({column.name for table in Base.metadata.tables.values() for column in table.columns})


def schemas() -> list[type[ma.Schema]]:
    found = {
        member
        for module in pkgutil.iter_modules(api.schemas.__path__)
        for member in vars(importlib.import_module(f"api.schemas.{module.name}")).values()
        if inspect.isclass(member) and issubclass(member, ma.Schema) and member is not ma.Schema
    }
    return sorted(found, key=lambda schema: schema.__qualname__)


COMES_IN = [schema for schema in schemas() if schema.__name__.endswith(("In", "Query"))]


def within(schema: ma.Schema) -> Iterator[ma.Schema]:
    """The schema and those that lie in it."""
    yield schema
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from within(inner.schema)


def test_a13_every_schema_refuses_what_it_does_not_know() -> None:
    assert len(COMES_IN) > 50
    lax = [schema.__name__ for schema in schemas() if schema.Meta.unknown != ma.RAISE]
    assert lax == [ProblemOut.__name__]  # it goes out only
    for each in COMES_IN:
        assert all(schema.unknown == ma.RAISE for schema in within(each())), each


@pytest.mark.parametrize("schema", COMES_IN, ids=lambda schema: schema.__name__)
def test_a13_no_column_of_any_table_slips_in(schema: type[ma.Schema]) -> None:
    for level in within(schema()):
        known = {field.data_key or name for name, field in level.fields.items()}
        not_asked = [name for name in COLUMNS if name not in known]
        refused = level.validate(dict.fromkeys(not_asked, "x"))
        assert {name: refused.get(name) for name in not_asked} == {
            name: ["Unknown field."] for name in not_asked
        }
