"""How a message calls somebody: as it is typed, `@Ann Lee`; and as it is kept, `@[Ann Lee](user:<id>)`, which
outlives another name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.base import fold
from network.kernel.translation import LANGUAGES, translate
from network.kernel.translation import mark as _

MOST_MENTIONS = 50
"""Of one message; what comes after is plain text."""

TOKEN = re.compile(r"@\[([^\[\]\n]{1,200})\]\((user|role):([0-9a-z_-]{1,36})\)")

ROLES = {"meta_mentor": _("meta-mentors"), "deputy": _("deputies"), "mentor": _("all")}
"""The roles that can be called, with the word for those who have it; every member is a mentor."""

# Code says what it says. An open one ends with the text, as Markdown has it.
_CODE = re.compile(r"(?:^|\n)(?:```|~~~).*?(?:\n(?:```|~~~)|\Z)|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_LONGEST = 200
_WORDS_IN_NAME = 8
_MOST_SIGNS = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be called in a room."""

    id: str
    name: str
    folded: str


@dataclass(frozen=True, slots=True)
class Called:
    """A text as it is kept, and whom it calls: names by id, words by role."""

    body: str
    people: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)


class Names:
    """By what the people of a room can be called: by the whole name, or by the first where one alone has it;
    `known` are names that stood in the text before, with whom they meant."""

    def __init__(self, people: Sequence[Person], roles: Iterable[str], known: Mapping[str, str]) -> None:
        self.people = {person.id: person.name for person in people}
        self.roles = {role: ROLES[role] for role in roles}
        self._words: dict[str, tuple[str, str] | None] = {}
        firsts: dict[str, list[str]] = {}
        for person in people:
            self._add(person.folded, ("user", person.id))
            firsts.setdefault(person.folded.partition(" ")[0], []).append(person.id)
        for first, ids in firsts.items():
            if len(ids) == 1:
                self._words.setdefault(first, ("user", ids[0]))
        for role in self.roles:
            for word in role_words(role):
                self._words.setdefault(fold(word), ("role", role))
        for name, user_id in known.items():
            if user_id in self.people:
                self._words[fold(name)] = ("user", user_id)

    def _add(self, word: str, who: tuple[str, str]) -> None:
        # Two of the same name: it says neither.
        self._words[word] = None if word in self._words else who

    def find(self, word: str) -> tuple[str, str] | None:
        """`user` or `role` with the id that the word means, or None."""
        return self._words.get(fold(word))

    def is_unique(self, person: Person) -> bool:
        """True where her whole name calls her and nobody else."""
        return self._words.get(person.folded) == ("user", person.id)


def role_words(role: str) -> set[str]:
    """Every word that calls a role: in each language of the product, and its code."""
    return {role.replace("_", "-"), *(translate(language, ROLES[role]) for language in LANGUAGES)}


def calls_somebody(body: str) -> bool:
    """True where a text may call somebody; only then people are looked up."""
    return re.search(r"(?<![\w/\\])@\w|@\[", body) is not None


def call(body: str, names: Names, language: str) -> Called:
    """A text as it is kept. Who is not in the room is not called: the sign and the name stay, plain. A name
    that is called twice is one mention."""
    called = Called("", {}, {})
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(body):
        parts += [_call_in(body[at : code.start()], names, language, called), code[0]]
        at = code.end()
    parts.append(_call_in(body[at:], names, language, called))
    return Called("".join(parts), called.people, called.roles)


def _call_in(text: str, names: Names, language: str, called: Called) -> str:
    parts: list[str] = []
    at = 0
    for _number in range(_MOST_SIGNS):
        if (sign := text.find("@", at)) < 0:
            break
        parts.append(text[at:sign])
        token = TOKEN.match(text, sign)
        who: tuple[str, str] | None
        if token is not None:
            who, end, said = (token[2], token[3]), token.end(), f"@{token[1]}"
        else:
            who, end = _longest_name(text, sign, names)
            said = text[sign:end]
        parts.append(_written(who, names, language, called) or said)
        at = end
    return "".join((*parts, text[at:]))


def _longest_name(text: str, sign: int, names: Names) -> tuple[tuple[str, str] | None, int]:
    """Whom the words behind the sign call, the longest name first, and where they end."""
    # Not in a mail address or a path, and not what somebody escaped.
    inside = sign > 0 and (text[sign - 1].isalnum() or text[sign - 1] in "_/\\")
    line = text[sign + 1 : sign + 1 + _LONGEST].partition("\n")[0]
    if not inside:
        ends = [end.end() for end in re.finditer(r"\w(?!\w)", line)][: 2 * _WORDS_IN_NAME]
        for end in reversed(ends):
            who = names.find(line[:end])
            if who is not None:
                return who, sign + 1 + end
    return None, sign + 1


def _written(who: tuple[str, str] | None, names: Names, language: str, called: Called) -> str | None:
    if who is None:
        return None
    kind, key = who
    known, kept = (names.people, called.people) if kind == "user" else (names.roles, called.roles)
    if key not in known or (key not in kept and len(called.people) + len(called.roles) >= MOST_MENTIONS):
        return None
    kept[key] = known[key] if kind == "user" else translate(language, ROLES[key])
    return token_of(kind, key, kept[key])


def token_of(kind: str, key: str, name: str) -> str:
    """A mention as it is kept."""
    return f"@[{name.replace('[', '(').replace(']', ')')}]({kind}:{key})"


def as_typed(body: str) -> str:
    """A text as somebody would have typed it: with names in the place of mentions."""
    return TOKEN.sub(r"@\1", body)


def known_in(body: str) -> dict[str, str]:
    """Who is called in a text that is kept: ids by the names that stand there."""
    return {match[1]: match[3] for match in TOKEN.finditer(body) if match[2] == "user"}


def roles_in(body: str) -> dict[str, str]:
    """Which roles are called in a text that is kept, with the words that stand there."""
    return {match[3]: match[1] for match in TOKEN.finditer(body) if match[2] == "role"}


def renamed(body: str, user_id: str, name: str) -> str:
    """The text with another name in the place of a person's, who is called no more."""
    return TOKEN.sub(lambda match: f"@{name}" if match[3] == user_id else match[0], body)
