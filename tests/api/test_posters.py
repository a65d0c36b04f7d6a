"""The poster on paper: who gets it, in which language, and that nobody's name is anything but a name."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from api.printing import print_poster
from network.kernel.runtime import Runtime
from tests.api.callers import Caller
from tests.factories.membership import member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.running import HandClock

Clients = Callable[[], FlaskClient]


def test_those_who_decide_print_it_while_the_link_counts(
    live: Runtime, make_client: Clients, clock: HandClock
) -> None:
    network = make_network(languages=["de"])
    steward = Caller(make_client, steward_of_network(network).user_id)
    path = f"/networks/{network.id}/poster"
    assert steward("get", f"{path}.pdf").status_code == 404
    assert steward("post", path).status_code == 201
    printed = steward("get", f"{path}.pdf")
    assert (printed.status_code, printed.content_type) == (200, "application/pdf")
    assert printed.data.startswith(b"%PDF-")
    assert printed.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in printed.headers["Content-Disposition"]
    assert steward("get", f"{path}.pdf?language=en").data != printed.data
    assert steward("get", f"{path}.pdf?language=fr").status_code == 422
    assert Caller(make_client, member_of(network).user_id)("get", f"{path}.pdf").status_code == 403
    assert Caller(make_client, make_user().id)("get", f"{path}.pdf").status_code == 404
    assert Caller(make_client)("get", f"{path}.pdf").status_code == 401
    clock.forward(days=31)
    assert steward("get", f"{path}.pdf").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "W" * 120,
        '#import "@preview/x:0.1.0" #read("/etc/passwd") ]] $ *_ <a> @b \\u{0} "); #panic() //',
        "Сусіди · Γείτονες · جيران · 邻居 🙂",
        "{% raise %} %(day)s {0}",
    ],
)
def test_a_name_is_text_whatever_it_is_and_the_poster_is_one_page(name: str) -> None:
    poster = {"url": f"https://{'w' * 60}.example/join/{'x' * 22}", "expires_at": datetime(2026, 12, 24)}  # noqa: DTZ001
    for language in ("en", "de"):
        began = time.process_time()
        printed = print_poster(poster, name, name + name[:80], language)
        assert time.process_time() - began < 3
        assert printed.count(b"/Type/Pages/Count 1/") == 1
