"""The German says one word for each thing, speaks to people as „du“, and is set as German is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from deploy.setup.translations import read

GLOSSARY = {
    r"organisations?": r"Organisation",
    r"contacts?": r"Ansprechperson",
    r"courses?": r"[Kk]urs",
    r"graduates?": r"Absolvent",
    r"networks?": r"[Nn]etzwerk|„0“",
    r"members?": r"Mitglied",
    r"membership": r"Mitgliedschaft|Pause",
    r"meta-mentors?": r"Meta-Mentor",
    r"(?<!-)mentors?": r"Mentor",
    r"deputy": r"Vertretung",
    r"roadmap": r"Fahrplan",
    r"steps?": r"Schritt",
    r"phases?": r"Phase",
    r"rooms?": r"[Rr]aum|[Rr]äume",
    r"topics?": r"Them[ae]",
    r"messages?": r"Beitr[aä]g",
    r"rules?": r"[Rr]egel",
    r"agreements?": r"Vereinbarung",
    r"goals?": r"Ziel",
    r"invitations?": r"Einladung",
    r"guide": r"Anleitung",
    r"roles?": r"Rolle",
    r"decision": r"Entscheidung",
    r"operator": r"Betreiberin oder de[rnm] Betreiber",
}
"""What stands in an English text, and what must then stand in the German one (docs/glossary.md)."""

SAID_OTHERWISE = {
    "There is no room left",  # space
    "There is no room left to store this. The operator has been told.",
    "A few short questions. After that you can invite the first people.",
    "This step is not possible in the current state.",  # any action, not one of the roadmap's
    "The invitation is for this mail address only, works once, and counts until %(day)s.",
    "Most take their town or their topic, for example “Network Lindenstadt”.",
    # “Single point of contact” is the law's word, not the organisation's person.
    "This address is the single point of contact for authorities and for everybody who uses this site "
    "(Digital Services Act, Articles 11 and 12). You can write in English or German. People read it, not a "
    "machine.",
}
FOR_PROGRAMS_AND_OPERATORS = {
    "The software is free (AGPL). No advertising, no trackers, nothing is loaded from other sites. Whoever "
    "runs this server could read what is stored on it: choose a host that you trust.",
    "If mail addresses are missing: the administrator switches them on under “Show user identity”.",
    "This token does not allow that.",
    "The header X-CSRF-Token is missing or wrong. Get a fresh one from GET /api/v1/session.",
    # The page on which the operator sees how the server is.
    "Database",
    "State of the database",
    "What waits for you and how the server is. What people write stays with them.",
}
MACHINE_ROOM = re.compile(
    r"\b(?:hash|token|scope|quorum|cookie|endpunkt|payload|session|server|client|backend|datenbank|uuid|login"
    r"|posting|user|account|e-mail-account)\b",
    re.IGNORECASE,
)


def _pairs() -> Iterator[tuple[str, str]]:
    """Every English text with each form of its German."""
    for message in read("de"):
        if not message.id:
            continue
        english = message.id[-1] if isinstance(message.id, list | tuple) else str(message.id)
        forms = message.string if isinstance(message.string, list | tuple) else [str(message.string)]
        for german in filter(None, forms):  # what is not translated yet fails elsewhere, once
            yield english, german


def _words(text: str) -> str:
    """A text without its values."""
    return re.sub(r"%\(\w+\)s|\{\w+\}", "0", text)


@pytest.mark.parametrize("thing", sorted(GLOSSARY))
def test_each_thing_has_its_one_word(thing: str) -> None:
    english_word = re.compile(rf"(?<![\w-]){thing}(?![\w-])", re.IGNORECASE)
    german_word = re.compile(GLOSSARY[thing])
    wrong = [
        f"{english!r}: {german!r}"
        for english, german in _pairs()
        if english_word.search(_words(english))
        if english not in SAID_OTHERWISE
        if not german_word.search(_words(german))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        ("quotation marks are „…“", r"[\"”‟«»]|^[^„]*“|„[^“]*$"),
        ("an apostrophe is ’", r"'"),
        ("an ellipsis is …", r"\.\.\."),
        ("both genders are named", r"\w[:*_/](?:in|innen)\b|[a-zäöüß]In(?:nen)?\b"),
        ("people are called du", r"\bIhnen\b|[a-zäöüß,] (?:Sie|Ihre[nmrs]?)\b"),
        ("there is one space between words", r"  |^\s|\s$"),
        ("a mail is a Mail", r"\bE-?[Mm]ail-Adresse|\bEmail\b"),
    ],
)
def test_the_german_is_set_as_german_is(reason: str, wrong: str) -> None:
    found = [german for _english, german in _pairs() if re.search(wrong, german)]
    assert not found, f"{reason}:\n" + "\n".join(found)


def test_no_word_from_the_machine_room_on_pages() -> None:
    found = [
        german
        for english, german in _pairs()
        if english not in FOR_PROGRAMS_AND_OPERATORS and MACHINE_ROOM.search(_words(german))
    ]
    assert not found, "\n".join(found)


def test_a_translation_ends_as_its_source_does() -> None:
    def end(text: str) -> str:
        last = text.strip("“”„")[-1:]
        return last if last in ".?!:,…" else ""

    found = [
        f"{english!r}: {german!r}"
        for english, german in _pairs()
        if end(_words(english)) != end(_words(german))
    ]
    assert not found, "\n".join(found)
