"""A crawler that has only other people's ids (A12): each route, each kind of actor, in path, query and body.
What is not hers is answered like what does not exist, byte for byte but for the id, and nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from marshmallow import fields
from werkzeug.routing import Rule

from api.schemas.base import Id
from tests.api.test_schemas import COMES_IN, within
from tests.matrix.asking import methods_of, request_options
from tests.matrix.questions import PATH_VALUES, body_of, named
from tests.matrix.tenants import BELONGS_TO, LARGE, Tenants, absent, make_tenants
from tests.matrix.watching import Watch
from tests.matrix.world import ACTORS, World, make_world

OF_EVERYBODY = {"organisation_id", "course_session_id"}
"""Organisations and their courses show their names to all; whoever may not act on one is told so."""
OPERATORS_WORK = {
    "api_organisations.decide_verification", "organisations.verify", "api_consents.answer_objection",
}  # fmt: skip
NAMES_NO_THING = {
    "key", "code", "token", "secret", "seed", "language", "theme", "step", "part", "name", "mails", "purpose",
    "side", "scope", "emoji", "kind", "act", "wish",
}  # fmt: skip
"""Parts of an address that are no thing of somebody's; secrets are A10's."""
OTHERWISE_NAMED = {
    "api_organisations.revoke_steward_invitation": {"invitation_id": "steward_invitation_id"},
    "organisations.take_back": {"invitation_id": "steward_invitation_id"},
}
PERSONAL = {
    "context", "room_id", "topic_id", "message_id", "session_id", "token_id", "passkey_id", "objection_id",
    "subscription_id", "file_id",
}  # fmt: skip
FIELDS = {
    "against": "version_id",
    "author": "user_id", "before": "other_room_id", "room_id": "other_room_id", "until": "message_id",
    "concerned_user_id": "user_id", "responsible_id": "user_id", "present": "user_id",
    "consents": "user_id", "meeting_id": "meeting_id", "topic_id": "topic_id",
    "contact_user_id": "user_id", "substitute_user_id": "user_id",
    "clause_id": "clause_id", "hand_over_to": "user_id",
    "course_session_id": "course_session_id", "membership_id": "membership_id", "network_id": "network_id",
    "file_ids": "file_id",
    "objection_id": "objection_id", "organisation_id": "organisation_id", "reply_to": "message_id",
    "room": "room_id", "to": "user_id", "user_id": "user_id", "user_ids": "user_id",
    "version_id": "version_id", "from_version": "version_id", "id": "version_id",
    "organisations": "organisation_id", "together_with": "user_id",
}  # fmt: skip
"""A field of a body and whose id it takes."""
MORE_FIELDS = {
    "api_deliberation.withdraw_amendment": ("hand_over_to",),
    "api_discussions.open_room": ("user_ids",),
    "api_decisions.draft_decision": ("concerned_user_id",),
    "api_decisions.publish_outcome": ("responsible_id",),
    "api_founding.found_network": ("course_session_id",),
    "api_drafts.save_draft": ("reply_to",),
    "api_messages.post_message": ("reply_to", "file_ids"),
    "api_networks.change_network": ("course_session_id",),
    "api_notifications.mark_notifications_read": ("until",),
    "api_offices.decide_office": ("contact_user_id", "substitute_user_id"),
    "api_organisations.add_steward": ("user_id",),
    "discussions.topic": ("reply_to", "file_ids"),
}
"""Fields that may be left out and that the table of questions leaves out."""
QUERIES = {
    "api_events.list_events": ("scope=network:{network_id}", "scope=room:{room_id}", "scope=user:{user_id}"),
    "discussions.side": ("topic={topic_id}",),
    "discussions.topic": ("answer={message_id}",),
    "discussions.write": ("room={room_id}",),
    "home.home": ("network={network_id}",),
    "api_search.search": ("q=tea&from={user_id}", "q=tea&room={room_id}"),
    "search.search": ("q=tea&from={user_id}", "q=tea&room={room_id}"),
    "api_deliberation.difference": ("against={version_id}",),
    "api_deliberation.list_amendments": ("clause_id={clause_id}",),
    "api_deliberation.list_comments": ("clause_id={clause_id}",),
}
IN_QUERIES_ALONE = {"against", "author"}

OF_THIS_ANSWER = r'nonce="[^"]+"|"[\w-]+\.[\w-]{6}\.[\w-]{27}"|value="[0-9a-f-]{36}"|data-now="[^"]+"'
"""What no two answers share: the nonce, the form's token, the number of what is to be sent, the time."""

