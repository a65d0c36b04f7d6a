"""Finds words in our scripts: what people read comes to them from the page, in its language."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
    r"""|(?P<regex>(?<=[(,=:&|!?]\s)/(?:[^/\\\n]|\\.)+/|(?<=[(,=:&|!?])/(?:[^/\\\n]|\\.)+/)""",
    re.DOTALL,
)
_SHOWN = re.compile(
    r"(?:\.(?:textContent|innerText|title|placeholder|alt|ariaLabel|label)\s*=|\.(?:append|prepend|replaceChildren)\(|"
    r"""setAttribute\(\s*["'](?:title|placeholder|alt|aria-(?!activedescendant|controls|owns)[a-z]+)["']\s*,|\b(?:alert|confirm|prompt)\(|"""
    r"createTextNode\(|new Notification\(|showNotification\()\s*$"
)
_WORDS = re.compile(
    r"(?:^|[\s>])[A-Za-zÄÖÜäöüß]{2,}[,;]? [a-zäöüß]{2,}[\s.,!?:…]|^[A-ZÄÖÜ][a-zäöüß]+ [a-zäöüß]{2,}"
)
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
_STATES = re.compile(r"true|false|off|polite|assertive|page|step")


def unmarked_in_script(source: str) -> list[tuple[int, str]]:
    """Line and words of strings that people would read in English whatever their language."""
    found = []
    for token in _TOKEN.finditer(source):
        literal = token["text"]
        if literal is None:
            continue
        text = re.sub(r"\$\{[^}]*\}", "", literal[1:-1])
        before = source[: token.start()]
        shown = _SHOWN.search(before[-80:]) is not None
        if _WORDS.search(text) or (shown and _WORD.search(text) and not _STATES.fullmatch(text)):
            found.append((before.count("\n") + 1, text))
    return found
