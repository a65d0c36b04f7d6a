"""Nothing that people read stands in the code, the templates or the scripts without being marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.setup.translations import sources
from tests.translations.code import marked_in_code, unmarked_in_code
from tests.translations.pages import TEMPLATES, unmarked_in_template
from tests.translations.scripts import unmarked_in_script

ROOT = Path(__file__).resolve().parents[2]

NOT_OURS_TO_TRANSLATE = {
    "web/templates/landing/landing.html": {
        "Piotr",  # a made-up person's name
    },
    "web/templates/privacy/imprint.html": {"security.txt"},  # the name of a file, the same everywhere
    "web/static/src/js/paper.js": {"main details:not(.menu, .confirm, [open])"},  # a selector
    "web/static/src/js/talk/attaching.js": {"file"},  # a field's name
    "web/static/src/js/talk/bubble.js": {"avatar sm initials"},  # class names
    "realtime/handover.py": {  # between programs
        "This is no handshake of a websocket",
        "This line is on its way up already",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: \r\n\r\n",
    },
    "realtime/gate.py": {"Refused"},  # between programs; the page says it by the code beside it
    "web/pictures/roadmap.py": {
        "Roadmap with four phases and three strands",  # web/roadmap.py says it in the reader's language
        "<title>: </title>",  # both values are words in the reader's language
    },
    "network/courses/rules/decoding.py": {"’‘´ʼ–\xa0"},  # signs by which an encoding is recognised
    "network/discussions/rules/markdown.py": {".,;:!?…)»”“’*~"},  # signs that end a link
    "network/privacy/rules/register.py": {  # to who adds a table, when a test misses its entry
        "Say it in network/privacy/register.toml (its head explains the words): the purpose, `whose` rows "
        "they are, each column once under by, personal, secret or other, and `erase`."
    },
    "network/people/rules/visits.py": {"Samsung Internet"},  # a browser's name
    # The schema library's own sentences: api/problems.py says each of them in the reader's language.
    "api/schemas/base.py": {"Not a valid UUID."},
    "api/schemas/organisations.py": {"Missing data for required field."},
}
SPOKEN_TO_OPERATORS = (
    "web/console.py",
    "web/health.py",
    "web/incoming/mailbox.py",
    "web/presence.py",
    "web/security_txt.py",
    "web/serving.py",
    "web/upkeep/",
)
"""The command line, the figures for the operator's monitoring, and refusals to start are English."""