Asked = tuple[World, World, bool]


@dataclass
class Crawler:
    """Asks about the things of one side, and looks whether anything was written."""

    world: World
    tenants: Tenants
    watch: Watch

    def sides_of(self, actor: str) -> list[tuple[World, World]]:
        """What is hers, and what is somebody else's."""
        large, small = self.tenants.large, self.tenants.small
        if actor not in BELONGS_TO:
            return [(large, small), (small, large)]
        return [(large, small) if BELONGS_TO[actor] == LARGE else (small, large)]

    def routes(self) -> Iterator[tuple[Rule, str]]:
        for rule in self.world.app.url_map.iter_rules():
            for method in methods_of(rule):
                yield rule, method

    def answer(
        self, actor: str, rule: Rule, method: str, things: World, options: dict[str, Any]
    ) -> tuple[int, str]:
        """The status and what is said, with each id of these things replaced by its name."""
        client = self.world.app.test_client()
        if actor in self.world.tokens:
            client.set_cookie(self.world.app.config["SESSION_NAME"], self.world.tokens[actor])
        path = self.world.app.url_map.bind("localhost").build(
            rule.endpoint, path_of(things, rule), method=method
        )
        headers = self.world.csrf(actor) if path.startswith("/api/") else {}
        said = client.open(path, method=method, headers=headers, **options)
        return said.status_code, plain(said.text + said.headers.get("Location", ""), things)


def path_of(things: World, rule: Rule) -> dict[str, Any]:
    other, known = otherwise_named(rule), {**PATH_VALUES, **things.ids}
    return {name: known[other.get(name, name)] for name in rule.arguments}


def otherwise_named(rule: Rule) -> dict[str, str]:
    return {**named(rule.endpoint), **OTHERWISE_NAMED.get(rule.endpoint, {})}


def plain(text: str, things: World) -> str:
    for name in sorted(things.ids):
        text = text.replace(things.ids[name], f"<{name.rpartition('_')[2]}>")
    return re.sub(OF_THIS_ANSWER, "", text)


def with_others(things: World, names: set[str], others: World) -> World:
    return replace(things, ids={**things.ids, **{name: others.ids[name] for name in names}})


def asked_of(rule: Rule, own: World, theirs: World, personal: World) -> Iterator[Asked]:
    """What is put into an address: all of it somebody else's, one's own with what lies in it somebody else's,
    and what a person of one's own network has for herself; with what names nothing beside each. The last
    says whether everybody knows that such a thing is there."""
    other = otherwise_named(rule)
    things = [other.get(name, name) for name in sorted(rule.arguments - NAMES_NO_THING)]
    if not things:
        return
    nothing = absent(theirs)
    yield theirs, nothing, bool(OF_EVERYBODY & set(things))
    outer = [name for name in things if name in ("slug", "network_id", *OF_EVERYBODY)]
    inner = set(things) - set(outer)
    if outer and inner:
        yield with_others(own, inner, theirs), with_others(own, inner, nothing), False
    if set(things) <= PERSONAL:
        yield personal, absent(personal), False


@pytest.fixture(scope="module")
def crawler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawler]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("tenants")) as world:
        tenants = make_tenants(world)
        made = Crawler(world, tenants, Watch(world))
        yield made
        made.watch.close()


