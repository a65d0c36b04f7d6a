"""Runs the benchmarks and prints a table; results also as JSON under bench/results/."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    agreements,
    exports,
    imports,
    live,
    meetings,
    messages,
    pages,
    people,
    phone,
    processes,
    search,
    sending,
    stuffing,
)
from bench.measuring import Figure

RESULTS = Path(__file__).parent / "results"
GROUPS: dict[str, Callable[[], list[Figure]]] = {
    "messages": messages.run,
    "pages": pages.run,
    "imports": imports.run,
    "meetings": meetings.run,
    "people": people.run,
    "phone": phone.run,
    "search": search.run,
    "live": live.run,
    "sending": sending.run,
    "processes": processes.run,
    "exports": exports.run,
    "stuffing": stuffing.run,
    "agreements": agreements.run,
}


def main() -> int:
    """Run the groups named on the command line, or all. Where a goal is missed the table says so; exits 0."""
    wanted = sys.argv[1:] or list(GROUPS)
    unknown = [name for name in wanted if name not in GROUPS]
    if unknown:
        print(f"no such benchmark: {unknown[0]} (there are {', '.join(GROUPS)})", file=sys.stderr)
        return 2
    figures = [figure for name in wanted for figure in GROUPS[name]()]
    width = max(len(figure.name) for figure in figures)
    print(f"\n{'what':{width}}  {'measured':>12}  {'limit':>12}  {'':5}  beside")
    for figure in figures:
        limit = f"{figure.limit:.2f}" if figure.limit is not None else "–"
        measured = f"{figure.value:.2f} {figure.unit}"
        print(f"{figure.name:{width}}  {measured:>12}  {limit:>12}  {figure.verdict:5}  {figure.beside}")
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    report = {
        "at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "figures": [figure.as_json() for figure in figures],
    }
    path = RESULTS / f"{now:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\nwritten to bench/results/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
