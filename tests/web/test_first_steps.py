"""What a newcomer tells about herself, one thing at a time; each can wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from network import profiles
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_community
from tests.web.discussions.conftest import RULES
from tests.web.discussions.visiting import Visitor


@pytest.fixture
def newcomer(live: Runtime) -> Actor:
    """A member who has told nothing yet."""
    assert live
    return make_community(rules_version_id=RULES).member()


def told(actor: Actor) -> profiles.OwnProfileView:
    with unit_of_work():
        return profiles.show_my_profile(actor)


def test_each_step_is_saved_or_waits_and_is_found_again(
    newcomer: Actor, make_client: Callable[[], FlaskClient]
) -> None:
    visitor = Visitor(make_client(), newcomer)
    path = visitor.see("/home").link("Show who you are")
    page = visitor.see(path)
    assert page.form("introduction").values["introduction"] == ""
    page = visitor.send(page.form("introduction"), path, introduction="I bake.", introduction_for="networks")
    assert page.form("offers") and told(newcomer)["introduction"] == "I bake."
    shown = {field: who for field, who in told(newcomer)["shown_to"].items() if who != "nobody"}
    assert shown == {"introduction": "networks"}
    languages = visitor.see(page.link("Later"))
    region = visitor.see(languages.link("Later"))
    assert told(newcomer)["offers"] == told(newcomer)["languages"] == []
    page = visitor.send(
        region.form("region"), "/welcome/region", region="Bonn", country="DE", region_for="nobody"
    )
    assert (told(newcomer)["region"], told(newcomer)["country"]) == ("Bonn", "DE")
    page = visitor.send(page.form("expected_version"), "/welcome/availability", can_help_now="y")
    assert page.response.request.path == "/home" and told(newcomer)["can_help_now"]
    visitor.send(visitor.see("/welcome/offers").form("offers"), "/welcome/offers", offers="Baking")
    assert told(newcomer)["offers"] == ["Baking"] and told(newcomer)["introduction"] == "I bake."


def test_what_was_typed_stays_when_it_cannot_be_taken(
    newcomer: Actor, make_client: Callable[[], FlaskClient]
) -> None:
    visitor, path = Visitor(make_client(), newcomer), "/welcome/introduction"
    form = visitor.see(path).form("introduction")
    long = visitor.send(form, path, introduction="x" * 601, introduction_for="nobody")
    assert long.status == 422 and long.form("introduction").values["introduction"] == "x" * 601
    visitor.send(form, path, introduction="First", introduction_for="nobody")
    late = visitor.send(form, path, introduction="Second", introduction_for="nobody")
    assert late.status == 422 and told(newcomer)["introduction"] == "First"
    assert visitor.see("/welcome/dance").status == 404
