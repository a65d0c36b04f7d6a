"""The OpenAPI document as JSON, and as pages that a person can read: every address, every refusal."""

from __future__ import annotations

import re
import threading
from typing import Any

import orjson
from flask import Flask, Response, render_template
from flask_babel import gettext

from api import QuietApi
from api.problems import TITLES, status_of
from network.kernel.errors import DomainError

_FILLED = re.compile(r"%\(\w+\)\w")


def register_documentation(app: Flask, api: QuietApi) -> None:
    """`/api/v1/openapi.json` and `/api/docs`, made once: the document does not change while we run; and
    `/api/docs/problems`, where the `type` of every refusal leads."""
    made: dict[str, Any] = {}
    making = threading.Lock()

    def document() -> dict[str, Any]:
        with making:
            if not made:
                made.update(api.document())
        return made

    @app.get("/api/v1/openapi.json", endpoint="openapi_json")
    def openapi_json() -> Response:
        response = Response(orjson.dumps(document()), content_type="application/json")
        response.headers["Cache-Control"] = "no-cache"
        return response

    @app.get("/api/docs", endpoint="api_docs")
    def api_docs() -> str:
        spec = document()
        groups: dict[str, list[dict[str, Any]]] = {}
        for path, operations in spec["paths"].items():
            for method, operation in operations.items():
                if method == "parameters":
                    continue
                groups.setdefault(operation["tags"][0], []).append(
                    {"path": path, "method": method.upper(), **operation}
                )
        return render_template("documentation/api.html", info=spec["info"], groups=groups)

    @app.get("/api/docs/problems", endpoint="api_problems")
    def api_problems() -> str:
        return render_template("documentation/problems.html", problems=explained_problems())


def explained_problems() -> list[dict[str, Any]]:
    """Every code that an answer may carry, by status and code, with the sentence that goes with it."""
    found = {code: (status, text) for status, (code, text) in TITLES.items()}
    waiting: list[type[DomainError]] = [*DomainError.__subclasses__()]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found[kind.code] = (status_of(kind), kind.message)
    return [
        # What only the situation can fill in is left open.
        {"code": code, "status": status, "text": _FILLED.sub("…", gettext(text))}
        for code, (status, text) in sorted(found.items(), key=lambda one: (one[1][0], one[0]))
    ]
