"""Finds words in Python that people will read and that are not marked for translation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.translations.words import MARKS, SAID, WITH_CONTEXT, has_words, reads_like_words

FIRST_SAID = frozenset("flash InputRequired DataRequired FileRequired ValidationError of".split())
"""Called with a sentence first (`of` is FieldFault's)."""
SECOND_SAID = frozenset("SelectChoice Tab translate".split())
NOT_FOR_PEOPLE = frozenset(
    "compile getLogger get_logger Blueprint text ValueError TypeError RuntimeError AssertionError LookupError"
    " KeyError NotImplementedError SystemExit add_argument add_parser ArgumentParser HTTPException".split()
)
"""What is handed to these is for programs and for those who run them."""
LOG = frozenset("debug info warning error exception critical bind".split())


def unmarked_in_code(source: str, *, sentences: bool = True) -> list[tuple[int, str]]:
    """Line and words of what nobody can translate. With `sentences`, whatever reads like a sentence counts;
    else only what stands where people surely read it."""
    tree = ast.parse(source)
    return sorted(set(_Reader(sentences).read(tree)))


def marked_in_code(source: str) -> Iterator[tuple[int, str | None, str]]:
    """Line, context and first text of every literal that is marked; the context None where the mark takes
    none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in MARKS:
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            context = texts.pop(0) if _name(node.func) in WITH_CONTEXT and len(texts) > 1 else None
            if texts:
                yield node.lineno, context, texts[0]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class _Reader:
    def __init__(self, sentences: bool) -> None:
        self._sentences = sentences

    def read(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """Go through a node; strings that stand alone are docstrings."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.Assert):
            yield from self.read(node.test)
            return
        if isinstance(node, ast.Call):
            yield from self._call(node)
            return
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                said = isinstance(key, ast.Constant) and key.value in SAID
                yield from self._value(value, said)
            return
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from self._value(node.value, any(_name(target) in SAID for target in targets))
            return
        yield from self._children(node)

    def _children(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Constant | ast.JoinedStr):
                yield from self._value(child, False)
            else:
                yield from self.read(child)

    def _call(self, node: ast.Call) -> Iterator[tuple[int, str]]:
        name = _name(node.func)
        if name in MARKS:
            if not isinstance(
                node.args[0], ast.Constant | ast.Name | ast.Attribute | ast.Subscript | ast.Call
            ):
                yield node.lineno, f"{name}() of something that is put together"
            for argument in node.args[1:]:
                if not isinstance(argument, ast.Constant):
                    yield from self._value(argument, False)
            for keyword in node.keywords:
                yield from self._value(keyword.value, False)
            return
        if name in NOT_FOR_PEOPLE or (
            name in LOG and isinstance(node.func, ast.Attribute) and _is_log(node.func)
        ):
            return
        yield from self.read(node.func)
        field = name.endswith("Field") and name[:1].isupper()
        collects = name in ("append", "extend") and isinstance(node.func, ast.Attribute)
        errors = collects and "error" in _name(node.func.value)  # type: ignore[attr-defined]
        for number, argument in enumerate(node.args):
            said = (
                name == "Letter"
                or (number == 0 and (field or errors or name in FIRST_SAID))
                or (number == 1 and name in SECOND_SAID)
            )
            yield from self._value(argument, said)
        for keyword in node.keywords:
            yield from self._value(keyword.value, name == "Letter" or keyword.arg in SAID)

    def _value(self, node: ast.AST | None, said: bool) -> Iterator[tuple[int, str]]:
        if node is None:
            return
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and self._counts(node.value, said):
                yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            literal = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
            if self._counts(literal, said):
                yield node.lineno, literal
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from self.read(part.value)
        elif isinstance(node, ast.IfExp):
            yield from self._value(node.body, said)
            yield from self._value(node.orelse, said)
            yield from self.read(node.test)
        elif isinstance(node, ast.BinOp):
            yield from self._value(node.left, said)
            yield from self._value(node.right, said)
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            for item in node.elts:
                yield from self._value(item, said)
        elif isinstance(node, ast.Starred):
            yield from self._value(node.value, said)
        elif isinstance(node, ast.Dict) and said:
            for value in node.values:
                yield from self._value(value, said)
        else:
            yield from self.read(node)

    def _counts(self, text: str, said: bool) -> bool:
        return has_words(text) if said else self._sentences and reads_like_words(text, one_word=False)


def _is_log(function: ast.Attribute) -> bool:
    return "log" in _name(function.value).lower()
