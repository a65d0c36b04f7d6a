"""Odd effects over the API: whatever is sent where a decision says what it brings about, it is a clear
refusal or a decision that can be read again, never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from network import goals
from network.kernel.runtime import Runtime
from tests.api.callers import Caller
from tests.factories.decisions import make_town, now

TYPES = (
    "adopt_goal", "waive_step", "appoint", "set_features", "phase_change", "activate_agreement",
    "accept_amendment",
)  # fmt: skip
ODD_VALUES = (
    "null", "true", "-1", "1e400", "1" * 40, '""', '"\\u0000"', '"\\ud800"', '"' + "x" * 5000 + '"',
    "[[[[[]]]]]", '{"amendments": "yes"}', '{"\\ud800": 1}', "NaN", '["outreach"]',
    '{"typing": true, "no": 1}',
)  # fmt: skip
ODD_IDS = ('""', "7", "[]", '"\\u0000' + "0" * 35 + '"', '"' + "x" * 36 + '"')
SAID = (200, 201, 400, 409, 422)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_odd_effect_is_an_error_of_ours(live: Runtime, make_client: Callable[[], FlaskClient]) -> None:
    town, other = make_town(4, size="full"), make_town(2)
    theirs, ours = (
        goals.propose_goal(each.people[0], each.network.id, "A goal")["id"] for each in (other, town)
    )
    her = Caller(make_client, town.people[0].user_id)
    asked = {"kind": "consent", "question": "?", "closes_at": (now() + timedelta(days=3)).isoformat()}
    candidate = town.people[1].standings[town.network.id].membership_id
    elects = {**asked, "kind": "election", "options": [candidate]}
    sent = [
        (asked, f'{{"type": "{each}", {rest}}}')
        for each in TYPES
        for rest in (
            *(f'"value": {value}' for value in ODD_VALUES),
            *(f'"id": {odd}' for odd in (*ODD_IDS, f'"{theirs}"')),
        )
    ]
    sent += [(elects, f'{{"type": "appoint", "value": {value}}}') for value in ODD_VALUES]
    sent += [(asked, f'{{"type": "adopt_goal", "id": "{ours}", "value": {value}}}') for value in ODD_VALUES]
    drafted = sum(is_taken(her, town.network.id, body, effect) for body, effect in sent)
    assert drafted > 0
    assert her("get", f"/networks/{town.network.id}/decisions").status_code == 200


def is_taken(her: Caller, network_id: str, body: dict[str, Any], effect: str) -> bool:
    """Whether it could be written down; then it opens, or says why not, and is read again."""
    answer = her.client.post(
        f"/api/v1/networks/{network_id}/decisions", data=f'{json.dumps(body)[:-1]}, "effect": {effect}}}',
        headers=her.headers, content_type="application/json",
    )  # fmt: skip
    assert answer.status_code in SAID, (effect, answer.json)
    if answer.status_code != 201:
        return False
    one = f"/decisions/{(answer.json or {})['id']}"
    assert her("post", f"{one}/opening", {"expected_version": 1}).status_code in SAID, effect
    assert her("get", one).status_code == 200, effect
    return True
