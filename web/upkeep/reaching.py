"""How this server is reached from outside: its own address, its certificate, what time others have."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

SECONDS = 10
LARGEST = 65_536


@dataclass(frozen=True, slots=True)
class Found:
    """What came back; `fault` says why nothing did."""

    fault: str | None = None
    body: Any = None
    milliseconds: float = 0.0
    certificate_days: float | None = None
    seconds_apart: float | None = None


def ask(url: str, now: datetime) -> Found:
    """Ask an address of ours as a browser would, its certificate checked."""
    parts = urlsplit(url)
    began = time.monotonic()
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        line = http.client.HTTPSConnection(parts.netloc, timeout=SECONDS, context=context)
    else:
        line = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
    try:
        line.connect()
        days = _days_left(line.sock, now)
        line.request("GET", parts.path or "/")
        answer = line.getresponse()
        content = answer.read(LARGEST)
        spent = (time.monotonic() - began) * 1000
        return Found(None, _read(content), spent, days, _apart(answer.getheader("Date"), now))
    except ssl.SSLCertVerificationError as error:
        return Found(f"its certificate is not good: {error.verify_message}")
    except (OSError, http.client.HTTPException) as error:
        return Found(str(error) or type(error).__name__)
    finally:
        line.close()


def clock_is_synchronised() -> bool | None:
    """Whether somebody sets the machine's clock; None where the machine does not tell."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    asked = subprocess.run(  # noqa: S603 - a program of the system, with fixed arguments
        [program, "show", "--property=NTPSynchronized", "--value"],
        capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    return {"yes": True, "no": False}.get(asked.stdout.strip()) if asked.returncode == 0 else None


def _days_left(sock: Any, now: datetime) -> float | None:
    if not isinstance(sock, ssl.SSLSocket):
        return None
    until = (sock.getpeercert() or {}).get("notAfter")
    return (ssl.cert_time_to_seconds(str(until)) - now.timestamp()) / 86_400 if until else None


def _apart(said: str | None, now: datetime) -> float | None:
    try:
        return (parsedate_to_datetime(said or "") - now).total_seconds()
    except (TypeError, ValueError):
        return None


def _read(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except ValueError:
        return None
