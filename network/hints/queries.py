"""What can be seen of what a network asks about, and asking it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import TypedDict

from sqlalchemy import select

from models.hints import HintList
from network import networks
from network.hints.policy import may_see_hints
from network.hints.rules.detecting import BUILT_IN, Finder, find
from network.hints.rules.lists import finders_of
from network.hints.rules.questions import check_asked, hints_in
from network.kernel.actor import Actor
from network.kernel.events import renders
from network.kernel.policy import require
from network.kernel.transaction import session

Finders = tuple[tuple[str, Finder], ...]


class EntryView(TypedDict):
    """A word or a pattern, and what its author is told."""

    text: str
    note: str


class HintsView(TypedDict):
    """What a network asks about before something is posted. `built_in` are the kinds that are looked for
    everywhere; `version` is 0 where nobody wrote anything down yet."""

    network_id: str
    built_in: list[str]
    words: list[EntryView]
    patterns: list[EntryView]
    holds_first: bool
    changed_at: datetime | None
    version: int


_MOST_KEPT = 200
_kept: OrderedDict[tuple[str, int], Finders] = OrderedDict()
_turn = Lock()


def get_hints(actor: Actor, network_id: str) -> HintsView:
    """What a network looks for. Raises NotFound where the network is not visible, Forbidden where its inside
    is not."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_hints(actor, network))
    return hints_view(network.id)


def hints_view(network_id: str) -> HintsView:
    """The same for whoever may see it."""
    row = session().get(HintList, network_id)
    if row is not None:
        return _shown(row)
    return {
        "network_id": network_id, "built_in": list(BUILT_IN), "words": [], "patterns": [],
        "holds_first": False, "changed_at": None, "version": 0,
    }  # fmt: skip


def ask(
    actor: Actor,
    network_id: str,
    version: int | None,
    texts: Mapping[str, str],
    seen: Collection[str],
    before: str = "",
) -> None:
    """Raise HintQuestion where something in the texts, by field, may be somebody's own and is not among what
    the author has `seen`, by its keys, nor stood in the text `before`. `version` is that of the network's
    list, None where it has none: what is kept of it in this process is of that version, so that it is read
    once."""
    own = _finders(network_id, version)
    said_before = {one.key for one in find(before, own)}
    check_asked(hints_in(texts, own, actor.language), {*seen, *said_before})


def _finders(network_id: str, version: int | None) -> Finders:
    if version is None:
        return ()
    key = (network_id, version)
    with _turn:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    wanted = select(HintList.words, HintList.patterns).where(HintList.network_id == network_id)
    row = session().execute(wanted).one_or_none()
    made = finders_of(row.words, row.patterns) if row is not None else ()
    with _turn:
        _kept[key] = made
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made


@renders("hints")
def render_hints(ids: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    """The lists of these networks as events show them."""
    rows = session().scalars(select(HintList).where(HintList.network_id.in_(list(ids))))
    return {row.network_id: _shown(row) for row in rows}


def _shown(row: HintList) -> HintsView:
    return {
        "network_id": row.network_id, "built_in": list(BUILT_IN),
        "words": [{"text": one["text"], "note": one["note"]} for one in row.words],
        "patterns": [{"text": one["text"], "note": one["note"]} for one in row.patterns],
        "holds_first": row.holds_first, "changed_at": row.changed_at, "version": row.version,
    }  # fmt: skip
