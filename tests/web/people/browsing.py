"""A browser without JavaScript: reads a page, fills a form as it stands there, sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SECRET = "csrf_token"


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append(Form(given.get("action") or ""))
        if not self.found:
            return
        form, name = self.found[-1], given.get("name") or ""
        if tag == "input" and name:
            form.names.add(name)
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                form.values[name] = given.get("value") or ""
        if tag == "select":
            form.names.add(name)
            self._select = name
        if tag == "textarea":
            form.names.add(name)
            form.values[name] = ""
            self._textarea = name
        if tag == "option" and "selected" in given:
            form.values[self._select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._textarea:  # a line break right behind the tag is none of the text
            self.found[-1].values[self._textarea] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""


def forms(page: TestResponse) -> list[Form]:
    """All forms of a page."""
    parser = _Forms()
    parser.feed(page.text)
    return parser.found


def send(client: FlaskClient, path: str, without: str = "", **typed: str) -> TestResponse:
    """Open a page, type into the form that has these fields, and send it; `without` is left unticked."""
    page = client.get(path)
    assert page.status_code in (200, 404), page.status
    form = next(form for form in forms(page) if set(typed) <= form.names)
    values = {name: value for name, value in form.values.items() if name != without} | typed
    return client.post(form.action or path, data=values)


def press(client: FlaskClient, path: str, action: str) -> TestResponse:
    """Open a page and press the button whose form goes to `action`."""
    form = next(form for form in forms(client.get(path)) if form.action.startswith(action))
    return client.post(form.action, data=form.values)