def _product(suffix: str, *folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            name = path.relative_to(ROOT).as_posix()
            if "/demo/" not in name and not name.startswith(SPOKEN_TO_OPERATORS):
                yield name, path.read_text("utf-8")


def _allowed(name: str, text: str) -> bool:
    return text in NOT_OURS_TO_TRANSLATE.get(name, ())


def test_templates_hold_only_marked_words() -> None:
    found = [
        f"{name}: {text!r}"
        for name, source in _product(".html", "web/templates")
        for text in unmarked_in_template(source)
        if not _allowed(name, text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("shelf", ["api", "network", "realtime", "web"])
def test_code_holds_only_marked_words(shelf: str) -> None:
    # What the API's documentation says of its fields is English, as its programs are.
    found = [
        f"{name}:{line}: {text!r}"
        for name, source in _product(".py", shelf)
        for line, text in unmarked_in_code(source, sentences=shelf != "api")
        if not _allowed(name, text)
    ]
    assert not found, "\n".join(found)


def test_scripts_get_their_words_from_the_page() -> None:
    found = [
        f"{name}:{line}: {text!r}"
        for name, source in _product(".js", "web/static/src/js")
        for line, text in unmarked_in_script(source)
        if not _allowed(name, text)
    ]
    assert not found, "\n".join(found)


def test_the_collector_finds_every_mark() -> None:
    """Babel does not look into f-strings, for one."""
    template = sources()
    lost = [
        f"{name}:{line}: {text!r}"
        for name, source in _product(".py", "api", "network", "realtime", "web")
        for line, context, text in marked_in_code(source)
        if template.get(text, context) is None
    ]
    assert not lost, "\n".join(lost)


def test_what_is_allowed_is_still_there() -> None:
    found = {
        (name, text)
        for name, source in _product(".html", "web/templates")
        for text in unmarked_in_template(source)
    }
    for shelf in ("api", "network", "realtime", "web"):
        for name, source in _product(".py", shelf):
            found |= {(name, text) for _, text in unmarked_in_code(source, sentences=shelf != "api")}
    for name, source in _product(".js", "web/static/src/js"):
        found |= {(name, text) for _, text in unmarked_in_script(source)}
    for name, texts in NOT_OURS_TO_TRANSLATE.items():
        assert {(name, text) for text in texts} <= found, f"{name} no longer needs its exception"


def test_templates_are_found() -> None:
    assert len(list(TEMPLATES.rglob("*.html"))) > 30


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Say hello to everybody</p>",
        "<p>{{ _('Right') }} wrong</p>",
        "<b>{% if x %}solved{% else %}{{ _('open') }}{% endif %}</b>",
        '<img src="x" alt="A friendly face">',
        '<button aria-label="Close"></button>',
        "<input placeholder='Your message'>",
        '<input type="submit" value="Send">',
        "<p>{{ 'two words' }}</p>",
        "<p>{{ name ~ ' writes' }}</p>",
        "<p>{{ note or 'nothing yet' }}</p>",
        "<p>{{ 'yes' if x else _('no') }}</p>",
        "{{ button('Send', 'primary') }}",
        "{{ link_button(label='go on', url=x) }}",
        "{{ empty(_('Nothing.'), {'label': 'write', 'url': x}) }}",
        "{% set bar_title = 'rules' %}",
        "{% set bar_title %}The rules{% endset %}",
        "{% call card('New for you') %}{{ x }}{% endcall %}",
        "{% macro note(x) %}<p>hidden words</p>{% endmacro %}",
        "{{ _('Hello ' ~ name) }}",
        "{{ filters(_('Show'), [{'label': 'all', 'url': x}]) }}",
        "<meta name='description' content='A table for mentors'>",
    ],
)
def test_an_unmarked_word_in_a_template_is_found(planted: str) -> None:
    assert unmarked_in_template(planted)


@pytest.mark.parametrize(
    "harmless",
    [
        "<p class='card next'>{{ _('Say hello') }}</p>",
        "<p>{{ ngettext('%(num)s member', '%(num)s members', n) }} · {{ name }}</p>",
        "{{ button(_('Send'), 'primary block', name='go', value='on', attrs={'formnovalidate': true}) }}",
        "<a href='{{ url_for('home.home', next=path) }}' class='{{ 'here' if x }}'>{{ _('Home') }}</a>",
        "<script type='module' src='x'>const words = 'not shown';</script>",
        "{#- A remark for those who read the file. -#}<h1>mentorNET</h1>",
        "{{ _(error.message) }}",
        "{% if step.state == 'done' %}{{ state(_('done'), 'ok') }}{% endif %}",
    ],
)
def test_marked_words_in_a_template_are_no_finding(harmless: str) -> None:
    assert unmarked_in_template(harmless) == []


@pytest.mark.parametrize(
    "planted",
    [
        "flash('Saved.', 'ok')",
        "flash(f'{name} was invited.', 'ok')",
        "name = StringField('Your name')",
        "name = StringField(_l('Your name'), validators=[InputRequired('Needed')])",
        "name = StringField(_l('Your name'), validators=[Length(max=3, message='too long')])",
        "class Busy(Conflict):\n    message = 'Not now'",
        "raise Invalid({'name': FieldFault.of('too short', n=3)})",
        "Letter(translate(language, _('Hello')), ['We have looked at it'])",
        "Letter(subject='hello', paragraphs=[])",
        "form.errors.append('look again')",
        "item = {'label': 'write', 'url': url}",
        "tab = Tab('home', 'Home', url)",
        "said = 'Nobody is here yet. Come back later.'",
        "return 'Nobody is here'",
        "_(f'Hello {name}')",
        "_('Hello ' + name)",
        "quoted = f'“{text}”'",
    ],
)
def test_an_unmarked_word_in_code_is_found(planted: str) -> None:
    assert unmarked_in_code(planted)


@pytest.mark.parametrize(
    "harmless",
    [
        '"""Decides what is said."""',
        "flash(_('Saved.'), 'ok')",
        "name = StringField(_l('Your name'), validators=[Length(max=3)])",
        "log.warning('Something went wrong here', kind='x')",
        "raise ValueError('This is for programmers only.')",
        "item = {'label': _('Write'), 'sign': 'pencil'}",
        "shape = 'EEEE, d. MMMM'",
        "response.headers['Cache-Control'] = 'no-store'",
        "translate(language, _('Hello %(name)s,'), {'name': name})",
        "form_errors.append(gettext(error.message, **error.params))",
    ],
)
def test_marked_words_in_code_are_no_finding(harmless: str) -> None:
    assert unmarked_in_code(harmless) == []


@pytest.mark.parametrize(
    "planted",
    [
        'place.textContent = "Copied";',
        "place.textContent = 'is writing';",
        "button.setAttribute('aria-label', 'Close');",
        "node.append(`Try ${count} times again`);",
        'const said = "You are offline right now.";',
        'if (confirm("Really?")) go();',
    ],
)
def test_an_unmarked_word_in_a_script_is_found(planted: str) -> None:
    assert unmarked_in_script(planted)


@pytest.mark.parametrize(
    "harmless",
    [
        "// Says that the line is gone.\nplace.textContent = texts.offline;",
        'place.setAttribute("aria-live", "polite");',
        'const ASKS = "[hx-get],[hx-post]";',
        'node.className = "done";',
        "place.textContent = '';",
        "button.textContent = button.dataset.copied;",
    ],
)
def test_words_from_the_page_are_no_finding(harmless: str) -> None:
    assert unmarked_in_script(harmless) == []
