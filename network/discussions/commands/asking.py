"""Asking an author before something is posted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from network import hints
from network.kernel.actor import Actor


def ask_first(
    actor: Actor, place: Any, seen: Collection[str] | None, *, before: str = "", **texts: str
) -> None:
    """Raise HintQuestion where something in the texts, by field, may be somebody's own (decision 26). Asked
    is who wants to be (`seen` is not None): of `seen` she was asked already, by the keys of the hints, and
    what stood in the text `before` she knows. Between people in a direct room nobody looks. `place` is a row
    of `queries.places`."""
    if seen is not None and place.kind != "direct":
        hints.ask(actor, place.network_id, place.hints_version, texts, seen, before)
