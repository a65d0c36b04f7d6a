"""The ids that a request carries besides its address: where each stands, as the API's own document and the
forms of the pages say, whose it is, and what has to go along so that it is looked at."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.routing import Rule

import web
from tests.matrix.questions import body_of
from tests.matrix.world import World
from web.forms.base import PageForm

EACH = "[]"
"""Stands in a way through a body for each thing of a list."""
Way = tuple[str, ...]

FIELDS = {
    "activation_rule.organisations": "organisation_id",
    "before": "other_room_id", "clause_id": "clause_id", "clauses.id": "draft_clause_id",
    "concerned_user_id": "user_id", "consents": "user_id", "contact_user_id": "user_id",
    "course_session_id": "course_session_id", "decision_id": "closed_decision_id", "file_ids": "file_id",
    "from_version": "draft_version_id", "hand_over_to": "user_id",
    "meeting_id": "meeting_id", "membership_id": "membership_id", "network_id": "network_id",
    "networks.network_id": "network_id", "objection_id": "objection_id", "option_ids": "option_id",
    "organisation_id": "organisation_id", "present": "user_id", "reply_to": "message_id",
    "responsible_id": "user_id", "room": "room_id", "room_id": "other_room_id",
    "substitute_user_id": "user_id", "to": "user_id", "together_with": "user_id", "topic_id": "topic_id",
    "until": "message_id", "user_id": "user_id", "user_ids": "user_id", "version_id": "version_id",
}  # fmt: skip
"""A field, within others after a full stop, and whose id it takes."""

_ABOUT_SOMEBODY = {"kind": "person", "options": ["Yes", "No"]}
ALONG: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {
    ("api_agreements.decline_version", "organisation_id"): [
        ("organisation_id", {"capacity": "organisation"}),
    ],
    ("api_agreements.sign_version", "organisation_id"): [("organisation_id", {"capacity": "organisation"})],
    ("api_agreements.withdraw_signature", "organisation_id"): [
        ("organisation_id", {"capacity": "organisation"}),
    ],
    ("api_decisions.draft_decision", "concerned_user_id"): [("user_id", _ABOUT_SOMEBODY)],
    ("api_decisions.draft_decision", "effect.id"): [
        ("goal_id", {"effect": {"type": "adopt_goal"}}),
        ("frozen_version_id", {"effect": {"type": "activate_agreement"}}),
        ("held_version_id", {"effect": {"type": "end_agreement"}}),
        ("amendment_id", {"effect": {"type": "accept_amendment"}}),
        ("membership_id", {"effect": {"type": "appoint", "value": "deputy"}}),
    ],
    ("api_decisions.draft_decision", "options"): [("membership_id", {"kind": "election"})],
    ("api_decisions.take_stance", "option_ids"): [("option_id", {"stance": None})],
    ("api_discussions.open_room", "user_ids"): [("user_id", {"kind": "private"})],
    ("api_offices.decide_office", "contact_user_id"): [("user_id", {"decision_id": "{closed_decision_id}"})],
    ("api_offices.decide_office", "substitute_user_id"): [
        ("user_id", {"decision_id": "{closed_decision_id}"}),
    ],
    ("offices.change", "contact_user_id"): [("user_id", {"decision_id": "{closed_decision_id}"})],
    ("offices.change", "substitute_user_id"): [("user_id", {"decision_id": "{closed_decision_id}"})],
    ("api_organisations.add_steward", "user_id"): [("user_id", {"email": ...})],
    ("api_decisions.change_decision", "effect.id"): [("goal_id", {"effect": {"type": "adopt_goal"}})],
    ("decision_making.write", "concerned_user_id"): [("user_id", {"options": "Yes\nNo"})],
    ("decision_making.write", "effect"): [("adopt_goal:{goal_id}", {})],
}
"""Where it depends on the rest of the body whose id a field takes; `...` for what has to be left out, a
name in braces for an id of one's own."""
NO_ID_BY_ITSELF: dict[str, tuple[Way, ...]] = {
    "api_decisions.draft_decision": (("options", EACH),),  # texts, of an election ids
}
ON_PAGES = {
    "agreements.rules": ("version_id",),
    "courses.invite": ("network_id",),
    "decisions.say": ("option_ids",),
    "decision_making.write": ("topic_id", "concerned_user_id", "effect"),
    "arrivals.greeting": ("user_id",),
    "discussions.topic": ("reply_to", "file_ids"),
    "discussions.mark_read": ("room_id",),
    "discussions.mark_unread": ("room_id",),
    "drafting.begin": ("together_with",),
    "drafting.start": ("together_with",),
    "founding.check": ("course_session_id",),
    "inbox.mark_topic_read": ("room_id",),
    "meeting_decisions.decide": ("present", "consents"),
    "notices.read": ("until",),
    "offices.change": ("contact_user_id", "substitute_user_id", "decision_id"),
    "organisations.verify": ("organisation_id",),
    "signing.decline": ("organisation_id",),
    "signing.sign": ("organisation_id",),
    "signing.withdraw": ("organisation_id",),
}
"""Fields of forms that the table of questions leaves out."""
AT = {
    ("api_decisions.take_stance", "option_ids"): {"decision_id": "choice_decision_id"},
    ("decision_making.write", "concerned_user_id"): {"kind": "person"},
    ("decisions.say", "option_ids"): {"decision_id": "choice_decision_id"},
}
"""The address at which there is a field, where that is another than usual."""
NO_ID = {"client_msg_id", "until"}
"""Fields of forms that take a number of their own, or a day."""
BY_A_SECRET = {"decision_answers", "invitations"}
"""What stands behind a secret is asked by that alone (A10)."""
_READ = re.compile(r'request\.(?:form|values)(?:\.get\(|\.getlist\(|\[)"(\w+)"')


