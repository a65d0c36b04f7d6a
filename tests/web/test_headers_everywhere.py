"""The table of headers, held against every route that answers GET, for several visitors (A15, ASVS V3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.matrix.asking import QUERIES, methods_of
from tests.matrix.questions import PATH_VALUES
from tests.matrix.world import World, make_world
from web.edges import ALWAYS, TRANSPORT

NOWHERE = "01990000-0000-7000-8000-000000000000"
VISITORS = ("anonymous", "member", "meta_mentor", "steward", "operator")

MAY_BE_KEPT = {
    "landing.face": "public, max-age=31536000, immutable",
    "openapi_json": "no-cache",
    "files.preview": "no-cache",
    "push.worker": "no-cache",
}
"""What is the same for everybody, and small pictures, of which it is asked each time whether one may still
see them; everything else is somebody's and is kept by no browser and no proxy."""

OWN_POLICY = dict.fromkeys(
    ("landing.face", "files.file", "files.preview", "api_files.get_file"), "default-src 'none'; sandbox"
)
DIRECTIVES = {
    "default-src": "'none'", "object-src": "'none'", "style-src": "'self'", "img-src": "'self'",
    "font-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    "manifest-src": "'self'", "media-src": "'self'",
}  # fmt: skip
TABLE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NEVER = ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with make_world(tmp_path_factory.mktemp("world")) as made:
        yield made


def visiting(world: World, visitor: str) -> FlaskClient:
    client: FlaskClient = world.app.test_client()
    if visitor in world.tokens:
        client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[visitor])
    return client


def opened(world: World, client: FlaskClient, rule: Rule) -> Any:
    known = {**PATH_VALUES, **world.ids}
    values = {name: known.get(name, NOWHERE) for name in rule.arguments}
    path = world.app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")
    if rule.endpoint in QUERIES:
        path += "?" + QUERIES[rule.endpoint].format(**world.ids)
    return client.get(path)


def faults_of(rule: Rule, answer: Any) -> list[str]:
    """What is wrong with the headers of an answer."""
    headers = answer.headers
    faults = [f"{name}: {headers.get(name)}" for name, value in TABLE.items() if headers.get(name) != value]
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        faults.append(f"Referrer-Policy: {headers.get('Referrer-Policy')}")
    faults += [f"{name} is told" for name in NEVER if name in headers]
    kept = MAY_BE_KEPT.get(rule.endpoint, "no-store") if answer.status_code == 200 else "no-store"
    if headers.get("Cache-Control", "").removeprefix("private, ") != kept:
        faults.append(f"Cache-Control: {headers.get('Cache-Control')}")
    for feature in ("camera", "geolocation", "payment", "usb", "display-capture"):
        if f"{feature}=()" not in headers.get("Permissions-Policy", ""):
            faults.append(f"Permissions-Policy lets {feature} in")
    if "microphone=(self)" not in headers.get("Permissions-Policy", ""):
        faults.append("Permissions-Policy: the microphone is ours alone")
    policy = headers.get("Content-Security-Policy", "")
    if rule.endpoint in OWN_POLICY and answer.status_code == 200:
        return faults if policy == OWN_POLICY[rule.endpoint] else [*faults, f"policy: {policy}"]
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    faults += [f"{name} {said.get(name)}" for name, value in DIRECTIVES.items() if said.get(name) != value]
    if not re.fullmatch(r"'self' 'nonce-[\w-]{22}'", said.get("script-src", "")):
        faults.append(f"script-src {said.get('script-src')}")
    if "unsafe" in policy or "*" in policy or "http:" in policy or "data:" in policy:
        faults.append(f"policy: {policy}")
    return faults


@pytest.mark.parametrize("visitor", VISITORS)
def test_a15_every_route_carries_the_whole_table(world: World, visitor: str) -> None:
    """And no page holds inline code or anything from elsewhere."""
    world.reset()
    client, wrong, seen, pages = visiting(world, visitor), [], 0, 0
    for rule in world.app.url_map.iter_rules():
        if "GET" in methods_of(rule):
            answer = opened(world, client, rule)
            assert answer.status_code < 500, rule
            faults = faults_of(rule, answer)
            if answer.content_type.startswith("text/html"):
                faults += inline_code_in(answer)
                pages += 1
            wrong += [f"{rule.endpoint} ({answer.status_code}) {fault}" for fault in faults]
            seen += 1
    assert seen > 90 and pages > 40
    assert not wrong, "\n".join(wrong)


def inline_code_in(answer: Any) -> list[str]:
    """What a page holds that a policy would have to let through."""
    body = answer.get_data(as_text=True)
    nonces = re.findall(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
    scripts = re.findall(r"<script\b[^>]*>", body)
    faults = [script for script in scripts if f'nonce="{nonces[0]}"' not in script]
    faults += re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", body)
    faults += [word for word in ("<style", "javascript:") if word in body]
    return faults + re.findall(r'(?:src|srcset|poster|action|formaction)="(?:https?:)?//', body)


def test_a15_what_never_reaches_a_page_is_guarded_too(world: World) -> None:
    client = visiting(world, "anonymous")
    for path in (
        "/socket.io/", "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=3", "/static/manifest.json",
        "/static/nothing.js", "/nothing", "/%00", "/..%2f..%2fetc%2fpasswd",
    ):  # fmt: skip
        answer = client.get(path)
        for name, value in ALWAYS:
            assert name in answer.headers, (path, name)
            if name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
                assert answer.headers[name] == value, (path, name)
        assert "Server" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        answer.close()


def test_transport_is_bound_for_a_year() -> None:
    seconds = re.search(r"max-age=(\d+)", TRANSPORT[1])
    assert seconds is not None and int(seconds[1]) >= 365 * 24 * 3600
    assert "includeSubDomains" in TRANSPORT[1]
