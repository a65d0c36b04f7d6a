"""What can be done about what a network asks: another list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.hints import HintList
from network import networks
from network.hints.events import HintsChanged
from network.hints.policy import may_change_hints, may_see_hints
from network.hints.queries import HintsView, hints_view
from network.hints.rules.lists import check_entries
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version

ROLES = ("meta_mentor", "deputy")


@command
def change_hints(
    actor: Actor,
    network_id: str,
    *,
    words: Sequence[Mapping[str, Any]] | None = None,
    patterns: Sequence[Mapping[str, Any]] | None = None,
    holds_first: bool | None = None,
    expected_version: int,
) -> HintsView:
    """Say what a network asks its authors about, beside what is asked everywhere, and whether a newcomer's
    first message waits until somebody looked at it; what is left out stays. Words and patterns are `{text,
    note}`; a pattern is one word in which `*` stands for any signs, `?` for one and `#` for a digit. In the
    audit trail, without the words. Refused to all but meta-mentor and deputy. Raises NotFound, Forbidden,
    VersionConflict, Invalid. Fact: HintsChanged."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_hints(actor, network))
    require(may_change_hints(actor, network))
    networks.lock_network(network.id)  # of two who change it at once one comes second and is told so
    row = session().get(HintList, network.id, populate_existing=True)
    before = None if row is None else {"holds_first": row.holds_first}
    if row is None:
        row = HintList(network_id=network.id, words=[], patterns=[], holds_first=False, version=0)
    check_version(row, expected_version, lambda _row: hints_view(network.id))
    if words is not None:
        row.words = check_entries("words", words)
    if patterns is not None:
        row.patterns = check_entries("patterns", patterns)
    if holds_first is not None:
        row.holds_first = holds_first
    row.changed_by, row.changed_at = actor.id, runtime.current().clock.now()
    row.version += 1
    session().add(row)
    session().flush()
    after = {"holds_first": row.holds_first, "words": len(row.words), "patterns": len(row.patterns)}
    append(
        actor, "hints.changed", "hints", network.id, network_id=network.id,
        acting_role=next((role for role in ROLES if actor.has_role(network.id, role)), None),
        before=before, after=after,
    )  # fmt: skip
    record(HintsChanged(scope=f"network:{network.id}", entity_id=network.id, entity_version=row.version))
    return hints_view(network.id)
