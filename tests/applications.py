"""The application for tests: made once per worker for the same settings, empty again for each test.

To make one costs more than most tests. What a test could leave behind in it is put back or refused here;
docs/architecture.md says what is shared and why that is safe.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from config import Settings
from network.kernel.runtime import Runtime
from web.logs import configure_logs
from web.rates import Rates

NOWHERE = Path("/nowhere/a/shared/application/may/write")
"""The data folder that a shared application was made with: only the test's runtime knows the test's own."""


class CompiledTemplates(BytecodeCache):
    """Templates compiled once per worker, for all applications: they are of the same files."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = CompiledTemplates()
_CATALOGUES: dict[object, object] = {}
_KEPT: dict[Hashable, Flask] = {}


def make_application(runtime: Runtime, settings: Settings | None = None) -> Flask:
    """A fresh application, which a test may change. Templates are compiled and translations read once per
    worker: both are the same files for every application."""
    made: Flask = importlib.import_module("wsgi").create_app(settings or runtime.settings, runtime)
    made.jinja_env.bytecode_cache = _TEMPLATES
    with made.app_context():
        made.extensions["babel"].instance.domain_instance.cache = _CATALOGUES
    return made


@contextmanager
def kept_application(runtime: Runtime, prepare: Callable[[Flask], None] | None = None) -> Iterator[Flask]:
    """The worker's application for these settings, over this runtime; `prepare` adds to it when it is made.

    Where the database and the data are is asked of the runtime or of `app.config` with every request. A
    test that changes more than rows and files fails: it is to make an application of its own."""
    settings = runtime.settings
    assert isinstance(settings, Settings)
    placeless = dataclasses.replace(settings, data_dir=NOWHERE, database_url=f"sqlite:///{NOWHERE}/no.db")
    key = (dataclasses.astuple(placeless), runtime.secret_key, prepare)
    if key not in _KEPT:
        made = make_application(runtime, placeless)
        made.testing = True
        made.config["PROPAGATE_EXCEPTIONS"] = False
        if prepare is not None:
            prepare(made)
        _KEPT[key] = made
    app = _KEPT[key]
    configure_logs(settings.log_level)
    app.config["SETTINGS"] = settings
    app.extensions["rates"] = Rates(settings.redis_url)
    before = _shape(app)
    yield app
    if _shape(app) != before:
        del _KEPT[key]
        raise AssertionError("This test changed the application that others use; give it one of its own.")


def _shape(app: Flask) -> object:
    """What belongs to the application itself, whoever asks it."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    return (
        dict(app.config),
        dict(app.extensions),
        app.wsgi_app,
        dict(app.view_functions),
        len(app.url_map._rules),
        [len(functions) for hook in hooks for functions in hook.values()],
        dict(app.jinja_env.globals),
        dict(app.jinja_env.filters),
    )
