# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the simulator in the foreground until it is interrupted: ``python -m tests.simulator``."""

from __future__ import annotations

import argparse
import ipaddress
import pathlib
import signal
import sys
import threading

from .environment import exports
from .server import Simulator


def loopback(text):
    """Return the address if only this machine can reach it, or raise an error."""
    if text == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(text).is_loopback:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a loopback address; the simulator serves only this machine")


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulator",
        description="Run a local simulation of the GPU clouds until it is interrupted.",
    )
    parser.add_argument("--host", type=loopback, default="127.0.0.1", help="listen address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free port)")
    parser.add_argument(
        "--boot-seconds",
        type=float,
        default=1.0,
        help="seconds that a resource or a worker needs to start (default: %(default)s)",
    )
    parser.add_argument(
        "--ready-file",
        type=pathlib.Path,
        help="file to write the base URL to when the simulator accepts requests",
    )
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    with Simulator(arguments.host, arguments.port, boot_seconds=arguments.boot_seconds) as simulator:
        print(f"The simulator is running. Open {simulator.url}/ to see its resources and requests.")
        print("Any API key of at least 20 characters opens a separate account. To use the simulator, set:\n")
        print("\n".join(exports(simulator.url)))
        sys.stdout.flush()
        if arguments.ready_file:
            # Write in one step, so that no reader sees an empty file.
            draft = arguments.ready_file.with_name(arguments.ready_file.name + ".draft")
            draft.write_text(simulator.url, encoding="utf-8")
            draft.replace(arguments.ready_file)
        end.wait()


if __name__ == "__main__":
    main()
