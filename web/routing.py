"""Addresses as Werkzeug keeps them: what an id looks like in one, and when its builder is made."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import BaseConverter, Rule


class IdConverter(BaseConverter):
    """An id in its one written form; anything else is an address that does not exist."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class LateRule(Rule):
    """A rule that compiles what builds its address when that is first asked for.

    Werkzeug compiles two functions for each rule as soon as it is known: with some 400 rules most of the time
    that an application takes to come up. A process needs a handful of them before it has answered a request.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(super()._compile_builder(append_unknown))  # type: ignore[misc]
            return compiled[0](rule, **values)

        return build