@dataclass(frozen=True)
class Trial:
    """One field of what a route takes: `label` names it, `thing` whose id it takes, as a name or with names
    in braces."""

    label: str
    way: Way
    thing: str
    along: dict[str, Any] = field(default_factory=dict)
    schema: dict[str, Any] | None = None

    def id_of(self, side: World) -> str:
        return self.thing.format(**side.ids) if "{" in self.thing else side.ids[self.thing]

    def options(self, document: dict[str, Any], own: World, rule: Rule, value: str) -> dict[str, Any]:
        """What is sent, as Flask's test client takes it."""
        body = {**(body_of(own, rule.endpoint) or {}), **self.along}
        body = {name: _filled(each, own) for name, each in body.items() if each is not ...}
        if self.schema is None:
            return {"data": {**body, self.label: value}}
        return {"json": _put(document, self.schema, body, self.way, value)}

    def at(self, own: World, rule: Rule) -> World:
        other = AT.get((rule.endpoint, self.label), {})
        return replace(own, ids=own.ids | {name: own.ids.get(each, each) for name, each in other.items()})


def trials_of(document: dict[str, Any], rule: Rule, method: str, own: World) -> list[Trial]:
    """All fields of a route that take an id; of the API those of which its document says so."""
    if method == "GET":
        return []
    found: list[Trial] = []
    if not rule.endpoint.startswith("api_"):
        names = {*(body_of(own, rule.endpoint) or {}), *ON_PAGES.get(rule.endpoint, ())}
        ways: list[Way] = [(name,) for name in sorted(names)]
        schema = None
    else:
        schema = body_schema(document, rule, method)
        if schema is None:
            return []
        ways = [*ids_in(document, schema), *NO_ID_BY_ITSELF.get(rule.endpoint, ())]
    for way in dict.fromkeys(ways):
        label = label_of(way)
        usual = [(FIELDS[label], {})] if label in FIELDS else []
        for thing, along in ALONG.get((rule.endpoint, label), usual):
            found.append(Trial(label, way, thing, along, schema))
    return found


def label_of(way: Way) -> str:
    """The names on a way, with full stops between them."""
    return ".".join(part for part in way if part != EACH)


def body_schema(document: dict[str, Any], rule: Rule, method: str) -> dict[str, Any] | None:
    """What the API's own document says of the JSON that an operation takes."""
    path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
    body = document["paths"].get(path, {}).get(method.lower(), {}).get("requestBody")
    found: dict[str, Any] | None = body and body["content"].get("application/json", {}).get("schema")
    return found


def ids_in(document: dict[str, Any], schema: dict[str, Any], within: Way = ()) -> Iterator[Way]:
    """The ways to all ids, also in what lies within others."""
    for each in _readings(document, schema):
        if each.get("format") == "uuid":
            yield within
        for name, inner in each.get("properties", {}).items():
            yield from ids_in(document, inner, (*within, name))
        if "items" in each:
            yield from ids_in(document, each["items"], (*within, EACH))


def queries_with_ids(document: dict[str, Any], rule: Rule) -> set[str]:
    """The parts of an operation's query that take an id."""
    path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
    asked = document["paths"].get(path, {}).get("get", {}).get("parameters", [])
    return {
        each["name"] for each in asked if each.get("in") == "query" and each["schema"].get("format") == "uuid"
    }


def ids_on_pages() -> dict[str, set[str]]:
    """By blueprint the fields of its forms that look as if they took an id."""
    found: dict[str, set[str]] = {}
    for each in pkgutil.iter_modules(web.__path__):
        module = importlib.import_module(f"web.{each.name}")
        blueprint = getattr(module, "blueprint", None)
        if blueprint is None or blueprint.name in BY_A_SECRET:
            continue
        forms = [form for form in vars(module).values() if inspect.isclass(form)]
        names = set(_READ.findall(inspect.getsource(module)))
        for form in forms:
            if issubclass(form, PageForm):
                names |= {name for name, each in inspect.getmembers(form) if hasattr(each, "field_class")}
        ids = {name for name in names if name in FIELDS or name.endswith(("_id", "_ids"))}
        found.setdefault(blueprint.name, set()).update(ids - NO_ID)
    return found


def _filled(value: Any, own: World) -> Any:
    """An id of one's own where a name stands in braces."""
    return value.format(**own.ids) if isinstance(value, str) and value.startswith("{") else value


def _readings(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema as it stands, and each that it says it may be."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    yield schema
    for word in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(word, ()):
            yield from _readings(document, each)


def _put(document: dict[str, Any], schema: dict[str, Any], given: Any, way: Way, value: str) -> Any:
    """What is given, with the value at the end of the way; what is needed on it is made up."""
    if not way:
        return value
    if way[0] == EACH:
        inner = next((each["items"] for each in _readings(document, schema) if "items" in each), {})
        return [_put(document, inner, given[0] if given else None, way[1:], value)]
    properties: dict[str, Any] = {}
    needed: list[str] = []
    for each in _readings(document, schema):
        properties |= each.get("properties", {})
        needed += each.get("required", [])
    made = {name: _smallest(document, properties[name]) for name in needed if name in properties}
    made |= given or {}
    return {
        **made, way[0]: _put(document, properties.get(way[0], {}), made.get(way[0]), way[1:], value)
    }  # fmt: skip


def _smallest(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Something that a field takes."""
    said = {}
    for each in _readings(document, schema):
        said |= each
    if "enum" in said:
        return said["enum"][0]
    kind = said.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    made: Any = {
        "integer": said.get("minimum", 1), "boolean": True, "array": [], "object": {},
    }.get(kind or "", "2031-01-01T00:00:00Z" if said.get("format") == "date-time" else "Words")  # fmt: skip
    return made
