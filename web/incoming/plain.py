"""What a mail in HTML says, as plain text: blocks as lines, quotations with `>` before each."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LONGEST = 200_000
"""Characters of HTML that are read; nobody answers with more."""

_BLOCKS = frozenset(
    "address article blockquote center div dl dt dd fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table tr ul".split()
)
_UNSEEN = frozenset(("script", "style", "head", "title", "template"))


def plain_text(html: str) -> str:
    """The words of an HTML mail. What nobody sees (styles, comments) is left out; links keep their words."""
    reader = _Reader()
    reader.feed(_without_loose_ends(_without_declarations(html[:LONGEST])))
    reader.close()
    return reader.text()


# Python's parser looks for the end of what has none again at each further sign.


def _without_declarations(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!", at)) >= 0:
        kept.append(html[at:start])
        mark = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(mark, start)
        if end < 0:
            return "".join(kept)
        at = end + len(mark)
    return "".join(kept) + html[at:]


def _without_loose_ends(html: str) -> str:
    end = html.rfind(">") + 1
    return html[:end] + html[end:].replace("<", "&lt;")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = [(0, "")]
        self._quotes, self._unseen, self._kept = 0, 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "blockquote":
            self._quotes += 1
        if tag == "pre":
            self._kept += 1
        if tag in _BLOCKS or tag == "br":
            self._break(forced=tag == "br")
        if tag == "li":
            self._say("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        if tag == "pre":
            self._kept = max(0, self._kept - 1)
        if tag in _BLOCKS:
            self._break(forced=tag == "p")

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._kept:
            for number, line in enumerate(data.split("\n")):
                if number:
                    self._break(forced=True)
                self._say(line)
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        at_start = not self._lines[-1][1]
        self._say(words.lstrip() if at_start else words)

    def _break(self, *, forced: bool) -> None:
        if forced or self._lines[-1][1].strip():
            self._lines.append((self._quotes, ""))
        else:
            self._lines[-1] = (self._quotes, "")

    def _say(self, words: str) -> None:
        depth, said = self._lines[-1]
        self._lines[-1] = (depth, said + words)

    def text(self) -> str:
        """What was read so far."""
        lines = ["> " * min(depth, 3) + said.rstrip() for depth, said in self._lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
