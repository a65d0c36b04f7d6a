"""Calling people and roles in a message: who is told, what is kept, what outlives another name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.discussions import Message, MessageRevision
from network import blocks, discussions, people
from network.discussions.rules.markdown import render
from network.discussions.rules.mentions import Names, Person, as_typed, call
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.discussions import make_room, make_topic
from tests.factories.people import make_user
from tests.network.discussions.conftest import Cafe

ANN, OLENA, OTHER = Person("a1", "Ann Lee", "ann lee"), Person("b1", "Olena K", "olena k"), "c1"
NAMES = Names([ANN, OLENA, Person(OTHER, "Olena Z", "olena z")], ["meta_mentor"], {})


@pytest.fixture
def named(cafe: Cafe) -> Actor:
    """A third member, whose name nobody else has."""
    return cafe.community.member(user=make_user(display_name="Łucja Nowak"))


def told(message: discussions.MessageView) -> dict[str, str]:
    with unit_of_work():
        found = discussions.mentions_of([message["id"]])
    return {row["user_id"]: row["kind"] for row in found.get(message["id"], [])}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Hi @ann lee, look", "Hi @[Ann Lee](user:a1), look"),
        ("@Ann!", "@[Ann Lee](user:a1)!"),  # the first name is enough where one alone has it
        ("@Olena?", "@Olena?"),  # here two have it
        ("@olena z.", "@[Olena Z](user:c1)."),
        ("@[Whatever](user:a1)", "@[Ann Lee](user:a1)"),  # the id counts, not what somebody put before it
        ("@[Boss](user:zz)", "@Boss"),
        ("mail ann@ann.example, `@Ann`, \\@Ann", "mail ann@ann.example, `@Ann`, \\@Ann"),
        ("```\n@Ann\n```", "```\n@Ann\n```"),
        ("@meta-mentors @Meta-Mentor @all", "@[meta-mentors](role:meta_mentor) " * 2 + "@all"),
    ],
)
def test_who_is_meant_is_kept_by_her_id(typed: str, kept: str) -> None:
    assert call(typed, NAMES, "en").body == kept


def test_a_mention_is_a_way_to_the_person_and_never_more_than_that() -> None:
    called = call("@Ann and **@meta-mentors**, [to @Ann](https://a.example)", NAMES, "en")
    html = render(called.body, called.people, called.roles)
    assert html.count('<a class="mention" href="/people/a1"') == 1
    assert html.count('<strong class="mention">@Ann Lee</strong>') == 1  # no link in a link
    assert '<strong class="mention">@meta-mentors</strong>' in html
    assert "a1" not in render("@[Ann Lee](user:a1)")
    assert as_typed(called.body).startswith("@Ann Lee and")


def test_people_and_roles_are_told_once_and_the_author_never(cafe: Cafe, named: Actor) -> None:
    body = f"@{named.name} @lucja @meta-mentors @{cafe.ann.name}"
    said = discussions.post_message(cafe.ann, cafe.topic.id, body, "1").message
    assert told(said) == {named.user_id: "person", cafe.meta.user_id: "role"}
    assert f"](user:{named.user_id})" in (said["body"] or "")
    assert f'href="/people/{named.user_id}"' in (said["html"] or "")
    again = discussions.post_message(cafe.ann, cafe.topic.id, body, "1")
    assert (again.is_new, again.message["id"]) == (False, said["id"])


def test_only_hosts_call_everybody_at_once(cafe: Cafe, named: Actor) -> None:
    assert told(discussions.post_message(cafe.ann, cafe.topic.id, "@all", "1").message) == {}
    everybody = told(discussions.post_message(cafe.meta, cafe.topic.id, "@all", "2").message)
    assert everybody == {one.user_id: "role" for one in (cafe.ann, cafe.bob, named)}


def test_nobody_is_called_who_does_not_see_the_room_or_does_not_want_to_hear(
    cafe: Cafe, named: Actor
) -> None:
    inner = make_topic(make_room(cafe.community.network, [cafe.ann, cafe.bob]), cafe.ann)
    token = f"@[{named.name}](user:{named.user_id})"
    tries = ((inner, token), (inner, f"@{named.name}"), (cafe.topic, f"@{cafe.outsider.name}"))
    for number, (topic, body) in enumerate(tries):
        said = discussions.post_message(cafe.ann, topic.id, body, str(number)).message
        assert told(said) == {}
        assert "mention" not in (said["html"] or "")
        assert named.user_id not in (said["body"] or "")
    blocks.block(named, cafe.ann.user_id or "")
    said = discussions.post_message(cafe.ann, cafe.topic.id, token, "b").message
    assert told(said) == {}
    assert "mention" in (said["html"] or "")  # nothing tells her that she is blocked


def test_a_change_tells_whom_it_calls_anew_and_takes_back_whom_it_calls_no_more(
    cafe: Cafe, named: Actor
) -> None:
    said = discussions.post_message(cafe.ann, cafe.topic.id, f"@{named.name}", "1").message
    people.change_me(named, display_name="Lu N")
    both = f"{as_typed(said['body'] or '')} and @{cafe.bob.name}"  # as the form shows it, with the old name
    said = discussions.edit_message(cafe.ann, said["id"], both, expected_version=1)
    assert told(said) == {named.user_id: "person", cafe.bob.user_id: "person"}
    assert "@Lu N</a>" in (said["html"] or "")
    said = discussions.edit_message(cafe.ann, said["id"], f"@{cafe.bob.name}", expected_version=2)
    assert told(said) == {cafe.bob.user_id: "person"}
    assert told(discussions.delete_message(cafe.ann, said["id"])) == {}


def test_who_is_erased_leaves_no_name_in_the_words_of_others(cafe: Cafe, named: Actor) -> None:
    said = discussions.post_message(cafe.ann, cafe.topic.id, f"@{named.name} @{cafe.bob.name}", "1").message
    discussions.edit_message(
        cafe.ann, said["id"], f"Hello @{named.name} @{cafe.bob.name}", expected_version=1
    )
    _erase(named)
    with unit_of_work():
        stored = session().get_one(Message, said["id"])
        body, html = stored.body, stored.html
        everything = [body, html, *session().scalars(select(MessageRevision.body))]
    assert body == f"Hello @… @[{cafe.bob.name}](user:{cafe.bob.user_id})"
    assert f">@{cafe.bob.name}</a>" in html
    assert not any("Nowak" in text or (named.user_id or "") in text for text in everything)


@command
def _erase(actor: Actor) -> None:
    require(anyone(actor, None))
    discussions.erase_words(actor.id, everywhere=False)


def test_suggestions_are_people_of_the_room_and_what_calls_them_alone(cafe: Cafe, named: Actor) -> None:
    twin = cafe.community.member(user=make_user(display_name="Łucja Nowak"))
    with unit_of_work():
        found = discussions.list_mentionable(cafe.ann, cafe.room.id, "NOW")
        roles = discussions.list_mentionable(cafe.ann, cafe.room.id, "meta")
        for other in (cafe.outsider.name, cafe.ann.name, "no such name"):
            assert discussions.list_mentionable(cafe.ann, cafe.room.id, other) == []
    assert {one["id"] for one in found} == {named.user_id, twin.user_id}
    for one in found:
        said = discussions.post_message(cafe.ann, cafe.topic.id, one["text"], one["id"]).message
        assert told(said) == {one["id"]: "person"}
    assert [(one["id"], one["text"]) for one in roles] == [("meta_mentor", "@meta-mentors")]


def test_a_link_to_a_conversation_says_where_it_leads_when_everybody_here_may_go_there(
    cafe: Cafe, named: Actor
) -> None:
    site = runtime.current().settings.base_url
    inner = make_topic(make_room(cafe.community.network, [cafe.ann]), cafe.ann, title="Secret")
    hidden = discussions.post_message(cafe.ann, inner.id, "Only me", "0").message
    open_ = discussions.post_message(cafe.ann, cafe.topic.id, "All", "1").message
    body = f"{site}/talk/m/{open_['id']}#end, {site}/talk/m/{hidden['id']} {site}/talk/t/{cafe.noise.id}"
    html = discussions.post_message(cafe.ann, cafe.topic.id, body, "2").message["html"] or ""
    assert f'<a href="/talk/m/{open_["id"]}#end"' in html
    assert f">{cafe.room.name} › {cafe.topic.title}</a>, " in html
    assert "Secret" not in html
    assert cafe.noise.title not in html
    body = (
        f"<{site}/talk/r/{cafe.room.id}> {site}/talk/r/{inner.room_id} [here]({site}/talk/m/{hidden['id']})"
    )
    rooms = discussions.post_message(cafe.ann, cafe.topic.id, body, "3").message["html"] or ""
    assert f'<p><a href="/talk/r/{cafe.room.id}" ' in rooms
    assert [part.partition("<")[0] for part in rooms.split('noreferrer">')[1:]] == [
        cafe.room.name, f"{site}/talk/r/{inner.room_id}", "here",
    ]  # fmt: skip
    with unit_of_work():
        shown = discussions.preview(cafe.ann, inner.id, f"**{site}/talk/t/{inner.id}** @{named.name}")
        foreign = discussions.preview(cafe.ann, inner.id, f"https://evil.example/talk/t/{inner.id}")
    assert "› Secret</a>" in shown, "within the room itself"
    assert "mention" not in shown, "she is not in this room"
    assert "Secret" not in foreign
