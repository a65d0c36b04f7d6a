"""What a log line may say: one line of JSON per event, without bodies, tokens or addresses (A25)."""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

OUTERMOST_FRAMES = 40

SPEAKS_OF_THE_PROGRAMME = (
    AssertionError, AttributeError, ImportError, NameError, NotImplementedError, RuntimeError, TypeError,
)  # fmt: skip
"""Errors whose text is about our own code. Any other may quote what people wrote or where they live: a
database names the row that stood in the way, a mail server the address; of those only the kind is told."""


def configure_logs(level: str) -> None:
    """Send our events and those of the libraries to standard error, as JSON, from `level` on; libraries
    speak from WARNING on, and what they would fill into their sentences is left out."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            tell_exception,
            structlog.processors.JSONRenderer(serializer=_as_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=_Line,
    )
    root = logging.getLogger()
    for handler in [known for known in root.handlers if isinstance(known, _LibraryLines)]:
        root.removeHandler(handler)
    root.addHandler(_LibraryLines(max(logging.WARNING, getattr(logging, level))))


def tell_exception(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put kind and place of an exception and of its causes in place of `exc_info`; never a local variable."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = _told(error)
    return event


def _told(error: BaseException) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen and len(told) < 5:
        seen.add(id(following))
        kind = type(following)
        frames = traceback.extract_tb(following.__traceback__)[-OUTERMOST_FRAMES:]
        one: dict[str, Any] = {
            "type": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."),
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if isinstance(following, SPEAKS_OF_THE_PROGRAMME):
            one["said"] = str(following)
        told.append(one)
        following = following.__cause__ or following.__context__
    return told


def _as_line(event: Any, **_options: Any) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


class _Line:
    """Writes one line in one go, so that the lines of threads and processes do not mix."""

    def __init__(self, *_names: Any) -> None:
        pass

    def msg(self, line: str) -> None:
        # Looked up each time: whoever starts us may put another stream in its place. A disk that takes no
        # line must not keep anybody from her answer: the figures of /metrics tell it all the same.
        with contextlib.suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = warn = error = critical = fatal = failure = exception = log = msg


class _LibraryLines(logging.Handler):
    """The libraries' own logging as lines of the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        event: MutableMapping[str, Any] = {
            "event": str(record.msg),  # as it stands in their source: what would fill it may be a person's
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "exc_info": record.exc_info,
        }
        _Line().msg(_as_line(tell_exception(None, "", event)))
