"""Log lines: one JSON object each, whatever somebody calls herself; nothing that belongs to people."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator

import pytest
import structlog

from web.logs import configure_logs

CANARY = "canary-7Q@mail.example"


Errors = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    configure_logs("INFO")
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers[:] = [known for known in root.handlers if type(known).__module__ != "web.logs"]


def read(written: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.split("\n") if line]


def test_a25_line_ends_in_a_name_leave_one_line(capsys: Errors) -> None:
    structlog.get_logger("x").info("joined", name='Eve\r\n{"event": "operator made"}\u2028x')
    written = capsys.readouterr().err
    (line,) = read(written)
    assert line["event"] == "joined"
    assert written.count("\n") == 1
    assert "\r" not in written


def test_a25_an_exception_tells_kind_and_place_but_no_values(capsys: Errors) -> None:
    def fail(body: str) -> None:
        assert body
        raise sqlite3.IntegrityError(f"Key (address)=({body}) already exists")

    try:
        fail(CANARY)
    except sqlite3.IntegrityError:
        structlog.get_logger("x").exception("unexpected")
    written = capsys.readouterr().err
    assert CANARY not in written
    (line,) = read(written)
    told = line["exception"]
    assert isinstance(told, list)
    assert told[0]["type"] == "sqlite3.IntegrityError"
    assert "said" not in told[0]
    assert told[0]["frames"][-1].endswith(" fail")


def test_what_an_error_says_of_our_own_code_is_kept_with_its_cause(capsys: Errors) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise RuntimeError("no unit of work is open") from error
    except RuntimeError as error:
        structlog.get_logger("x").error("unexpected", exc_info=error)
    written = capsys.readouterr().err
    (line,) = read(written)
    told = line["exception"]
    assert isinstance(told, list)
    assert [one["type"] for one in told] == ["RuntimeError", "KeyError"]
    assert told[0]["said"] == "no unit of work is open"
    assert CANARY not in written


def test_libraries_speak_json_and_name_nobody(capsys: Errors) -> None:
    logging.getLogger("gunicorn.error").warning("Error handling request %s", f"/i/{CANARY}")
    logging.getLogger("huey").info("not worth a line")
    written = capsys.readouterr().err
    (line,) = read(written)
    assert (line["event"], line["logger"]) == ("Error handling request %s", "gunicorn.error")
    assert CANARY not in written


def test_configuring_twice_does_not_say_everything_twice(capsys: Errors) -> None:
    configure_logs("INFO")
    logging.getLogger("some.library").error("once")
    assert len(read(capsys.readouterr().err)) == 1


def test_a_lower_level_is_silent(capsys: Errors) -> None:
    configure_logs("ERROR")
    structlog.get_logger("x").warning("quiet")
    logging.getLogger("some.library").warning("quiet too")
    assert capsys.readouterr().err == ""