def test_a12_everything_that_has_an_id_is_tried_with_somebody_elses(crawler: Crawler) -> None:
    parts = {name for rule, _method in crawler.routes() for name in rule.arguments}
    missing = parts - NAMES_NO_THING - set(crawler.tenants.small.ids)
    assert not missing, f"Make one for each side in tests/matrix/tenants.py: {sorted(missing)}"
    in_bodies = {
        name
        for schema in COMES_IN
        for level in within(schema())
        for name, each in level.fields.items()
        if isinstance(each.inner if isinstance(each, fields.List) else each, Id)
    }
    assert not in_bodies - set(FIELDS), "Say in FIELDS of this file whose id a body's new field takes"


@pytest.mark.parametrize("actor", ACTORS)
def test_a12_with_anothers_ids_everything_is_as_if_it_were_not_there(crawler: Crawler, actor: str) -> None:
    asked = 0
    crawler.watch.begin()
    for own, theirs in crawler.sides_of(actor):
        for rule, method in crawler.routes():
            if actor == "operator" and rule.endpoint in OPERATORS_WORK:
                continue
            for there, nowhere, known_to_all in asked_of(rule, own, theirs, crawler.tenants.personal):
                options = request_options(there, rule) if method != "GET" else {}
                found = crawler.answer(actor, rule, method, there, options)
                options = request_options(nowhere, rule) if method != "GET" else {}
                unknown = crawler.answer(actor, rule, method, nowhere, options)
                question = (actor, method, rule.rule, found[0])
                assert crawler.watch.nothing_written(), question
                asked += 1
                if known_to_all:
                    assert found == unknown or found[0] == 403 or method == "GET", question
                else:
                    assert found == unknown, question
                    assert found[0] >= 302 or (method == "DELETE" and found[0] == 204), question
    assert asked > 200


def fields_of(rule: Rule, method: str, own: World) -> list[str]:
    if method == "GET":
        return []
    body = body_of(own, rule.endpoint) or {}
    return [name for name in (*body, *MORE_FIELDS.get(rule.endpoint, ())) if name in FIELDS]


def differences(said: list[tuple[int, str]]) -> list[Any]:
    """The lines in which two answers differ."""
    (first, one), (second, other) = said
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    return [] if said[0] == said[1] else [(first, second), *((a, b) for a, b in lines if a != b)]


@pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor not in ("anonymous", "operator")])
def test_a12_anothers_id_in_a_body_or_a_query_is_an_id_of_nothing(crawler: Crawler, actor: str) -> None:
    asked = set()
    crawler.watch.begin()
    ((own, theirs),) = crawler.sides_of(actor)
    sides = (theirs, absent(theirs))
    for rule, method in crawler.routes():
        for name in fields_of(rule, method, own):
            said = []
            for side in sides:
                value: Any = side.ids[FIELDS[name]]
                value = [value] if name in ("user_ids", "to", "file_ids") else value
                body = {**(body_of(own, rule.endpoint) or {}), name: value}
                options = {"json": body} if rule.endpoint.startswith("api_") else {"data": body}
                status, answer = crawler.answer(actor, rule, method, own, options)
                said.append((status, plain(answer, side)))
                assert crawler.watch.nothing_written(), (actor, rule.rule, name, status)
            if FIELDS[name] in OF_EVERYBODY:
                assert min(said)[0] in (302, 403, 404, 422), (actor, method, rule.rule, name, said)
            else:
                assert not differences(said), (actor, method, rule.rule, name)
            asked.add(name)
    for rule, method in crawler.routes():
        for query in QUERIES.get(rule.endpoint, ()) if method == "GET" else ():
            said = []
            for side in sides:
                options = {"query_string": query.format(**side.ids)}
                status, answer = crawler.answer(actor, rule, method, own, options)
                said.append((status, plain(answer, side)))
            assert not differences(said), (actor, rule.rule, query)
    assert asked == set(FIELDS) - IN_QUERIES_ALONE
