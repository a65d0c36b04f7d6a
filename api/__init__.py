"""The REST surface: one file per capability, put on the application here with its OpenAPI document."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from api.cookies import Cookies

PREFIX = "/api/v1"
NOT_CAPABILITIES = frozenset(
    {"cookies", "operations", "printing", "problems", "schemas", "documentation", "uploads"}
)


class QuietApi(Api):
    """flask-smorest without its own error pages: api/problems.py answers for every refusal.

    What blueprints say about themselves is collected when somebody first asks for the OpenAPI document:
    a process that serves people starts without it and does not keep it."""

    def init_app(self, app: Flask, **options: Any) -> None:
        """Begin with no blueprint described."""
        self._undescribed: list[tuple[Blueprint, str]] = []
        super().init_app(app, **options)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Put the blueprint's routes on the application; describe them later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][options["name"]] = self
        self._app.register_blueprint(blp, **options)
        self._undescribed.append((blp, options["name"]))

    def document(self) -> dict[str, Any]:
        """The OpenAPI document of all blueprints. Not for several threads at once."""
        while self._undescribed:
            blueprint, name = self._undescribed.pop(0)
            blueprint.register_views_in_doc(self, self._app, self.spec, name=name, parameters=None)
            self.spec.tag({"name": name, "description": blueprint.description})
        described: dict[str, Any] = self.spec.to_dict()
        return described

    def _register_error_handlers(self) -> None:
        """Nothing: the application dispatches errors by surface."""


def register_api(app: Flask, cookies: Cookies) -> QuietApi:
    """Put every capability's blueprint under `/api/v1` and make the OpenAPI 3.1 document.

    `cookies` keep people signed in. A module of this package that defines `blueprint` is a capability's;
    nothing has to be listed twice."""
    app.config.update(
        API_TITLE="mentorNET",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
        API_SPEC_OPTIONS={
            "info": {
                "description": "Networks of peer mentors. Errors are problem+json (RFC 9457) with a stable "
                "`code`; times are RFC 3339 in UTC; lists are `{items, next}`.",
                "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
            },
            "security": [{"cookie": []}, {"bearer": []}],
            "components": {
                "securitySchemes": {
                    "cookie": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_NAME"]},
                    "bearer": {"type": "http", "scheme": "bearer"},
                }
            },
        },
    )
    app.extensions["cookies"] = cookies
    api = QuietApi(app)
    api.register_converter(app.url_map.converters["id"], lambda _c: {"type": "string", "format": "uuid"})
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        if module.name in NOT_CAPABILITIES:
            continue
        loaded = importlib.import_module(f"api.{module.name}")
        blueprint = getattr(loaded, "blueprint", None)
        if not isinstance(blueprint, Blueprint):
            raise TypeError(f"api/{module.name}.py defines no blueprint")
        api.register_blueprint(blueprint, url_prefix=PREFIX, name=f"api_{module.name}")
    return api
