"""How often the pages of a version ask the database: for a long text with much talk and many signatures no
more often than for a short one, and the page of the version itself never more than twenty times."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, insert

from models.agreements import Clause, ClauseComment
from network import agreements
from network.agreements import ClauseIn
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from tests.factories.membership import again, proven
from tests.web.agreements.circle import Circle, as_

MOST = {"": 20, "/talk": 20, "/sign": 20, "/signatures": 20, "/changes": 20}


def test_a_long_text_asks_no_more_often_than_a_short_one(
    client: FlaskClient, circle: Circle, live: Runtime
) -> None:
    seen: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def statements(version_id: str) -> list[int]:
        found = []
        for path in MOST:
            seen.clear()
            assert client.get(f"{circle.here}/v/{version_id}{path}").status_code == 200
            found.append(len(seen))
        return found

    before = circle.in_force(signers=[circle.meta, circle.members[0]])
    made = circle.talked_about(
        document=before["agreement_id"], clauses=[ClauseIn("Time", "We come twice a month.")]
    )
    agreements.add_comment(again(circle.members[1]), made["id"], made["clauses"][0]["id"], "Good.")
    made = circle.agree(made["id"])
    agreements.sign_version(proven(circle.members[1]), made["id"], made["text_hash"], "member")
    as_(client, circle.members[0])
    client.get(circle.here)
    few = statements(made["id"])
    assert [path for path, asked in zip(MOST, few, strict=True) if asked > MOST[path]] == []
    _grow(live, circle, made)
    agreements.sign_version(proven(circle.meta), made["id"], made["text_hash"], "member")
    assert statements(made["id"]) == few


def _grow(live: Runtime, circle: Circle, made: dict[str, Any]) -> None:
    """Thirty parts more, two comments at each."""
    parts = [
        {
            "version_id": made["id"], "clause_id": new_id(), "position": 10 + number, "short": None,
            "heading": f"Part {number}", "text": "We do it together.", "hash": f"{number:064x}",
        }
        for number in range(30)
    ]  # fmt: skip
    comments = [
        {
            "id": new_id(), "version_id": made["id"], "clause_id": part["clause_id"], "body": "Good.",
            "clause_hash": part["hash"], "user_id": actor.id, "created_at": circle.clock.now(),
        }
        for part in parts for actor in (circle.members[1], circle.meta)
    ]  # fmt: skip
    with live.database.engine.begin() as connection:
        connection.execute(insert(Clause), parts)
        connection.execute(insert(ClauseComment), comments)
