"""Whose words are looked through: chosen from a list, or in a larger network by a name that is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from network import membership
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import is_id
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.membership import MemberView

CHOSEN_FROM = 60
"""Of so many people one is chosen from a list; among more of them one writes a name."""
ALIKE = 20


@dataclass(slots=True)
class Author:
    """Who was `chosen`, and her name as far as it is known; or all, and perhaps more, who are `alike` by what
    was `typed`: then nobody is chosen yet. `people` are those to choose from, None where they are many."""

    chosen: str | None = None
    name: str = ""
    typed: str = ""
    alike: Sequence[MemberView] = ()
    people: Sequence[MemberView] | None = None

    @property
    def is_open(self) -> bool:
        """True where it cannot be said yet whose words are meant."""
        return bool(self.typed) and self.chosen is None


def find_author(actor: Actor, network_id: str, given: str, typed: str | None) -> Author:
    """Whom somebody who sees inside a network means by an id that was `given` and, newer than that, a name
    that she `typed` because there are too many to choose from: whose name it is, else who alone has it in
    hers. No name is told that she cannot see."""
    chosen, people = given if is_id(given) else None, None
    if membership.count_active(network_id) <= CHOSEN_FROM:
        people = membership.list_people(actor, network_id, PageRequest(MAX_LIMIT)).items
    name = _name_of(actor, chosen, people or ()) if chosen else ""
    if people is not None or typed is None or (chosen and typed.casefold() == name.casefold()):
        return Author(chosen, name, people=people)
    if not typed:
        return Author()
    alike = membership.list_people(actor, network_id, PageRequest(MAX_LIMIT), typed).items
    same = [each for each in alike if each["display_name"].casefold() == typed.casefold()] or alike
    if len(same) == 1:
        return Author(same[0]["id"], same[0]["display_name"])
    return Author(typed=typed, alike=alike[:ALIKE])


def _name_of(actor: Actor, user_id: str, people: Sequence[MemberView]) -> str:
    for each in people:
        if each["id"] == user_id:
            return each["display_name"]
    try:
        return membership.get_person(actor, user_id)["display_name"]
    except NotFound:
        return ""
