# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program, and end it as soon as its Python code contacts anything on the network except the simulator.

Usage: fence.py <host>:<port> [<module>.<CONSTANT>=<value> ...] -- <program> [<argument> ...]

The constants are set before the program starts. They replace options that the program does not have. The program
cannot start other programs, which the fence could not control.
"""

from __future__ import annotations

import importlib
import os
import runpy
import sys

STRAYED = 97

CONTACTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
CHILDREN = {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn"}


def fence(simulator):
    """Return an audit hook, which Python calls before each of these operations."""

    def hook(event, arguments):
        if event in CHILDREN:
            raise PermissionError(f"{event} is not allowed here")
        if event not in CONTACTS | LOOKUPS:
            return
        # A message over an existing connection has no target.
        target = arguments if event in LOOKUPS else arguments[-1]
        if target and ":".join(map(str, target[:2])) != simulator:
            sys.stderr.write(f"strayed: {event} {target}\n")
            sys.stderr.flush()
            # The program could catch an exception.
            os._exit(STRAYED)

    return hook


def main():
    end = sys.argv.index("--")
    simulator, *constants = sys.argv[1:end]
    sys.argv = sys.argv[end + 1 :]
    sys.addaudithook(fence(simulator))
    for constant in constants:
        path, value = constant.split("=", 1)
        module, name = path.rsplit(".", 1)
        setattr(importlib.import_module(module), name, value)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
