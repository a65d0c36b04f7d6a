"""What a message looks like, and that nothing in it runs, loads or leads astray (trust, A15)."""

from __future__ import annotations

import gc
import time
from html.parser import HTMLParser

import pytest

from network.discussions.rules.markdown import SCHEMES, TAGS, render
from network.discussions.rules.texts import tidy_text
from tests.network.discussions.payloads import PAYLOADS


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.oddities: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.oddities.append(data)

    def handle_decl(self, decl: str) -> None:
        self.oddities.append(decl)

    def handle_pi(self, data: str) -> None:
        self.oddities.append(data)

    def unknown_decl(self, data: str) -> None:
        self.oddities.append(data)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("# Head\n## Second", "<p><strong>Head</strong></p>\n<p><strong>Second</strong></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("---", "<p>---</p>"),
        ("| a | b |\n|---|---|", "<p>| a | b |<br>\n|---|---|</p>"),
        ("<b>x</b> & <img src=x>", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;img src=x&gt;</p>"),
    ],
)
def test_the_form_of_a_message(body: str, html: str) -> None:
    assert render(body) == html


@pytest.mark.parametrize(
    ("body", "href"),
    [
        ("[site](https://site.example/a?b=1&c=2)", "https://site.example/a?b=1&c=2"),
        ("<https://site.example>", "https://site.example"),
        ("[mail](mailto:ann@mail.example)", "mailto:ann@mail.example"),
        ("see https://site.example/a_b_c.", "https://site.example/a_b_c"),
        ("(https://site.example/a(b))", "https://site.example/a(b)"),
        ("*https://site.example/*", "https://site.example/"),
        ("write to ann_b.c@mail.example.", "mailto:ann_b.c@mail.example"),
        ("[ann@mail.example](https://site.example)", "https://site.example"),
        ("[![p](https://img.example/p.png)](https://site.example)", "https://site.example"),
        ("![picture](https://site.example/p.png)", "https://site.example/p.png"),
        ("https://straße.example/ü", "https://xn--strae-oqa.example/%C3%BC"),
    ],
)
def test_links_that_lead_somewhere(body: str, href: str) -> None:
    seen = _Seen()
    seen.feed(render(body))
    links = [attrs for tag, attrs in seen.tags if tag == "a"]
    assert links == [{"href": href, "rel": "nofollow noopener noreferrer"}]


@pytest.mark.parametrize(
    "body",
    [
        "[a](http://open.example)", "[a](javascript:alert(1))", "[a](/talk)", "[a](//other.example)",
        "http://open.example", "xhttps://glued.example", "https://", "[a](data:text/html,x)", "`https://c.example`",
        "`ann@mail.example`", "müller@mail.example", "ann@home", "[a](vbscript:x)",
        "[a](file:///etc/passwd)", "[a][b]",
    ],
)  # fmt: skip
def test_what_does_not_become_a_link(body: str) -> None:
    assert "<a" not in render(body)


HERE = "http://here.example/talk"
REL = ' rel="nofollow noopener noreferrer"'


@pytest.mark.parametrize(
    ("body", "html"),
    [
        (f"[the *place*]({HERE}/m/1?x#y)", f'<a href="/talk/m/1?x#y"{REL}>the <em>place</em></a>'),
        (f"<{HERE}/m/1>", f'<a href="/talk/m/1"{REL}>Café › New</a>'),
        (f"({HERE}/m/1)", f'(<a href="/talk/m/1"{REL}>Café › New</a>)'),
        (f"{HERE}/r/2", f'<a href="/talk/r/2"{REL}>{HERE}/r/2</a>'),
        (f"`{HERE}/m/1`", f"<code>{HERE}/m/1</code>"),
    ],
)
def test_our_own_addresses_keep_the_words_of_the_author_or_get_some(body: str, html: str) -> None:
    assert render(body, places={f"{HERE}/m/1": "Café › New", f"{HERE}/r/2": ""}) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "sign", ["", *" ,.;?!()-", "é", "ß", "ł", "日", "٣", "1.", "(c)", "--", "  ", "…", "\u00a0", "_"]
)
def test_a_plain_sentence_looks_as_if_it_had_been_parsed(sign: str) -> None:
    """What is not parsed because nothing in it is markup: beside a word that is, it looks the same."""
    for body in (f"So{sign}ja", f"So {sign} ja{sign}x, 2. Teil", f"{sign}So"):
        body = tidy_text(body)
        assert render(f"{body}\n\n*x*") == f"{render(body)}\n<p><em>x</em></p>"


def test_a_picture_is_the_link_to_it_and_no_stray_sign() -> None:
    assert "!" not in render("Look: ![p](https://img.example)")
    assert "!<a" in render(r"Look\![p](https://img.example)")


def test_a15_payloads_are_many() -> None:
    assert len(PAYLOADS) >= 200
    assert len(set(PAYLOADS)) == len(PAYLOADS)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a15_nothing_runs_or_loads(payload: str) -> None:
    for body in (
        payload,
        f"**{payload}**",
        f"> {payload}",
        f"[{payload}](https://site.example)",
        f"a\n\n{payload}",
    ):
        seen = _Seen()
        html = render(body)
        seen.feed(html)
        assert not seen.oddities, html
        for tag, attrs in seen.tags:
            assert tag in TAGS, html
            assert set(attrs) <= ({"href", "rel"} if tag == "a" else set()), html
            if "href" in attrs:
                assert (attrs["href"] or "").split(":")[0] in SCHEMES, html


@pytest.mark.parametrize(
    "body",
    ["[" * 10_000, "*a " * 3_300, "`" * 5_000 + "a", "> " * 5_000, "- " * 5_000, "<https://" * 1_100,
     "https://a" * 1_100, "![](" * 2_500, "**a" * 3_300, "1. " * 3_300, "a.b@" * 2_500,
     "a@b" * 3_300, "&" * 10_000, "\\" * 10_000],
)  # fmt: skip
def test_no_text_keeps_the_server_busy(body: str) -> None:
    # A collection of what other tests left in this process is not the text's fault.
    gc.collect()
    gc.disable()
    try:
        assert min(_seconds(body) for _ in range(3)) < 0.4
    finally:
        gc.enable()


def _seconds(body: str) -> float:
    begun = time.process_time()
    render(body)
    return time.process_time() - begun
