"""How many different inputs an operation can be given, as its OpenAPI document says."""

from __future__ import annotations

from math import inf, prod
from typing import Any

Described = dict[str, Any]


def variety_of(document: Described, path: str, method: str) -> float:
    """The number of inputs of an operation: 1 where there is nothing to say, infinite where anything goes."""
    item = document["paths"][path]
    operation = item[method.lower()]
    said = [_found(document, one) for one in [*item.get("parameters", []), *operation.get("parameters", [])]]
    parts = [
        _values(document, one["schema"]) + (not one.get("required", False)) for one in said if "schema" in one
    ]
    if "requestBody" in operation:
        body = _found(document, operation["requestBody"])
        kinds = sum(_values(document, content.get("schema", {})) for content in body["content"].values())
        parts.append(kinds + (not body.get("required", False)))
    return prod(parts)


def _found(document: Described, said: Described) -> Described:
    while "$ref" in said:
        found: Any = document
        for name in said["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        said = found
    return said


def _values(document: Described, said: Described) -> float:
    """How many values a schema allows; whatever is not plainly countable counts as infinite."""
    schema = _found(document, said)
    if "const" in schema:
        return 1
    if "enum" in schema:
        return len(schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return sum(_values(document, one) for one in schema[several])
    kind = schema.get("type")
    if isinstance(kind, list):
        return sum(_values(document, {**schema, "type": one}) for one in kind)
    if kind == "object" and schema.get("additionalProperties") is False:
        needed = schema.get("required", [])
        properties = schema.get("properties", {}).items()
        return prod(_values(document, each) + (name not in needed) for name, each in properties)
    return {"boolean": 2, "null": 1}.get(str(kind), inf)
