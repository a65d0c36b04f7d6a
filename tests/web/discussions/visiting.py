"""Somebody with a browser without JavaScript: sees what stands on a page, fills its forms, sends them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from network.kernel.actor import Actor
from tests.factories.people import sign_in


@dataclass
class Form:
    """A form as it stands on a page, with what is in its fields."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    said: str = ""


class _Reader(HTMLParser):
    """Forms and words of a page; what stands in a `template` is not on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._patterns = 0
        self._open: Form | None = None
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._patterns += tag == "template"
        if self._patterns:
            return
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        name = given.get("name", "")
        if self._open is None or not name:
            return
        self._open.names.add(name)
        if tag == "textarea":
            self._area, self._open.values[name] = name, ""
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self._open.values[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._patterns -= tag == "template"
        if tag == "form":
            self._open = None
        if tag == "textarea":
            self._area = ""
        if tag == "textarea" and self._open is not None:  # a browser drops the first line end
            values = self._open.values
            self._open.values |= {name: re.sub(r"\A\r?\n", "", value) for name, value in values.items()}

    def handle_data(self, data: str) -> None:
        if self._patterns:
            return
        if self._area and self._open is not None:
            self._open.values[self._area] += data
            return
        self.words.append(data)
        if self._open is not None:
            self._open.said += data


class Page:
    """A page as somebody sees it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status, self.html = response.status_code, response.text
        reader = _Reader()
        reader.feed(self.html)
        self.forms, self.text = reader.forms, " ".join(" ".join(reader.words).split())
        # Of the conversation alone: the list beside it begins messages too.
        self.messages = [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
            for body in re.findall(r'<div class="body" dir="auto"[^>]*>(.*?)</div>', self._visible(), re.S)
        ]

    def _visible(self) -> str:
        return re.sub(r"<template.*?</template>", "", self.html, flags=re.S)

    def form(self, *names: str, action: str = "", said: str = "") -> Form:
        """The form with these fields, to this address or with this word on it."""
        return next(
            form
            for form in self.forms
            if set(names) <= form.names and form.action.startswith(action) and said in form.said
        )

    @property
    def has_box(self) -> bool:
        """True when one can write here."""
        return any("body" in form.names for form in self.forms)

    def offers(self, said: str) -> bool:
        """True when a link or button says so."""
        return (
            re.search(rf"<(?:a|button)\b[^>]*>(?:<[^>]+>|\s)*{re.escape(said)}", self._visible()) is not None
        )

    def link(self, said: str) -> str:
        """Where the link with this word leads."""
        for target, inside in re.findall(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self._visible(), re.S):
            if re.sub(r"<[^>]+>", "", inside).strip() == said:
                return unescape(target)
        raise AssertionError(f"no link says {said!r}")


class Visitor:
    """A signed-in person's browser."""

    def __init__(self, client: FlaskClient, actor: Actor | None = None) -> None:
        self.client = client
        if actor is not None:
            sign_in(client, actor.user_id or "")

    def see(self, path: str) -> Page:
        """Open a page, going along where it leads on."""
        return Page(self.client.get(path, follow_redirects=True))

    def send(self, form: Form, path: str = "", **typed: str) -> Page:
        """Type into a form, send it and go along with the answer."""
        target = (form.action or path).partition("#")[0]
        return Page(self.client.post(target, data=form.values | typed, follow_redirects=True))

    def say(self, topic_id: str, body: str) -> Page:
        """Write in a topic."""
        path = f"/talk/t/{topic_id}"
        return self.send(self.see(path).form("body"), path, body=body)
