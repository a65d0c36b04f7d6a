"""The words that the product brings along are complete, fit together and keep its own rules."""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from web.demo import content

TODAY = date(2026, 6, 15)
ROOT = Path(__file__).parents[3]
GUIDES = ROOT / "network" / "roadmap" / "guides"
DEMO = ROOT / "web" / "demo"
LANGUAGES = ("en", "de")

# The steps of the roadmap, phase by phase; a new step needs its words before it needs its code.
STEPS = (
    "organisation_verified",
    "course_session_held",
    "graduates_invited",
    "graduates_joined",
    "purpose_and_goals",
    "introductions",
    "first_meeting",
    "meta_mentor_appointed",
    "roles_known",
    "rules_in_force",
    "agreement_decided",
    "office_decided",
    "help_process_set",
    "rhythm_set",
    "talking_regularly",
    "help_answered",
    "resources_shared",
    "goals_reviewed",
    "volunteers_thanked",
    "public_page",
    "outreach_plan",
    "partner_contacted",
    "partner_course",
    "sub_network_or_join",
)
HEADINGS = {
    "en": ["How you get there", "To copy", "Watch out"],
    "de": ["So kommt ihr hin", "Zum Übernehmen", "Darauf achten"],
}
ACCOUNTS = {"operator", "steward", "meta", "meta2", "mentor", "helper", "newcomer", "partner"}
SIGNS = {"❤️", "💡", "✅"}
# Whatever the hour at which the demo is filled, conversations must stay in order.
FILLED_AT = [time(0, 0), time(3, 30), time(12, 0), time(18, 15), time(23, 59)]


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


PEOPLE = {person["slug"]: person for person in read(DEMO / "people.toml")["people"]}
ORGANISATIONS = read(DEMO / "organisations.toml")
NETWORKS = {network["key"]: network for network in ORGANISATIONS["networks"]}
COMPLETIONS = read(DEMO / "completions.toml")["completions"]
TOPICS = [
    {"network": path.parent.name, "room": path.stem, **topic}
    for path in sorted((DEMO / "conversations").glob("*/*.toml"))
    for topic in read(path)["topics"]
]


def members(network: str) -> set[str]:
    return {slug for slug, person in PEOPLE.items() if person.get("network") == network}


def messages(network: str | None = None) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for topic in TOPICS:
        if network in (None, topic["network"]):
            for message in topic["messages"]:
                yield topic, message


def moment(offset: str, at: time = time(12, 0)) -> datetime:
    """The moment that `offset` means when the demo is filled on a fixed day at `at`."""
    return content.moment(offset, datetime.combine(TODAY, at, tzinfo=UTC), "UTC")


# ---------------------------------------------------------------- guides and titles


