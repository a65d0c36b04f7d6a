"""People who call the API, each with a browser of her own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.people import sign_in

API = "/api/v1"


class Caller:
    """A browser, signed in or not, that sends what an unsafe request needs."""

    def __init__(self, make_client: Callable[[], FlaskClient], user_id: str | None = None) -> None:
        self.client = make_client()
        self.headers = sign_in(self.client, user_id) if user_id else {}

    def __call__(self, method: str, path: str, json: Any = None, **over: Any) -> TestResponse:
        """`get`, `post` …, at a path under the API."""
        if json is not None:
            over["json"] = json
        return self.client.open(API + path, method=method.upper(), headers=self.headers, **over)
