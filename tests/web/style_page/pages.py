"""Renders the style pages: the real templates and macros, sample data, no Flask."""

import functools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from tests.web.style_page.samples import PEOPLE, SHELL, roadmap_phases
from web.pictures.faces import drawn_face
from web.pictures.roadmap import RoadmapPhase, RoadmapStep, RoadmapWords, roadmap_picture

ROOT = Path(__file__).resolve().parents[3]
DIST = ROOT / "web" / "static" / "dist"
PAGES = ("components", "forms", "topic", "entrance", "home")


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Your name", [InputRequired("Please write your name."), Length(max=120)])
    region = StringField("Where you live")
    language = SelectField(
        "Language",
        choices=[
            SelectChoice("en", "English"),
            SelectChoice("de", "Deutsch"),
            SelectChoice("el", "Ελληνικά"),
        ],
    )
    hello = TextAreaField("Say hello", [InputRequired("Two sentences are enough, but write something.")])
    list_file = FileField("List of graduates", [InputRequired("Choose a file.")])
    answer = RadioField(
        "Are you coming, Amina?",
        choices=[SelectChoice("yes", "Yes"), SelectChoice("maybe", "Maybe"), SelectChoice("no", "No")],
        default="yes",
    )
    audience = RadioField(
        "Who may see it?",
        choices=[SelectChoice("network", "My network"), SelectChoice("meta", "Only the meta-mentors")],
        default="network",
    )
    stay = BooleanField("Stay signed in on this device", default=True)
    code = StringField("Code from the mail", [InputRequired()])


@functools.cache
def environment() -> Environment:
    """Return the template environment as the pages have it, with English as it stands in the source."""
    env = Environment(
        loader=FileSystemLoader([ROOT / "web" / "templates", Path(__file__).parent / "templates"]),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    env.globals.update(
        asset=lambda name: f"/static/{manifest[name]}",
        csp_nonce=lambda: "sample",
        csrf_token=lambda: "sample",
        url_for=lambda endpoint, **_: f"#{endpoint}",
        get_flashed_messages=lambda **_: [("message", "Saved.")],
    )
    return env


def render(page: str, *, theme: str = "", direction: str = "ltr", language: str = "en") -> str:
    """Return the HTML of one style page."""
    phases = roadmap_phases()
    wrong = SampleForm(MultiDict({"name": "", "answer": "maybe"}))
    wrong.validate()
    context: dict[str, Any] = {
        "shell": SimpleNamespace(
            **{**vars(SHELL), "theme": theme, "direction": direction, "language": language}
        ),
        "people": PEOPLE,
        "form": SampleForm(),
        "wrong": wrong,
        "phases": phases,
        "picture": roadmap_picture(
            [
                RoadmapPhase(
                    number=phase["number"],
                    name=phase["name"],
                    state=phase["state"],
                    steps=[
                        RoadmapStep(
                            key=step["key"],
                            title=step["title"],
                            strand=step["strand"],
                            state=step["state"],
                            gate=step["gate"],
                            next=step["next"],
                        )
                        for step in phase["steps"]
                    ],
                )
                for phase in phases
            ],
            RoadmapWords(
                title="Roadmap with four phases and three strands",
                list_below="All steps stand below as a list.",
            ),
            direction=direction,
        ),
        "crowd": [drawn_face(f"person {number}") for number in range(60)],
        "body": Markup,
    }
    return environment().get_template(f"{page}.html").render(context)


def write(folder: Path) -> None:
    """Write all style pages into a folder that is served beside `/static`."""
    for page in PAGES:
        for theme in ("light", "dark"):
            (folder / f"{page}-{theme}.html").write_text(render(page, theme=theme))
    (folder / "components-rtl.html").write_text(
        render("components", theme="light", direction="rtl", language="ar")
    )
    (folder / "topic-rtl.html").write_text(render("topic", theme="light", direction="rtl", language="ar"))
