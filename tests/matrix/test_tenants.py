"""A crawler that has only other people's ids (A12): each route, each kind of actor, in path, query and body.
What is not hers is answered like what does not exist, byte for byte but for the id, and nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from werkzeug.routing import Rule

from network.decisions.rules import effects
from tests.matrix import asking
from tests.matrix.asking import methods_of, request_options
from tests.matrix.questions import PATH_VALUES, named
from tests.matrix.tenants import BELONGS_TO, LARGE, Tenants, absent, make_tenants
from tests.matrix.test_slipping_in import ROWS, SOMEBODY_WHO_MAY
from tests.matrix.trials import (
    ALONG,
    FIELDS,
    body_schema,
    ids_in,
    ids_on_pages,
    label_of,
    queries_with_ids,
    trials_of,
)
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
"""Addresses that are looked at with an id in their query."""
EFFECTS_ON_NOTHING = {"phase_change", "set_features", "waive_step"}
"""What a decision can bring about with a word alone."""
LET_BY = {
    # Whichever organisation there is may be asked to sign: all of them show their names.
    ("api_agreements.draft_version", "activation_rule.organisations"),
    ("api_agreements.change_version", "activation_rule.organisations"),
    # A topic that was moved meanwhile is not marked, wherever it was said to be.
    ("api_discussions.mark_read", "room_id"), ("api_discussions.mark_unread", "room_id"),
    ("discussions.mark_read", "room_id"), ("discussions.mark_unread", "room_id"),
    ("inbox.mark_topic_read", "room_id"),
    # Whoever knows the id of a person has met her in a network, or has it from her.
    ("api_organisations.add_steward", "user_id"),
}  # fmt: skip
"""Fields that nobody is refused for."""
ANSWERED_ALIKE = LET_BY | {
    ("api_deliberation.withdraw_amendment", "hand_over_to"),  # nobody stands behind this one
    ("api_messages.post_message", "file_ids"),  # each carries a file of her own that was not sent yet
    ("discussions.topic", "file_ids"),
    ("api_notifications.mark_notifications_read", "until"), ("notices.read", "until"),  # she has none
    ("api_organisations.remove_steward", "user_id"),  # there is one alone
    ("founding.check", "course_session_id"),  # the steps before are not done
    ("organisations.verify", "organisation_id"), ("rights.answer", "objection_id"),  # the operator's
}  # fmt: skip
"""Fields of which this world has no id that would be taken."""

OF_THIS_ANSWER = r'nonce="[^"]+"|"[\w-]+\.[\w-]{6}\.[\w-]{27}"|value="[0-9a-f-]{36}"|data-now="[^"]+"'
"""What no two answers share: the nonce, the form's token, the number of what is to be sent, the time."""

Asked = tuple[World, World, bool]


@dataclass
class Crawler:
    """Asks about the things of one side, and looks whether anything was written."""

    world: World
    tenants: Tenants
    watch: Watch
    document: dict[str, Any]

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
        if rule.endpoint in asking.QUERIES:
            options = {"query_string": asking.QUERIES[rule.endpoint].format(**things.ids), **options}
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
        document = world.app.test_client().get("/api/v1/openapi.json").get_json()
        made = Crawler(world, tenants, Watch(world), document)
        yield made
        made.watch.close()


def test_a12_everything_that_has_an_id_is_tried_with_somebody_elses(crawler: Crawler) -> None:
    parts = {name for rule, _method in crawler.routes() for name in rule.arguments}
    missing = parts - NAMES_NO_THING - set(crawler.tenants.small.ids)
    assert not missing, f"Make one for each side in tests/matrix/tenants.py: {sorted(missing)}"
    tried: dict[str, set[str]] = {}
    for rule, method in crawler.routes():
        labels = {trial.label for trial in trials_of(crawler.document, rule, method, crawler.world)}
        tried.setdefault(rule.endpoint.partition(".")[0], set()).update(labels)
        if method != "GET":
            schema = body_schema(crawler.document, rule, method)
            ways = [] if schema is None else ids_in(crawler.document, schema)
            untried = {label_of(way) for way in ways} - labels
            assert not untried, (rule.endpoint, untried, "Say in FIELDS of trials.py whose ids these are")
        elif queries_with_ids(crawler.document, rule):
            asked = " ".join(QUERIES.get(rule.endpoint, ()))
            assert all(f"{name}={{" in asked for name in queries_with_ids(crawler.document, rule)), rule
    wished = {
        along["effect"]["type"] for each in ALONG.values() for _thing, along in each if "effect" in along
    }
    assert set(effects._effects) == wished | EFFECTS_ON_NOTHING, "Try its id in ALONG of trials.py"
    on_pages = {name: ids - tried.get(name, set()) for name, ids in ids_on_pages().items()}
    left = {name: sorted(ids) for name, ids in on_pages.items() if ids}
    assert not left, f"Put into ON_PAGES of trials.py: {left}"


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
        for trial in trials_of(crawler.document, rule, method, own):
            said = []
            for side in sides:
                options = trial.options(crawler.document, own, rule, trial.id_of(side))
                status, answer = crawler.answer(actor, rule, method, trial.at(own, rule), options)
                said.append((status, plain(answer, side)))
                question = (actor, method, rule.rule, trial.label, status)
                assert (rule.endpoint, trial.label) in LET_BY or crawler.watch.nothing_written(), question
            asked.add(trial.label)
            if (rule.endpoint, trial.label) in LET_BY:
                crawler.watch.begin()
            elif trial.thing in OF_EVERYBODY:
                assert min(said)[0] in (302, 403, 404, 409, 422), (
                    actor,
                    method,
                    rule.rule,
                    trial.label,
                    said,
                )
            else:
                assert not differences(said), (actor, method, rule.rule, trial.label)
    for rule, method in crawler.routes():
        for query in QUERIES.get(rule.endpoint, ()) if method == "GET" else ():
            said = []
            for side in sides:
                options = {"query_string": query.format(**side.ids)}
                status, answer = crawler.answer(actor, rule, method, own, options)
                said.append((status, plain(answer, side)))
            assert not differences(said), (actor, rule.rule, query)
    assert asked == set(FIELDS) | {label for _endpoint, label in ALONG}


def test_a12_each_of_these_ids_is_looked_at(crawler: Crawler) -> None:
    """One's own is answered otherwise than somebody else's, so that no refusal above has another reason."""
    alike, looked_at = [], 0
    own, theirs = crawler.tenants.large, crawler.tenants.small
    for rule, method in crawler.routes():
        for trial in trials_of(crawler.document, rule, method, own):
            if (rule.endpoint, trial.label) in ANSWERED_ALIKE:
                continue
            tried: dict[str, list[tuple[int, str]]] = {}
            for actor in [name for name in SOMEBODY_WHO_MAY if ROWS[rule.endpoint, method][name] != "404"]:
                tried[actor] = []
                for side in (own, theirs):
                    crawler.watch.begin()
                    options = trial.options(crawler.document, own, rule, trial.id_of(side))
                    status, text = crawler.answer(actor, rule, method, trial.at(own, rule), options)
                    tried[actor].append((status, plain(text, side)))
                if tried[actor][0] != tried[actor][1] and tried[actor][1][0] >= 400:
                    break
            else:
                found = {name: [status for status, _text in both] for name, both in tried.items()}
                alike.append((rule.endpoint, trial.label, trial.thing, found))
            looked_at += 1
    assert not alike, "\n".join(map(str, alike))
    assert looked_at > 50
