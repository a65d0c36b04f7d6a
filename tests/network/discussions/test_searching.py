"""What is found of what was said, by whom, in which order; and what is not."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.search import BESIDE
from network.blocks import block
from network.discussions import (
    Filter,
    Hit,
    delete_message,
    edit_message,
    forget_words,
    index,
    index_some,
    move_topic,
    open_topic,
    post_message,
    rename_topic,
    search_messages,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageOf, PageRequest
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_messages, make_room, make_topic, stranger
from tests.network.discussions.conftest import Cafe
from tests.running import HandClock

INDEXED = pytest.mark.parametrize("indexed", [False, True], ids=["just now", "indexed"])
"""Found is found, whether the job came by since or not."""


def say(actor: Actor, topic_id: str, body: str, language: str | None = None) -> str:
    return post_message(actor, topic_id, body, new_untimed_id(), language=language).message["id"]


def search(cafe: Cafe, query: str, narrowed: Filter = Filter(), who: Actor | None = None) -> list[Hit]:  # noqa: B008
    return page_of(cafe, query, narrowed, who).items


def page_of(
    cafe: Cafe,
    query: str,
    narrowed: Filter = Filter(),  # noqa: B008
    who: Actor | None = None,
    request: PageRequest = PageRequest(),  # noqa: B008
) -> PageOf[Hit]:
    with unit_of_work():
        return search_messages(who or cafe.ann, cafe.community.network.id, query, narrowed, request)


def ids(hits: list[Hit]) -> list[str]:
    return [hit["message"]["id"] for hit in hits]


@INDEXED
@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("Wir treffen uns in Łódź", "lodz"),
        ("İSTANBUL her zaman güzel", "istanbul"),
        ("Ο Νίκος ήρθε", "νικοσ"),
        ("Grüße aus Köln", "GRUSSE koln"),
        ("Żółw i gęś", "zolw ges"),
        ("Слово Їжак", "їжак"),
        ("مَدْرَسَة", "مدرسة"),
        ("Viele Wohnungen stehen leer", "wohnung"),
        ("She was mentoring newcomers", "mentor"),
        ("**Wohn**geld beantragt man beim [Amt](https://amt.example)", "wohngeld amt"),
        ("a+b don't panic", "panic don"),
    ],
)
def test_words_are_found_in_whatever_script_case_and_form(
    cafe: Cafe, said: str, typed: str, indexed: bool
) -> None:
    language = "de" if "Wohn" in said else "en" if "She" in said else None
    wanted = say(cafe.bob, cafe.topic.id, said, language)
    say(cafe.bob, cafe.topic.id, "Something else")
    if indexed:
        assert index() == 2
    assert ids(search(cafe, typed)) == [wanted]


@INDEXED
def test_all_words_and_phrases_as_they_are_the_latest_first(cafe: Cafe, indexed: bool) -> None:
    first = say(cafe.bob, cafe.topic.id, "The green house stands on a hill")
    second = say(cafe.bob, cafe.topic.id, "A house, all green")
    third = say(cafe.bob, cafe.topic.id, "green houses and a green house")
    if indexed:
        index()
    assert ids(search(cafe, "house green")) == [third, second, first]
    assert ids(search(cafe, '"green house"')) == [third, first]
    assert ids(search(cafe, '"green house" hill')) == [first]
    assert ids(search(cafe, '"houses"')) == [third], "what stands in quotes is not bent"
    assert search(cafe, "green castle") == []


@pytest.mark.parametrize(
    "query",
    ["", "   ", '"', 'house "green', "!!! --- ...", '""', "x" * 201, " ".join(f"w{n}" for n in range(13))],
)
def test_a_query_that_says_nothing_or_too_much_is_refused(cafe: Cafe, query: str) -> None:
    with pytest.raises(Invalid) as refused:
        search(cafe, query)
    assert list(refused.value.faults) == ["q"]


@pytest.mark.parametrize(
    "query",
    [
        "AND", "NEAR(a b)", "words : x", "x*", "-house", "a | b & !c", "'; DROP TABLE messages", "^x",
        "a:b:C",
    ],
)  # fmt: skip
@INDEXED
def test_nothing_typed_is_an_order_to_the_database(cafe: Cafe, query: str, indexed: bool) -> None:
    wanted = say(cafe.bob, cafe.topic.id, "NEAR a b c x words house AND drop table messages")
    if indexed:
        index()
    assert ids(search(cafe, query)) == [wanted]


@INDEXED
def test_only_what_the_reader_may_read(cafe: Cafe, indexed: bool) -> None:
    private = make_room(cafe.community.network, kind="private", people=[cafe.bob])
    hidden = say(cafe.bob, make_topic(private, cafe.bob).id, "The word is tulip")
    shown = say(cafe.bob, cafe.topic.id, "A tulip for everybody")
    if indexed:
        index()
    assert ids(search(cafe, "tulip")) == [shown]
    assert ids(search(cafe, "tulip", who=cafe.bob)) == [shown, hidden]
    assert search(cafe, "tulip", Filter(room_id=private.id)) == []
    assert search(cafe, "tulip", Filter(room_id=new_untimed_id())) == []
    with pytest.raises(NotFound):
        search(cafe, "tulip", who=stranger())


@INDEXED
def test_what_is_said_in_confidence_is_found_by_nobody(cafe: Cafe, indexed: bool) -> None:
    """Whatever kinds of rooms there will be: only those that are named are looked through."""
    room = make_room(cafe.community.network, kind="private", people=[cafe.bob])
    say(cafe.bob, make_topic(room, cafe.bob).id, "The word is tulip")
    with runtime.current().database.engine.begin() as connection:
        connection.execute(text("UPDATE rooms SET kind = 'help' WHERE id = :id"), {"id": room.id})
    if indexed:
        index()
    assert search(cafe, "tulip", who=cafe.bob) == []
    with unit_of_work():
        words = session().execute(text("SELECT count(*) FROM message_words"))
        assert words.scalar_one() == 0


@INDEXED
def test_what_is_taken_back_changed_or_moved(cafe: Cafe, indexed: bool) -> None:
    taken = say(cafe.bob, cafe.topic.id, "A tulip")
    changed = say(cafe.bob, cafe.topic.id, "Another tulip")
    other = make_room(cafe.community.network)
    index()
    delete_message(cafe.bob, taken)
    edit_message(cafe.bob, changed, "A dandelion", expected_version=1)
    with unit_of_work():
        version = session().get_one(type(cafe.topic), cafe.topic.id).version
    move_topic(cafe.meta, cafe.topic.id, other.id, expected_version=version)
    if indexed:
        index()
        assert stored("tulip") == 0
    assert search(cafe, "tulip") == []
    assert ids(search(cafe, "dandelion")) == [changed]
    assert ids(search(cafe, "dandelion", Filter(room_id=other.id))) == [changed]
    assert search(cafe, "dandelion", Filter(room_id=cafe.room.id)) == []


@INDEXED
def test_a_topic_is_found_by_its_title_also_when_it_gets_another(cafe: Cafe, indexed: bool) -> None:
    topic = open_topic(cafe.bob, cafe.room.id, "Finding a flat", "What helped you?").topic
    say(cafe.ann, topic["id"], "Patience")
    if indexed:
        index()
    assert ids(search(cafe, "flat")) == [topic["first_message"]["id"]]
    rename_topic(cafe.bob, topic["id"], "Finding a home", expected_version=topic["version"])
    if indexed:
        index()
    assert search(cafe, "flat") == []
    [hit] = search(cafe, "home helped")
    assert hit["topic"]["title"] == "Finding a home"


def test_an_edit_does_not_make_a_message_the_latest(cafe: Cafe) -> None:
    first, second = (say(cafe.bob, cafe.topic.id, f"A tulip, number {n}") for n in (1, 2))
    index()
    edit_message(cafe.bob, first, "A tulip, the first one", expected_version=1)
    index()
    assert ids(search(cafe, "tulip")) == [second, first]


@INDEXED
def test_narrowed_by_person_room_and_time(cafe: Cafe, clock: HandClock, indexed: bool) -> None:
    first = say(cafe.bob, cafe.topic.id, "A tulip")
    clock.forward(days=10)
    between = clock.now()
    clock.forward(days=10)
    second = say(cafe.ann, cafe.topic.id, "A tulip")
    if indexed:
        index()
    assert ids(search(cafe, "tulip", Filter(author_id=cafe.bob.user_id))) == [first]
    assert ids(search(cafe, "tulip", Filter(since=between))) == [second]
    assert ids(search(cafe, "tulip", Filter(before=between))) == [first]
    assert ids(search(cafe, "tulip", Filter(room_id=cafe.room.id))) == [second, first]
    assert search(cafe, "tulip", Filter(author_id=cafe.bob.user_id, since=between)) == []


def test_who_came_into_the_index_late_is_found_by_its_time_all_the_same(cafe: Cafe, clock: HandClock) -> None:
    early = say(cafe.bob, cafe.topic.id, "A tulip")
    clock.forward(days=10)
    between = clock.now()
    clock.forward(days=10)
    late = say(cafe.bob, cafe.topic.id, "A tulip")
    set_indexed(early, True)  # as if somebody held it while the job came by
    assert index() == 1
    set_indexed(early, False)
    assert index() == 1
    assert ids(search(cafe, "tulip", Filter(before=between))) == [early]
    assert ids(search(cafe, "tulip", Filter(since=between))) == [late]
    assert search(cafe, "tulip", Filter(before=between, author_id=cafe.ann.user_id)) == []


def set_indexed(message_id: str, is_in: bool) -> None:
    version = "version" if is_in else "0"
    with runtime.current().database.engine.begin() as connection:
        connection.execute(
            text(f"UPDATE messages SET indexed_version = {version} WHERE id = :id"), {"id": message_id}
        )


def test_what_was_said_long_ago_is_found_behind_much_that_is_not_hers(cafe: Cafe) -> None:
    """Further back than any step by which the index is looked through."""
    oldest = say(cafe.bob, cafe.topic.id, "A tulip and a rose")
    index()
    skip_numbers(200_000)
    older = say(cafe.bob, cafe.topic.id, "A tulip rose")
    index()
    skip_numbers(10_000)
    private = make_room(cafe.community.network, kind="private", people=[cafe.bob])
    topic = make_topic(private, cafe.bob)
    make_messages(topic, cafe.bob, 700)
    with runtime.current().database.engine.begin() as connection:
        connection.execute(text("UPDATE messages SET body = 'A tulip rose' WHERE body LIKE 'Word %'"))
    last = say(cafe.bob, cafe.topic.id, "A tulip")
    index()
    assert ids(search(cafe, "tulip")) == [last, older, oldest]
    assert ids(search(cafe, "tulip rose")) == [older, oldest]
    assert ids(search(cafe, '"tulip rose"')) == [older]
    assert ids(search(cafe, "tulip", Filter(room_id=cafe.room.id))) == [last, older, oldest]
    assert search(cafe, "tulip nowhere") == []
    found: list[str] = []
    request = PageRequest(limit=100)
    while True:
        page = page_of(cafe, "tulip", who=cafe.bob, request=request)
        found += ids(page.items)
        if page.next is None:
            break
        request = PageRequest(limit=100, cursor=page.next)
    assert found[-2:] == [older, oldest]
    assert len(found) == len(set(found)) == 703


def skip_numbers(upto: int) -> None:
    """Let the next message come into the index so many numbers later, as if others had been before it."""
    if runtime.current().database.is_sqlite:
        return  # which looks for no numbers
    with runtime.current().database.engine.begin() as connection:
        jump = "SELECT setval('message_words_number_seq', last_value + :more)"
        connection.execute(text(f"{jump} FROM message_words_number_seq"), {"more": upto})


def test_nothing_of_whom_one_blocked(cafe: Cafe) -> None:
    say(cafe.bob, cafe.topic.id, "A tulip")
    block(cafe.ann, cafe.bob.user_id or "")
    assert search(cafe, "tulip") == []


def test_pages_hold_each_hit_once(cafe: Cafe) -> None:
    said = [say(cafe.bob, cafe.topic.id, f"tulip {n}") for n in range(7)]
    index()
    said += [say(cafe.ann, cafe.topic.id, f"tulip {n}") for n in range(7, 12)]
    found: list[str] = []
    request = PageRequest(limit=3)
    for _ in range(4):
        page = page_of(cafe, "tulip", request=request)
        found += ids(page.items)
        request = PageRequest(limit=3, cursor=page.next)
    assert found == said[::-1]
    assert page.next is None
    with pytest.raises(Invalid):
        page_of(cafe, "tulip", request=PageRequest(cursor="WzEsMl0"))


def test_the_piece_that_is_shown_holds_the_word(cafe: Cafe) -> None:
    say(cafe.bob, cafe.topic.id, "before " * 60 + "the **tulips** and " + "after " * 60, "en")
    [hit] = search(cafe, "tulip")
    assert len(hit["snippet"]) < 180
    assert [hit["snippet"][start:end] for start, end in hit["hits"]] == ["tulips"]
    assert hit["snippet"].startswith("… before") and hit["snippet"].endswith("after …")


def stored(word: str) -> int:
    """How many messages the index holds under a word, asked past everything of ours."""
    is_sqlite = runtime.current().database.is_sqlite
    matches = f"{BESIDE} MATCH :word" if is_sqlite else "terms @@ CAST(:word AS tsquery)"
    with runtime.current().database.engine.connect() as connection:
        wanted = text(f"SELECT count(*) FROM {BESIDE} WHERE {matches}")
        return int(connection.scalar(wanted, {"word": word}) or 0)


def test_what_is_gone_is_in_no_file(cafe: Cafe) -> None:
    taken = say(cafe.bob, cafe.topic.id, "My canary is called Quetzalcoatlus")
    for _ in range(3):
        say(cafe.bob, cafe.topic.id, "Something else")
    index()
    assert stored("quetzalcoatlus") == 1
    delete_message(cafe.bob, taken)
    forget_words(system_actor("test"))
    assert stored("quetzalcoatlus") == 0
    database = runtime.current().database
    if database.is_sqlite:
        database.empty_journal()
        with open(str(database.engine.url.database), "rb") as file:
            assert b"quetzalcoatlus" not in file.read(), "the folded word, as only the index writes it"


def test_only_the_system_makes_the_index(cafe: Cafe) -> None:
    for order in (index_some, forget_words):
        with pytest.raises(Forbidden):
            order(cafe.meta)
