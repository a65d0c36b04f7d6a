"""What tests share leaves nothing of one test to the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.applications import NOWHERE, kept_application
from tests.running import running

CHANGES: list[Callable[[Flask], object]] = [
    lambda app: app.config.update(MAX_CONTENT_LENGTH=1),
    lambda app: app.extensions.update(live=None),
    lambda app: app.before_request_funcs[None].append(lambda: None),
    lambda app: app.jinja_env.globals.update(left="behind"),
    lambda app: app.jinja_env.filters.update(clock=str),
    lambda app: app.view_functions.update(healthz=lambda: "well"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_who_changes_the_application_that_others_use_is_told(
    tmp_path: Path, change: Callable[[Flask], object]
) -> None:
    with running(f"sqlite:///{tmp_path}/no.db", tmp_path, mail_from="one@mail.example") as runtime:
        with kept_application(runtime) as first:
            pass
        using = kept_application(runtime)
        change(using.__enter__())
        with pytest.raises(AssertionError, match="give it one of its own"):
            using.__exit__(None, None, None)
        with kept_application(runtime) as fresh:
            assert fresh is not first


def test_the_next_test_is_counted_from_nought_and_has_its_own_places(tmp_path: Path) -> None:
    left = []
    for name in ("one", "two"):
        with (
            running(f"sqlite:///{tmp_path}/{name}.db", tmp_path / name) as runtime,
            kept_application(runtime) as app,
        ):
            assert app.config["SETTINGS"].data_dir == tmp_path / name
            left.append(app.test_client().get("/about").headers["X-RateLimit-Remaining"])
    assert left[0] == left[1]
    assert not NOWHERE.exists()
