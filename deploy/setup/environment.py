"""Decides what is still missing for a goal (run, test) on this machine, and sets up just that.

Started by the Makefile with whatever python3 there is, before anything is installed: standard library
only. Each step leaves a stamp of its inputs, so that a second start does nothing.
"""

import fcntl
import hashlib
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from steps import BROWSERS, GOALS, ROOT, STEPS, VENV, Refused, Step, stop_all

STAMPS = VENV / "stamps"
RECIPE = 1  # raise it when a step of steps.py does something else with the same inputs


def files_matching(pattern: str) -> list[Path]:
    return sorted(path for path in ROOT.glob(pattern) if path.is_file())


def fingerprint(step: Step) -> str:
    """Tell everything that a step's result follows from: where, which Python, which input bytes."""
    digest = hashlib.sha256(f"{RECIPE} {ROOT} {sys.version_info[:2]} {step.name}".encode())
    for pattern in step.inputs:
        for path in files_matching(pattern):
            digest.update(f"\n{path.relative_to(ROOT)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(step: Step) -> bool:
    if (
        step.name == "browser"
    ):  # it may be removed from the machine behind our back, and looking costs nothing
        return any(shutil.which(name) for name in BROWSERS)
    stamp = STAMPS / step.name
    return stamp.exists() and stamp.read_text() == fingerprint(step) and _has_all_outputs(step)


def _has_all_outputs(step: Step) -> bool:
    nothing_to_do = not any(files_matching(pattern) for pattern in step.inputs)
    return nothing_to_do or all(any(ROOT.glob(pattern)) for pattern in step.outputs)


def do(step: Step) -> None:
    started = time.monotonic()
    before = fingerprint(step)  # what is edited meanwhile is done again next time
    step.action()
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step.name).write_text(before)
    if step.name == "test-packages":
        (STAMPS / "python").write_text(fingerprint(STEPS["python"]))
    print(f"  {step.says}: {time.monotonic() - started:.1f} s", flush=True)


# ---------------------------------------------------------------- doing what is due


def due(goal: Iterable[str]) -> dict[str, Step]:
    """List the steps of a goal that are not done, and those that follow from one of these."""
    names = list(goal)
    if "test-packages" in names:
        names.remove("python")
    found: dict[str, Step] = {}
    for name in names:
        step = STEPS[name]
        if "test-packages" in names:
            step = step._replace(needs=tuple("test-packages" if n == "python" else n for n in step.needs))
        if "venv" in found or not is_done(step):
            found[name] = step
    return found


def set_up(steps: dict[str, Step]) -> None:
    """Do the steps, each as soon as those that it needs are done, side by side."""
    waiting = dict(steps)
    running: dict[Future[None], str] = {}
    done = set()
    with ThreadPoolExecutor(max_workers=len(steps)) as pool:
        try:
            while waiting or running:
                for name in [
                    n for n, s in waiting.items() if all(d in done or d not in steps for d in s.needs)
                ]:
                    running[pool.submit(do, waiting.pop(name))] = name
                for future in wait(running, return_when=FIRST_COMPLETED)[0]:
                    future.result()
                    done.add(running.pop(future))
        except BaseException:  # a failed step, Ctrl-C or SIGTERM: the pool waits for its programs otherwise
            stop_all()
            raise


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in GOALS:
        print(f"usage: environment.py {'|'.join(GOALS)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with open(__file__) as lock:  # two at the same time would step on each other's feet
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps = due(GOALS[arguments[0]])
        if not steps:
            return 0
        print("Setting up (the first time only):", flush=True)
        try:
            set_up(steps)
        except Refused as refusal:
            print(f"\nSet-up stopped. {refusal}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
