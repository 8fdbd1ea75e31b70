# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run integration targets in two halves at the same time, because ansible-test uses only one core.

Usage: in_halves.py <other copy> [<option> ...] -- [<selection> ...]

The selection is names of targets and ``--exclude NAME``. Another selection, and one that is not in both halves, runs as
one command. The second half runs in another copy of the collection, because all targets write to the same folder. Its
output follows that of the first half.
"""

import pathlib
import shutil
import signal
import subprocess
import sys
import threading

TARGETS = pathlib.Path("tests/integration/targets")
SETTINGS = pathlib.Path("tests/integration/integration_config.yml")

# These need half of the time. Two targets of different halves must not use the same account.
FIRST_HALF = {"ad_hoc", "novita_endpoint", "novita_instance", "role_endpoint"}


def halves_of(selection):
    """Return the names of the selected targets in two halves, or None for another selection."""
    names = {path.name for path in TARGETS.iterdir()}
    excluded = {name for option, name in zip(selection, selection[1:]) if option == "--exclude"}
    chosen = {argument for argument in selection if argument != "--exclude"} - excluded or names - excluded
    if not chosen | excluded <= names:
        return None
    return sorted(chosen & FIRST_HALF), sorted(chosen - FIRST_HALF)


def show(process, turn):
    """Show the lines of a process, from its turn on."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if turn.is_set():
            print("".join(lines), end="", flush=True)
            lines.clear()
    turn.wait()
    print("".join(lines), end="", flush=True)


def run(commands, folders):
    """Run commands at the same time, and show their output one after the other; return 0 if none failed."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    processes, shown = [], []
    try:
        for command, folder in zip(commands, folders):
            processes.append(subprocess.Popen(command, cwd=folder, text=True, errors="replace", **pipes))
        turns = [threading.Event() for _process in processes]
        for process, turn in zip(processes, turns):
            shown.append(threading.Thread(target=show, args=(process, turn), daemon=True))
            shown[-1].start()
        for thread, turn in zip(shown, turns):
            turn.set()
            thread.join()
        return max(abs(process.wait()) for process in processes)
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()


def main():
    # SIGTERM ends Python without running "finally", unless a handler raises an exception.
    signal.signal(signal.SIGTERM, lambda received, frame: sys.exit(128 + received))
    other, *arguments = sys.argv[1:]
    separator = arguments.index("--")
    command, selection = ["ansible-test", "integration", *arguments[:separator]], arguments[separator + 1 :]
    halves = halves_of(selection)
    if not halves or not all(halves):
        return run([[*command, *selection]], ["."])
    shutil.copy(SETTINGS, pathlib.Path(other) / SETTINGS)
    return run([[*command, *half] for half in halves], [".", other])


if __name__ == "__main__":
    sys.exit(main())
