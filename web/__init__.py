"""The pages: one file per capability, put on the application here."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from flask import Blueprint, Flask, g, has_request_context
from flask_login import current_user

from config import Settings
from network.kernel.translation import ask_reader
from web import assets, formats, languages
from web.pages import csrf
from web.shell import Shell


def register_web(app: Flask, settings: Settings) -> None:
    """Put every module of this package that defines `blueprint` on the application; those of the demo only
    with `DEMO` on."""
    csrf.init_app(app)
    app.jinja_env.globals.update(asset=assets.asset, csp_nonce=lambda: g.get("csp_nonce", ""))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    formats.install(app)
    ask_reader(lambda: languages.choose_language() if has_request_context() else None)

    @app.context_processor
    def frame() -> dict[str, Any]:
        if "shell" not in g or g.get("shell_failed"):
            g.shell = Shell(current_user.actor)
        return {"shell": g.shell}

    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        if module.ispkg:
            continue
        loaded = importlib.import_module(f"web.{module.name}")
        blueprint = getattr(loaded, "blueprint", None)
        if isinstance(blueprint, Blueprint) and (settings.demo or not getattr(loaded, "ONLY_DEMO", False)):
            app.register_blueprint(blueprint)
