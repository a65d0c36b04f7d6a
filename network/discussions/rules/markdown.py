"""What a message looks like: Markdown made into a short list of safe tags, without images and raw HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from network.discussions.rules.mentions import TOKEN

TAGS = frozenset({"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"})
SCHEMES = frozenset({"https", "mailto"})
"""No address that a reader opens may go over an open line (trust, A15)."""

# An address ends at a blank or at a sign that cannot stand in one.
_BARE_REST = re.compile(r"//[^\s<>\"'`{}|\\^\[\]]+")
_SENTENCE_END = ".,;:!?…)»”“’*~"


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
    says where it leads, also where the site is reached over http, on the machine of who tries it out."""
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
    place = state.env.get("places", {}).get(re.split(r"[?#]", url)[0])
    if place is None and not state.md.validateLink(url):
        return False
    if not silent:
        state.pending = before
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": url if place is None else f"/{url.split('/', 3)[3]}"}
        text = state.push("text", "", 0)
        text.content = place or f"{scheme}:{rest}"
        state.push("link_close", "a", -1)
    state.pos += 1 + len(rest)
    return True


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


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt(
        "js-default", {"html": False, "linkify": False, "breaks": True}, renderer_cls=_PlainRenderer
    )
    parser.disable(["image", "table", "hr", "lheading", "html_block", "html_inline", "linkify", "reference"])
    parser.inline.ruler.after("text", "bare_link", _link_bare_address)
    parser.inline.ruler.after("escape", "mention", _call)
    parser.validateLink = _is_allowed_link  # type: ignore[method-assign]
    return parser


_PARSER = _make_parser()
_PARSER_WITHOUT_LINKS = _make_parser().disable(["link"])
_MANY_BRACKETS = 400
NOBODY: Mapping[str, str] = MappingProxyType({})
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
    `roles` the words by role, `places` what stands for our own addresses. Never raises."""
    # Each bracket is looked for to the end of its paragraph: thousands would be an attack on the clock.
    parser = _PARSER if body.count("[") < _MANY_BRACKETS else _PARSER_WITHOUT_LINKS
    return _CLEANER.clean(parser.render(body, {"user": people, "role": roles, "places": places})).rstrip("\n")
