"""The API against its own OpenAPI document: fifty examples and more per operation, as steward and as member.

No answer may be a 500 or one that the document does not declare, and each operation succeeds at least once.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from network.kernel.ids import derived_secret
from tests.api.successes import SUCCESSES, as_actor, success_of
from tests.api.variety import variety_of
from tests.matrix.questions import body_of
from tests.matrix.world import World, make_world

EXAMPLES = 50
ACTORS = ("steward", "member")
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
TABLE = Path(__file__).parents[1] / "matrix" / "routes.csv"
LINES = csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())
ROWS = [row for row in LINES if row["endpoint"].startswith("api_")]
OPERATIONS = [
    (row["endpoint"], row["method"]) for row in ROWS if row["endpoint"] not in ("api_docs", "api_problems")
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with make_world(tmp_path_factory.mktemp("contract")) as made:
        yield made


@pytest.fixture(scope="module")
def schema(world: World) -> Any:
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.app)
    found.config.generation.update(with_security_parameters=False)  # who asks is ours to say
    return found


def test_every_operation_is_asked(schema: Any) -> None:
    assert len(list(schema.get_all_operations())) == len(OPERATIONS)


def test_what_has_few_inputs_is_known_by_its_document(schema: Any) -> None:
    def inputs(path: str, method: str) -> float:
        return variety_of(schema.raw_schema, f"/api/v1{path}", method)

    assert inputs("/me/freeze", "GET") == 1
    assert inputs("/me/freeze", "PUT") == 2
    assert inputs("/me", "PATCH") == inputs("/networks/{network_id}", "GET") == inf


@pytest.mark.parametrize(("endpoint", "method"), OPERATIONS, ids=[f"{m} {e}" for e, m in OPERATIONS])
def test_no_answer_is_undeclared(world: World, schema: Any, endpoint: str, method: str) -> None:
    operation = _operation(world, schema, endpoint, method)
    examples = _examples(world, operation, endpoint)
    # Where there are fewer inputs than examples, as many as there are.
    assert len(examples) >= min(EXAMPLES, variety_of(schema.raw_schema, operation.path, method))
    for actor in ACTORS:
        world.reset()
        calling = as_actor(world, actor)
        for case in examples:
            response = case.call(**calling)
            case.validate_response(response, checks=CHECKS)
            if world.sessions and response.status_code == 401:
                world.reset()  # the example signed out or changed the password


def _examples(world: World, operation: Any, endpoint: str) -> list[Case]:
    """Requests as the document allows them. Making one up takes as long as answering it, so all actors send
    the same."""
    known = _knower(world, endpoint)
    made: list[Case] = []

    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(), st.integers(0, 4))
    def make(case: Case, die: int) -> None:
        if die:
            known(case, random.Random(die))
        case.body = _writable(case.body)
        made.append(case)

    make()
    return made


@pytest.mark.parametrize(("endpoint", "method"), OPERATIONS, ids=[f"{m} {e}" for e, m in OPERATIONS])
def test_each_operation_succeeds(world: World, schema: Any, endpoint: str, method: str) -> None:
    world.reset()
    case, calling = success_of(world, _operation(world, schema, endpoint, method), endpoint, ROWS)
    response = case.call(**calling)
    assert 200 <= response.status_code < 300, (response.status_code, response.text)
    case.validate_response(response, checks=CHECKS)


def _writable(body: Any) -> Any:
    """What the client can write: its JSON knows no greater numbers than 64 bits. Only where anything goes are
    there such, in what a browser gives for a passkey."""
    if isinstance(body, dict):
        return {name: _writable(value) for name, value in body.items()}
    if isinstance(body, list):
        return [_writable(value) for value in body]
    return body % 2**63 if isinstance(body, int) and abs(body) >= 2**63 else body


def _operation(world: World, schema: Any, endpoint: str, method: str) -> Any:
    rule = next(r for r in world.app.url_map.iter_rules() if r.endpoint == endpoint)
    for operation in (result.ok() for result in schema.get_all_operations()):
        if operation.method.upper() == method and _same(operation.path, rule.rule):
            return operation
    raise LookupError(endpoint)


def _same(documented: str, rule: str) -> bool:
    return documented == re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule)


def _knower(world: World, endpoint: str) -> Callable[[Case, random.Random], None]:
    """Puts ids that exist where the example has made-up ones, so that it gets past the first door."""
    secret = derived_secret("invitation", f"{world.ids['invitation_id']}:0")
    wanted = body_of(world, endpoint) or {}

    def know(case: Case, chance: random.Random) -> None:
        parameters = case.path_parameters or {}
        for name in list(parameters):
            if name in world.ids:
                parameters[name] = world.ids[name]
            elif name == "token" and chance.random() < 0.5:
                parameters[name] = secret
        if isinstance(case.body, dict):
            for name, value in wanted.items():
                if name in case.body and (name.endswith("_id") or name == "expected_version"):
                    case.body[name] = value

    return know


def test_the_successes_are_all_needed(world: World) -> None:
    assert set(SUCCESSES) <= {endpoint for endpoint, _method in OPERATIONS}
