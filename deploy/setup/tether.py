"""Decides when a program started by make has to end: when make is told to stop, in whatever way.

make passes SIGTERM on and a terminal sends Ctrl-C to everybody, but a SIGINT or SIGHUP meant for make
alone leaves it waiting for its program for ever, and a killed make leaves the program behind.

    python tether.py PROGRAM [ARGUMENT ...]
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

LOOK_EVERY = 0.5  # seconds
GRACE = (
    2.0  # after Ctrl-C the program has had the signal itself; it is told a second time only when it did not
)


def signals_caught(process_id: int) -> int:
    """Give the set of signals that a process handles, as a bit mask; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt:")), 0)


def is_stopping(process_id: int, caught_at_first: int) -> bool:
    """Tell whether make is gone or has begun to end: it then takes its own handler off the signal."""
    return os.getppid() != process_id or bool(caught_at_first & ~signals_caught(process_id))


def main(command: list[str]) -> int:
    make = os.getppid()
    interesting = sum(1 << (number - 1) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))
    caught = signals_caught(make) & interesting
    program = subprocess.Popen(command)

    def pass_on(_number: int, _frame: FrameType | None) -> None:
        program.terminate()

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGHUP, pass_on)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # set after the start: what is ignored would be inherited
    told = False
    while True:
        try:
            status = program.wait(GRACE if told else LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if not told and is_stopping(make, caught):
                told = True
                try:
                    program.wait(GRACE)
                except subprocess.TimeoutExpired:
                    program.terminate()
            continue
        return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
