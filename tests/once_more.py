"""Runs what failed beside thousands of others once more, by itself, and says which tests needed that
(decision 15)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

MOST = 5
"""More than a handful is no accident of a busy machine."""


def run(arguments: list[str]) -> int:
    """Run pytest with the arguments; where at most `MOST` tests fail, those alone again, one after another.
    Returns pytest's exit code of the last run."""
    with tempfile.TemporaryDirectory() as remembered:
        code = pytest([*arguments, "-o", f"cache_dir={remembered}"])
        kept = Path(remembered, "v", "cache", "lastfailed")
        failed = sorted(json.loads(kept.read_text("utf-8"))) if kept.exists() else []
    if code != 1 or not 0 < len(failed) <= MOST:
        return code
    say("Once more, each by itself:", failed)
    code = pytest([*failed, "-n", "0", "-p", "no:cacheprovider"])
    if code == 0:
        say("Passed by themselves, and failed beside others; they need mending:", failed)
    return code


def pytest(arguments: list[str]) -> int:
    """Pytest's exit code."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def say(sentence: str, names: list[str]) -> None:
    """A sentence and the names of tests, each on its line."""
    sys.stdout.write("\n" + "\n  ".join([sentence, *names]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