def test_there_are_guides_and_titles_for_exactly_the_steps_of_the_roadmap() -> None:
    assert len(set(STEPS)) == 24
    expected = {f"{step}.{language}.md" for step in STEPS for language in LANGUAGES}
    assert {path.name for path in GUIDES.glob("*.md")} == expected
    assert set(read(GUIDES / "titles.toml")) == set(STEPS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_a_guide_is_half_a_page_with_steps_and_a_text_to_copy(step: str, language: str) -> None:
    guide = (GUIDES / f"{step}.{language}.md").read_text(encoding="utf-8")
    assert 90 <= len(re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", guide)) <= 260
    assert re.findall(r"(?m)^### (.+)$", guide) == HEADINGS[language]
    assert not re.search(r"(?m)^##? ", guide)
    assert 3 <= len(re.findall(r"(?m)^\d\. \S", guide)) <= 5
    assert re.search(r"(?m)^> \S", guide)
    assert not re.match(r"[#>\d]", guide), "it begins with why it matters"


@pytest.mark.parametrize("step", STEPS)
def test_titles_and_phrases_speak_both_languages(step: str) -> None:
    entry = read(GUIDES / "titles.toml")[step]
    assert {"title_en", "title_de", "open", "done"} <= set(entry) <= {
        "title_en", "title_de", "empty", "open", "done", "flagged", "waived",
    }  # fmt: skip
    for state in set(entry) - {"title_en", "title_de"}:
        assert set(entry[state]) == set(LANGUAGES)
        forms = {lang: p if isinstance(p, dict) else {"other": p} for lang, p in entry[state].items()}
        assert set(forms["en"]) == set(forms["de"])
        for phrases in forms.values():
            assert set(phrases) in ({"other"}, {"one", "other"})
            for phrase in phrases.values():
                assert (phrase % {"have": "3", "need": "5"}).strip() == phrase % {"have": "3", "need": "5"}


def test_every_state_has_a_general_phrase() -> None:
    states = read(GUIDES / "states.toml")
    assert set(states) == {"open", "done", "flagged", "waived"}
    assert all(states[state][language] for state in states for language in LANGUAGES)


# ---------------------------------------------------------------- built-in rules


def test_the_built_in_rules_are_five_clauses_in_both_languages() -> None:
    clauses = read(ROOT / "network" / "agreements" / "texts" / "builtin_rules.toml")["clauses"]
    assert [clause["id"] for clause in clauses] == [
        "respect", "confidential", "no_names", "help_not_sell", "speak_up",
    ]  # fmt: skip
    for clause in clauses:
        for language in LANGUAGES:
            words = clause[language]
            assert set(words) == {"heading", "text", "short"}
            sentences = re.split(r"(?<=[.!?:]) ", words["text"])
            assert 1 <= len(sentences) <= 5
            assert max(len(sentence.split()) for sentence in sentences) <= 17, "short ones"
            assert len(words["short"]) <= 45
            assert all(text == text.strip() and "\n" not in text for text in words.values())


# ---------------------------------------------------------------- people, organisations, completions


def test_the_networks_have_the_promised_members_and_accounts() -> None:
    assert len(members("lindenstadt")) == 40
    assert len(members("krakow")) == 7
    assert PEOPLE.keys() >= ACCOUNTS
    assert "network" not in PEOPLE["operator"]
    assert PEOPLE["partner"]["network"] == "krakow"
    assert PEOPLE["meta"]["capacity"] == "volunteer"
    assert PEOPLE["meta2"]["capacity"] == "staff"
    hosts = {slug for slug, person in PEOPLE.items() if "meta_mentor" in person.get("roles", [])}
    assert hosts == {"meta", "meta2"}
    for network, language in (("lindenstadt", "de"), ("krakow", "en")):
        assert all(PEOPLE[slug]["language"] in (language, "en") for slug in members(network))


def test_everybody_is_made_up_and_has_a_face_and_one_sentence() -> None:
    assert len({person["name"] for person in PEOPLE.values()}) == len(PEOPLE)
    assert len({person["face"] for person in PEOPLE.values()}) == len(PEOPLE)
    for slug, person in PEOPLE.items():
        domain = "demo.example" if slug in ACCOUNTS else "people.example"
        assert person["email"] == f"{slug}@{domain}"
        assert len(person["introduction"]) <= 120
        assert person["introduction"].count(".") == 1
        if "buddy" in person:
            assert PEOPLE[person["buddy"]]["network"] == person["network"]


def test_organisations_courses_goals_and_rooms_refer_to_what_exists() -> None:
    organisations = {organisation["key"] for organisation in ORGANISATIONS["organisations"]}
    sessions = {session["key"]: session["organisation"] for session in ORGANISATIONS["course_sessions"]}
    assert {organisation["state"] for organisation in ORGANISATIONS["organisations"]} == {"verified"}
    assert len({organisation["country"] for organisation in ORGANISATIONS["organisations"]}) == 2
    assert set(sessions.values()) == organisations
    for network in NETWORKS.values():
        assert sessions[network["course_session"]] == network["organisation"]
        founding = next(goal for goal in ORGANISATIONS["goals"] if goal["network"] == network["key"])
        assert (founding["state"], founding["adopted"]) == ("adopted", network["founded"])
    assert sum(goal["network"] == "lindenstadt" for goal in ORGANISATIONS["goals"]) == 3
    for goal in ORGANISATIONS["goals"]:
        assert {goal["by"], *goal.get("supporters", [])} <= members(goal["network"])
    for room in ORGANISATIONS["rooms"]:
        assert set(room.get("members", [])) <= members(room["network"])
        assert ("builtin" in room) != ({"name", "purpose", "kind", "posting", "by"} <= set(room))
    for session in ORGANISATIONS["course_sessions"]:
        assert moment(session["starts_on"]) < moment(session["ends_on"]) < moment("-30d")


def test_completions_hold_graduates_and_people_who_did_not_finish() -> None:
    big = [row for row in COMPLETIONS if row["session"] == "lindenstadt_first"]
    assert sum(row["completed"] for row in big) == 44
    assert sum(not row["completed"] for row in big) >= 3
    addresses = [row.get("email") or PEOPLE[row["person"]]["email"] for row in COMPLETIONS]
    assert len(set(addresses)) == len(addresses)
    for row in COMPLETIONS:
        assert (row["state"] == "member") == ("person" in row)
        assert (row["state"] == "not_completed") == (not row["completed"])
        assert row["completed"] == ("completed_on" in row)
        assert "person" in row or row["email"].endswith("@people.example")


# ---------------------------------------------------------------- conversations


def test_there_are_weeks_of_conversation() -> None:
    big = [topic for topic in TOPICS if topic["network"] == "lindenstadt"]
    assert len(big) >= 26
    assert sum(len(topic["messages"]) for topic in big) >= 190
    assert sum(topic["language"] == "en" for topic in big) >= 5
    assert sum(topic["network"] == "krakow" for topic in TOPICS) == 5
    assert sum(1 for _ in messages("krakow")) == 18
    weeks = {(moment("-0d") - moment(message["at"])).days // 7 for _, message in messages("lindenstadt")}
    assert len(weeks & set(range(13))) >= 9
    hello = {message["by"] for topic, message in messages("lindenstadt") if topic["room"] == "welcome"}
    assert len(hello) >= 20, "half of the members have said hello"


def test_rooms_and_people_of_a_conversation_belong_to_its_network() -> None:
    rooms = {(room["network"], room["key"]): room for room in ORGANISATIONS["rooms"]}
    for topic, message in messages():
        room = rooms[topic["network"], topic["room"]]
        readers = set(room.get("members", members(topic["network"])))
        involved = {message["by"], *(slug for who in message.get("reactions", {}).values() for slug in who)}
        assert involved <= readers, (topic["title"], involved - readers)
        assert set(message.get("reactions", {})) <= SIGNS
        assert all(message["by"] not in who for who in message.get("reactions", {}).values())
        if room.get("posting") == "meta_mentors":
            assert "meta_mentor" in PEOPLE[message["by"]]["roles"]


@pytest.mark.parametrize("at", FILLED_AT)
def test_messages_are_in_order_past_and_by_people_who_were_members(at: time) -> None:
    now = datetime.combine(TODAY, at, tzinfo=UTC)
    for topic in TOPICS:
        times = [moment(message["at"], at) for message in topic["messages"]]
        assert times == sorted(set(times)), topic["title"]
        assert times[-1] < now
        for index, message in enumerate(topic["messages"]):
            assert moment(PEOPLE[message["by"]]["since"], at) < times[index], (topic["title"], message["by"])
            assert 0 <= message.get("reply_to", 0) < max(index, 1), topic["title"]
            assert ("edited" in message) == ("edited_at" in message)
            if "edited" in message:
                assert times[index] < moment(message["edited_at"], at) < now
                assert message["edited"] != message["body"]
            for who in message.get("reactions", {}).values():
                late = [slug for slug in who if moment(PEOPLE[slug]["since"], at) >= times[index]]
                assert not late, (topic["title"], late)


@pytest.mark.parametrize("at", FILLED_AT)
def test_nobody_writes_at_night(at: time) -> None:
    """Whatever the hour, what is new was said while people were awake, and each message says its language."""
    for topic, message in messages():
        if "h" in message["at"]:
            assert 8 <= moment(message["at"], at).hour < 22, (topic["title"], message["at"])
        assert message.get("language", topic["language"]) in LANGUAGES


@pytest.mark.parametrize("at", FILLED_AT)
def test_people_have_read_their_own_messages_and_mentor_has_some_to_read(at: time) -> None:
    for topic, message in messages():
        for slug in {message["by"], *(slug for who in message.get("reactions", {}).values() for slug in who)}:
            visit = PEOPLE[slug]["last_visit"]
            assert moment(message["at"], at) <= moment(visit, at), (topic["title"], slug)
    seen = moment(PEOPLE["mentor"]["last_visit"], at)
    unread = {
        topic["title"]
        for topic, message in messages("lindenstadt")
        if topic["room"] != "moderation" and moment(message["at"], at) > seen
    }
    assert 3 <= len(unread) <= 8
    recent = [m for _, m in messages("lindenstadt") if moment(m["at"], at) > moment("-24h 1m", at)]
    assert len(recent) >= 10
    hello = [topic for topic in TOPICS if topic["messages"][0]["by"] == "newcomer"]
    assert [topic["room"] for topic in hello] == ["welcome"]


def test_bodies_keep_the_rules_that_members_accept() -> None:
    for topic, message in messages():
        for body in (message["body"], message.get("edited", "")):
            assert len(body) <= 2000
            assert body == body.strip()
            assert not re.search(r"\S+@\S+\.\S+", body), topic["title"]
            assert not re.search(r"(?:\+|\b00?)\d[\d /-]{5,}|\d{6,}", body), topic["title"]
            assert "@mail.example" not in body
            assert "http" not in body
            # Nobody whom a member supports is called by a full name; members are on first-name terms.
            assert not any(person["name"] in body for person in PEOPLE.values())


def test_the_demos_networks_are_private_to_their_members() -> None:
    """contract.md, Run: "Both private to their members unless said otherwise", and nothing else is said."""
    rows = tomllib.loads((DEMO / "organisations.toml").read_text(encoding="utf-8"))["networks"]
    assert [row["visibility"] for row in rows] == ["private", "private"]
