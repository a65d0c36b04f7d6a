"""How often: an address before signing in, a person after it; a classroom behind one address works."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests import probe
from tests.factories.people import make_user, sign_in

SMALL = {"handshakes_per_minute": 20, "requests_per_five_minutes": 30}


def codes(client: FlaskClient, times: int, path: str = "/about", **how: object) -> list[int]:
    return [client.get(path, **how).status_code for _ in range(times)]  # type: ignore[arg-type]


def test_a20_an_address_has_so_many_a_minute(tmp_path: Path) -> None:
    with probe.probed(tmp_path, **SMALL) as site:
        client = site.test_client()
        assert codes(client, 20) == [200] * 20
        answer = client.get("/api/v1/session")
        assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many_requests")
        assert 1 <= int(answer.headers["Retry-After"]) <= 120
        assert answer.headers["X-RateLimit-Limit"] == "20"
        assert answer.headers["X-RateLimit-Remaining"] == "0"
        page = client.get("/about")
        assert (page.status_code, page.content_type) == (429, "text/html; charset=utf-8")
        assert page.headers["Retry-After"]
        assert client.get("/nothing").status_code == 429, "unknown addresses count as well"
        assert client.get("/healthz").status_code == 200
        assert client.get("/about", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


def test_a_classroom_behind_one_address_works_once_signed_in(tmp_path: Path) -> None:
    with probe.probed(tmp_path, **SMALL) as site:
        for _ in range(25):
            client = site.test_client()
            sign_in(client, make_user().id)
            assert codes(client, 5, "/api/v1/session") == [200] * 5
        assert codes(client, 26, "/api/v1/session") == [200] * 25 + [429], "each for herself"


def test_a_person_is_one_on_all_devices(tmp_path: Path) -> None:
    with probe.probed(tmp_path, **SMALL) as site:
        user = make_user()
        first, second = site.test_client(), site.test_client()
        sign_in(first, user.id)
        sign_in(second, user.id)
        assert codes(first, 15, "/api/v1/session") + codes(second, 15, "/api/v1/session") == [200] * 30
        assert codes(first, 1, "/api/v1/session") == codes(second, 1, "/api/v1/session") == [429]


def test_one_line_of_the_sixth_protocol_is_one_neighbour(tmp_path: Path) -> None:
    with probe.probed(tmp_path, **SMALL) as site:
        client = site.test_client()
        for number in range(20):
            assert codes(client, 1, environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"}) == [200]
        assert codes(client, 1, environ_overrides={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"}) == [429]
        assert codes(client, 1, environ_overrides={"REMOTE_ADDR": "2001:db8:1:3::1"}) == [200]


@pytest.mark.parametrize(("trusted", "expected"), [(0, [429]), (1, [200])])
def test_who_stands_behind_a_proxy_is_asked_only_when_it_is_trusted(
    tmp_path: Path, trusted: int, expected: list[int]
) -> None:
    with probe.probed(tmp_path, trusted_proxies=trusted, **SMALL) as site:
        client = site.test_client()
        for number in range(20):
            assert codes(client, 1, headers={"X-Forwarded-For": f"198.51.100.{number}"}) == [200]
        assert codes(client, 1, headers={"X-Forwarded-For": "198.51.100.99"}) == expected


def test_a_forged_hop_does_not_help(tmp_path: Path) -> None:
    with probe.probed(tmp_path, trusted_proxies=1, **SMALL) as site:
        client = site.test_client()
        for number in range(20):
            chain = f"203.0.113.{number}, 198.51.100.1"
            assert codes(client, 1, headers={"X-Forwarded-For": chain}) == [200]
        assert codes(client, 1, headers={"X-Forwarded-For": "203.0.113.99, 198.51.100.1"}) == [429]


def test_benchmarks_may_switch_it_off(tmp_path: Path) -> None:
    with probe.probed(tmp_path, rate_limits="off", **SMALL) as site:
        assert codes(site.test_client(), 60) == [200] * 60


def test_b4_without_its_store_it_counts_for_itself(tmp_path: Path) -> None:
    with probe.probed(tmp_path, redis_url="redis://127.0.0.1:1/0", **SMALL) as site:
        assert codes(site.test_client(), 25) == [200] * 20 + [429] * 5


def test_the_lookup_itself_is_what_is_limited(tmp_path: Path) -> None:
    """Whoever tries cookies runs into the limit of the address."""
    with probe.probed(tmp_path, **SMALL) as site:
        found = []
        for number in range(25):
            client = site.test_client()
            client.set_cookie("mentornet_session", f"guess-{number}")
            found += codes(client, 1, "/api/v1/session")
        assert found == [401] * 20 + [429] * 5
