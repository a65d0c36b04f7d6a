"""Finds words in Jinja templates that are not marked for translation.

A template is parsed as Jinja does it, so what counts is what reaches the page: literal text, the attributes
that people see or hear, and the strings that are handed to macros as label, title, hint …
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from tests.translations.words import SAID, has_words, reads_like_words

TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "templates"
HEARD = frozenset("alt title aria-label aria-description aria-placeholder placeholder label summary".split())
MARKS = frozenset("_ gettext ngettext pgettext npgettext".split())
SILENT = frozenset(("script", "style"))
VALUE = "\ue000"
"""Stands for what is computed."""

_jinja = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701 - it parses and renders nothing


class _Html(HTMLParser):
    """Gathers the words of a piece of HTML that people read or hear."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in SILENT
        given = dict(attrs)
        spoken = {name: value for name, value in attrs if name in HEARD}
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            spoken["value"] = given.get("value")
        if tag == "meta" and given.get("name") in ("description", "application-name"):
            spoken["content"] = given.get("content")
        self.found += [f"{name}={value}" for name, value in spoken.items() if value and has_words(value)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._silent = False

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent and has_words(data):
            self.found.append(" ".join(data.replace(VALUE, "…").split()))


def unmarked_in_template(source: str) -> list[str]:
    """The words of one template that nobody can translate."""
    template = _jinja.parse(source)
    html = _Html()
    html.feed("".join(_written(template.body)))
    html.close()
    return html.found + [text for node in template.body for text in _in_statement(node)]


def _written(body: list[nodes.Node]) -> Iterator[str]:
    """What a template's statements write, every branch after the other."""
    for node in body:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                yield part.data if isinstance(part, nodes.TemplateData) else _computed(part)
            continue
        for field in ("body", "elif_", "else_"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                yield from _written(inner)


def _computed(part: nodes.Node) -> str:
    """The literal pieces of an expression; anything else is a value."""
    if isinstance(part, nodes.Const):
        return str(part.value) if isinstance(part.value, str) else VALUE
    if isinstance(part, nodes.Concat):
        return "".join(_computed(one) for one in part.nodes)
    if isinstance(part, nodes.CondExpr):
        return _computed(part.expr1) + (_computed(part.expr2) if part.expr2 else "")
    if isinstance(part, nodes.Or | nodes.Add):
        return _computed(part.left) + _computed(part.right)
    if isinstance(part, nodes.Filter) and part.node is not None:
        return _computed(part.node)
    return VALUE


def _in_statement(node: nodes.Node) -> Iterator[str]:
    """The unmarked words in the expressions of a statement and of those inside it."""
    if isinstance(node, nodes.Assign):
        named = isinstance(node.target, nodes.Name) and node.target.name in SAID
        yield from _in_expression(node.node, named)
        return
    if isinstance(node, nodes.Macro):
        for argument, default in zip(
            node.args[len(node.args) - len(node.defaults) :], node.defaults, strict=True
        ):
            yield from _in_expression(default, argument.name in SAID)
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Stmt):
            yield from _in_statement(child)
        elif isinstance(child, nodes.Expr) and not isinstance(child, nodes.TemplateData):
            # What an expression writes itself, the page shows; here it is about what it hands on.
            yield from _in_expression(child, False, writes=isinstance(node, nodes.Output))


def _in_expression(node: nodes.Node | None, said: bool, *, writes: bool = False) -> Iterator[str]:
    if node is None:
        return
    if isinstance(node, nodes.Const):
        counts = has_words if said else reads_like_words
        if isinstance(node.value, str) and not writes and counts(node.value):
            yield node.value
    elif isinstance(node, nodes.Call):
        yield from _in_call(node)
    elif isinstance(node, nodes.Dict):
        for pair in node.items:
            key = pair.key.value if isinstance(pair.key, nodes.Const) else ""
            yield from _in_expression(pair.value, key in SAID)
    elif isinstance(node, nodes.CondExpr):
        yield from _in_expression(node.test, False)
        yield from _in_expression(node.expr1, said, writes=writes)
        yield from _in_expression(node.expr2, said, writes=writes)
    elif isinstance(node, nodes.Concat | nodes.List | nodes.Tuple | nodes.Or | nodes.Add):
        for child in node.iter_child_nodes():
            yield from _in_expression(child, said, writes=writes)
    elif isinstance(node, nodes.Filter):
        yield from _in_expression(node.node, said, writes=writes)
        for argument in node.args:
            yield from _in_expression(argument, said and node.name in ("default", "d"))
    else:
        for child in node.iter_child_nodes():
            yield from _in_expression(child, False)


def _in_call(node: nodes.Call) -> Iterator[str]:
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    if name in MARKS:
        if not isinstance(node.args[0], nodes.Const | nodes.Name | nodes.Getattr | nodes.Getitem):
            yield f"{name}() of something that is put together"
        for value in node.kwargs:
            yield from _in_expression(value.value, False)
        return
    parameters = _macros().get(name, ())
    for number, argument in enumerate(node.args):
        parameter = parameters[number] if number < len(parameters) else ""
        yield from _in_expression(argument, parameter in SAID)
    for value in node.kwargs:
        yield from _in_expression(value.value, bool(parameters) and value.key in SAID)


@cache
def _macros() -> dict[str, tuple[str, ...]]:
    """Every macro with its parameters."""
    found = {}
    for path in TEMPLATES.rglob("*.html"):
        for macro in _jinja.parse(path.read_text("utf-8")).find_all(nodes.Macro):
            found[macro.name] = tuple(argument.name for argument in macro.args)
    return found
