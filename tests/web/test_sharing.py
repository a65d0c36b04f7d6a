"""What is shared is a sentence without content and a link that everybody may have: what stands in another
messenger is read by others there."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.architecture.source import ROOT

TEMPLATES = ROOT / "web" / "templates"
SHARED = {
    "meetings/meeting.html": "meetings.meeting",
    "discussions/topic.html": "discussions.topic",
    "decisions/decision.html": "decisions.decision",
    "invitations/manage.html": "applications.ways",  # says what to do; a personal link is nobody else's
    "posters/poster.html": "poster.url",  # it is meant for everybody
}


def shares() -> Iterator[tuple[str, nodes.Call]]:
    environment = Environment(extensions=["jinja2.ext.do"])  # noqa: S701 - only read, never rendered
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = str(path.relative_to(TEMPLATES))
        for call in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "share_button":
                yield name, call


def leads_to(link: nodes.Expr) -> str:
    if isinstance(link, nodes.Call):
        assert isinstance(link.node, nodes.Name) and link.node.name == "url_for"
        assert isinstance(link.args[0], nodes.Const)
        return str(link.args[0].value)
    assert isinstance(link, nodes.Getattr) and isinstance(link.node, nodes.Name)
    return f"{link.node.name}.{link.attr}"


def test_meetings_topics_and_invitations_are_shared_by_links_that_are_no_secret() -> None:
    assert {name: leads_to(call.args[0]) for name, call in shares()} == SHARED


def test_the_sentence_is_the_same_whatever_it_leads_to() -> None:
    for name, call in shares():
        sentence = call.args[1]
        assert isinstance(sentence, nodes.Call), name
        assert isinstance(sentence.node, nodes.Name) and sentence.node.name == "_", name
        [said] = sentence.args
        assert isinstance(said, nodes.Const) and "%(" not in said.value, f"{name}: a sentence without content"
        assert not sentence.kwargs, name
