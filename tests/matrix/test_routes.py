"""Every route × every kind of actor, as the table beside this file says; a route without a row fails (A12).

The table holds HTTP statuses: 401 or a way to the door (302) for who is not signed in, 404 for who may not
see the thing, 403 for who sees it and may not, 409 where the state forbids what the right would allow, 422
for a form of a page that was let through and lacks its fields.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from tests.matrix.asking import ask, methods_of
from tests.matrix.world import ACTORS, World, make_world

TABLE = Path(__file__).with_name("routes.csv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone: the laws are asked in Python, and both databases are asked elsewhere."""
    with make_world(tmp_path_factory.mktemp("world")) as made:
        yield made


def asked_rules(world: World) -> dict[tuple[str, str], Rule]:
    return {
        (rule.endpoint, method): rule
        for rule in world.app.url_map.iter_rules()
        for method in methods_of(rule)
    }


def test_every_route_has_its_row(world: World) -> None:
    routes = set(asked_rules(world))
    rows = {(row["endpoint"], row["method"]) for row in ROWS}
    assert len(rows) == len(ROWS), "a route stands twice in tests/matrix/routes.csv"
    assert not routes - rows, "Add a row to tests/matrix/routes.csv: who may, for each kind of actor"
    assert not rows - routes, "Take the row out of tests/matrix/routes.csv: its route is gone"


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['method']} {row['endpoint']}" for row in ROWS])
def test_a12_each_actor_gets_what_the_table_says(world: World, row: dict[str, str]) -> None:
    rule = asked_rules(world)[row["endpoint"], row["method"]]
    found = {actor: str(ask(world, rule, row["method"], actor)) for actor in ACTORS}
    assert found == {actor: row[actor] for actor in ACTORS}


def test_the_table_lets_no_stranger_and_nobody_removed_into_a_network() -> None:
    inside = [
        row
        for row in ROWS
        if row["member"] in ("200", "201", "204") and row["anonymous"] in ("401", "302", "404")
    ]
    assert len(inside) > 30
    own = (
        "addresses.ask", "tokens.", "mails.", "notices.", "api_notifications.get_notification_settings",
        "api_notifications.choose_notification_settings", "api_notifications.list_notifications",
        "api_notifications.mark_notifications_read", "api_second_factor.", "second_factor.", "api_people.",
        "api_passkeys.", "passkeys.", "api_push.", "push.",
        "api_profiles.get_my_profile", "api_profiles.change_profile", "profiles.", "api_sessions.",
        "api_tokens.", "people.", "me.", "home.", "organisations.start",
        "api_membership.list_my_applications", "applications.mine", "api_membership.list_my_memberships",
        "api_organisations.found_organisation", "discussions.side", "meetings.agenda",
        "meetings.propose", "meetings.calendar", "api_meetings.get_calendar_feed",
        "api_meetings.make_calendar_feed", "api_meetings.revoke_calendar_feed",
        "organisations.organisation", "membership.people", "discussions.talk", "discussions.write",
        "privacy.export", "erasure.ask", "api_consents.",
        "rights.own", "search.search", "api_blocks.", "blocks.blocks", "direct.choose", "photos.own",
        "first_steps.", "inbox.inbox", "api_inbox.list_inbox", "files.tools",
        "api_deliberation.list_templates",
    )  # fmt: skip
    for row in inside:
        if not row["endpoint"].startswith(own):
            for outsider in ("stranger", "removed", "partner_steward", "operator"):
                assert row[outsider] in ("403", "404", "302", "303"), (row["endpoint"], outsider)


WHILE_ONE_WAITS = {
    # What the network is for and its rules; her own application, and the talk about it.
    "api_networks.get_network", "roadmap.network", "api_agreements.get_agreement_version",
    "api_agreements.list_agreements", "api_agreements.get_agreement", "api_agreements.list_signatures",
    "api_deliberation.difference",
    "api_agreements.accept_rules", "agreements.rules", "agreements.documents",
    "versions.version", "versions.signatures", "documents.document", "api_documents.get_document",
    "membership.own", "api_membership.get_application",
    "api_membership.withdraw_application", "api_membership.list_application_messages",
    "api_membership.write_about_application", "applications.application",
}  # fmt: skip


def test_a11_who_waits_to_be_let_in_gets_an_allow_list_and_nothing_else() -> None:
    open_to_her = {
        row["endpoint"] for row in ROWS if row["applicant"][0] == "2" and row["stranger"][0] != "2"
    }
    assert open_to_her <= WHILE_ONE_WAITS
    events = csv.DictReader(TABLE.with_name("events.csv").read_text(encoding="utf-8").splitlines())
    theirs = [row for row in events if row["of"] != "small_network"]  # to which the stranger belongs
    assert len(theirs) > 10
    for row in theirs:
        assert row["applicant"] == row["stranger"], (row["event"], row["of"])
