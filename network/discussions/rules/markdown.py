"""What a message looks like: Markdown made into a short list of safe tags, without images and raw HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, link
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from network.discussions.rules.mentions import TOKEN

TAGS = frozenset({"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"})
SCHEMES = frozenset({"https", "mailto"})
"""No address that a reader opens may go over an open line (trust, A15)."""

# An address ends at a blank or at a sign that cannot stand in one.
_BARE_REST = re.compile(r"//[^\s<>\"'`{}|\\^\[\]]+")
_SENTENCE_END = ".,;:!?…)»”“’*~"
_MAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?![\w-])")


class _PlainRenderer(RendererHTML):
    """A heading is a line in bold: a message has no chapters, and a page has one order of headings."""

    def heading_open(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        return "<p><strong>"

    def heading_close(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        return "</strong></p>\n"


def _link_bare_address(state: StateInline, silent: bool) -> bool:
    """Make `https://…` in running text a link: people paste addresses and know no brackets. One of our own
    is one also where the site is reached over http, on the machine of who tries it out."""
    scheme = next((word for word in ("https", "http") if state.pending.endswith(word)), None)
    if state.src[state.pos] != ":" or state.linkLevel > 0 or scheme is None:
        return False
    before = state.pending[: -len(scheme)]
    if before and (before[-1].isalnum() or before[-1] in "_-+."):
        return False
    match = _BARE_REST.match(state.src, state.pos + 1)
    if match is None:
        return False
    rest = match[0]
    while rest and rest[-1] in _SENTENCE_END:
        if rest[-1] == ")" and rest.count("(") >= rest.count(")"):
            break
        rest = rest[:-1]
    if len(rest) < 3:
        return False
    url = state.md.normalizeLink(f"{scheme}:{rest}")
    if not state.md.validateLink(url):
        return False
    if not silent:
        state.pending = before
        opening = state.push("link_open", "a", 1)
        opening.attrs, opening.info = {"href": url}, "auto"
        state.push("text", "", 0).content = f"{scheme}:{rest}"
        state.push("link_close", "a", -1)
    state.pos += 1 + len(rest)
    return True


def _link_picture(state: StateInline, silent: bool) -> bool:
    """Make a picture the link to it: none is loaded from elsewhere."""
    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    if link(state, silent):
        return True
    state.pos -= 1
    return False


def _finish_links(state: StateCore) -> None:
    """Say of our own addresses where they lead, unless the author found words for that; make mail addresses
    in running text links, and no link in a link."""
    for block in state.tokens:
        if block.type == "inline":
            block.children = _finished(block.children or [], state)


def _finished(tokens: Sequence[Token], state: StateCore) -> list[Token]:
    finished: list[Token] = []
    inside, name = 0, ""
    for token in tokens:
        if token.type in ("link_open", "mention_open"):
            token.hidden, inside = token.tag == "a" and inside > 0, inside + 1
            url = str(token.attrs.get("href", ""))
            place = state.env["places"].get(_without_end(url))
            if token.type == "link_open" and place is not None:
                token.attrs["href"] = f"/{url.split('/', 3)[3]}"
                name = place if token.info == "auto" else ""
        elif token.type in ("link_close", "mention_close"):
            inside -= 1
            token.hidden = token.tag == "a" and inside > 0
        elif token.type == "text" and name:
            token.content, name = name, ""
        elif token.type == "text" and not inside and "@" in token.content:
            finished += _with_mail_links(token.content)
            continue
        finished.append(token)
    return finished


def _with_mail_links(text: str) -> list[Token]:
    found, last = list[Token](), 0
    for match in _MAIL.finditer(text):
        found += [
            Token("text", "", 0, content=text[last : match.start()]),
            Token("link_open", "a", 1, attrs={"href": f"mailto:{match[0]}"}),
            Token("text", "", 0, content=match[0]), Token("link_close", "a", -1),
        ]  # fmt: skip
        last = match.end()
    return [*found, Token("text", "", 0, content=text[last:])]


def _without_end(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


def _call(state: StateInline, silent: bool) -> bool:
    """Show who is called: a person as the way to her page, a role as a word; whoever is not among those that
    the message calls is plain text."""
    match = TOKEN.match(state.src, state.pos) if state.src[state.pos] == "@" else None
    if match is None:
        return False
    if not silent:
        called, is_person = state.env.get(match[2], {}).get(match[3]), match[2] == "user"
        # No link in a link.
        tag = "strong" if not is_person or state.linkLevel else "a"
        if called is not None:
            opening = state.push("mention_open", tag, 1)
            opening.attrs = {"class": "mention"}
            if tag == "a":
                opening.attrs["href"] = f"/people/{match[3]}"
        state.push("text", "", 0).content = f"@{match[1] if called is None else called}"
        if called is not None:
            state.push("mention_close", tag, -1)
    state.pos = match.end()
    return True


def _is_allowed_link(url: str) -> bool:
    return url.strip().lower().startswith(("https://", "mailto:"))


def _make_parser(places: Mapping[str, str]) -> MarkdownIt:
    parser = MarkdownIt(
        "js-default", {"html": False, "linkify": False, "breaks": True}, renderer_cls=_PlainRenderer
    )
    parser.disable(["table", "hr", "lheading", "html_block", "html_inline", "linkify", "reference"])
    parser.inline.ruler.after("text", "bare_link", _link_bare_address)
    parser.inline.ruler.after("escape", "mention", _call)
    parser.inline.ruler.at("image", _link_picture)
    parser.core.ruler.push("links", _finish_links)
    parser.validateLink = lambda url: _is_allowed_link(url) or _without_end(url) in places  # type: ignore[method-assign]
    return parser


NOBODY: Mapping[str, str] = MappingProxyType({})
_PARSER = _make_parser(NOBODY)
_MANY_BRACKETS = 400
# What most people say: one line of letters, digits and the signs of a sentence, in which nothing is markup.
_SENTENCE = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;?!()-])*\Z")
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"*": set(), "a": {"href"}},
    allowed_classes={"a": {"mention"}, "strong": {"mention"}},
    url_schemes=set(SCHEMES),
    link_rel="nofollow noopener noreferrer",
    strip_comments=True,
    clean_content_tags={"script", "style"},
)


def render(
    body: str,
    people: Mapping[str, str] = NOBODY,
    roles: Mapping[str, str] = NOBODY,
    places: Mapping[str, str] = NOBODY,
) -> str:
    """A message's Markdown as HTML that may stand in any page: tags of `TAGS` alone, links over https or to
    a mail address with `rel` set, each line end kept. `people` are the names of those whom it calls, by id,
    `roles` the words by role, `places` what stands for our own addresses, or nothing for the address itself.
    Never raises.

    A plain sentence is not parsed: that took a tenth of what it takes to post one."""
    if _SENTENCE.match(body):
        return f"<p>{body}</p>"
    parser = _make_parser(places) if places else _PARSER
    # Each bracket is looked for to the end of its paragraph: thousands would be an attack on the clock.
    if body.count("[") >= _MANY_BRACKETS:
        parser = _make_parser(places).disable(["link", "image"])
    return _CLEANER.clean(parser.render(body, {"user": people, "role": roles, "places": places})).rstrip("\n")
