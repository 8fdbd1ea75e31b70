# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare unchanged tasks with reads by the vendors' command-line clients in a shell loop."""

from __future__ import annotations

import os
import pathlib
import shlex
import subprocess
import tempfile
from typing import NamedTuple
from urllib.parse import urlsplit

from .accounts import Accounts, run
from .fleet import entries, fleet, loops
from .goals import playbook_ratios
from .results import left_out

FENCE = pathlib.Path(__file__).parents[1] / "vendors" / "fence.py"
"""It ends a client that contacts anything except the simulator."""
VERSION = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
MARK = "bench-0"


class Read(NamedTuple):
    """A command that reads a list, and the resource type that the tasks manage."""

    program: str
    command: str
    resource_type: str


READS = (
    Read("vastai", "show endpoints", "vast_endpoint"),
    Read("vastai", "show instances", "vast_instance"),
    Read("novita", "serverless list", "novita_endpoint"),
)


class Clients:
    """The vendors' clients, which use the same accounts as the tasks.

    :param folder: the folder of their programs.
    :param home: their home directory.
    """

    def __init__(self, folder, home, accounts):
        self._folder, self._home, self._key = pathlib.Path(folder), pathlib.Path(home), accounts.key
        self._url = os.environ["SIMULATOR_URL"]
        # Without this file, "vastai" downloads the list from the vendor at every start.
        names = self._home / ".cache" / "vastai" / "gpu_names_cache.json"
        names.parent.mkdir(parents=True)
        names.write_text('{"gpu_names": []}', encoding="utf-8")

    def version(self, program):
        command = [self._folder / "python", "-c", VERSION, program]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def command(self, read):
        """Return the words of a command that reads a list from the simulator."""
        constants, connection = [], ["--url", f"{self._url}/vast", "--api-key", self._key, "--raw"]
        if read.program == "novita":
            constants = [f"novita_cli.core.client.BASE_URL={self._url}/novita"]
            connection = ["--api-key", self._key, "--json-output"]
        python = [self._folder / "python", "-I", "-X", "utf8", FENCE, urlsplit(self._url).netloc, *constants]
        words = [*python, "--", self._folder / read.program, *connection, *read.command.split()]
        return list(map(str, words))

    def output(self, read):
        environment = {"HOME": str(self._home)}
        return subprocess.run(self.command(read), env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def in_loop(self, read, count):
        """Run a command several times in a shell loop, and return the costs."""
        script = f"for number in $(seq {count}); do {shlex.join(self.command(read))} > /dev/null || exit 1; done"
        return run(["sh", "-c", script], {"HOME": str(self._home), "PATH": os.environ["PATH"]})


def unchanged(resource_type, accounts, count):
    """Create resources, and return the entries that change nothing."""
    if resource_type == "vast_instance":
        for number in range(count):
            accounts.seed("vast", "instances", {"label": f"bench-{number}"})
        return [{resource_type: {"name": f"bench-{number}"}} for number in range(count)]
    resources = entries(count, (resource_type,))
    accounts.play(fleet(resources))
    return resources


def measure_read(clients, accounts, read, rounds, count):
    resources = unchanged(read.resource_type, accounts, count)
    if MARK not in clients.output(read):
        raise SystemExit(f"{read.program} {read.command} does not show {MARK}")
    name = f"{read.program} {read.command}"
    costs = [
        {
            name: clients.in_loop(read, count),
            f"{read.resource_type}, loop of tasks": accounts.play(*loops(resources)),
            f"{read.resource_type}, fleet": accounts.play(fleet(resources)),
        }
        for _round in range(rounds)
    ]
    title = f"{count} reads by {read.program} {clients.version(read.program)}"
    return playbook_ratios("clients", title, costs, {}, to=name)


def measure_clients(rounds, count=10):
    if "VENDORS_BIN" not in os.environ:
        return [left_out("clients", "the vendors' clients", "VENDORS_BIN is not set")]
    accounts, rows = Accounts(), []
    with tempfile.TemporaryDirectory() as home:
        clients = Clients(os.environ["VENDORS_BIN"], home, accounts)
        for read in READS:
            rows += measure_read(clients, accounts, read, rounds, count)
    return rows
