# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare an unchanged fleet in check mode with `terraform plan` over resources that send no request.

No provider plugin is needed or downloaded: `terraform_data` is part of Terraform. A provider adds at least one request
for each resource to this time.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import tempfile

from .accounts import Accounts, run
from .fleet import complete, entries, fleet
from .goals import playbook_ratios
from .results import left_out


class Terraform:
    """A Terraform configuration in a folder of its own. It never contacts the network."""

    def __init__(self, program, folder, resources):
        self._program = program
        settings = folder / "empty.tfrc"
        settings.touch()
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_DATA_DIR": str(folder / "data"),
            "TF_IN_AUTOMATION": "1",
        }
        self._folder = folder / "configuration"
        self._folder.mkdir()
        blocks = {f"entry_{number}": {"input": entry} for number, entry in enumerate(resources)}
        content = json.dumps({"resource": {"terraform_data": blocks}})
        (self._folder / "main.tf.json").write_text(content, encoding="utf-8")

    def run(self, *arguments):
        return run([self._program, f"-chdir={self._folder}", *arguments], self._environment)

    def prepare(self):
        self.run("init", "-input=false")
        self.run("apply", "-input=false", "-auto-approve")

    def plan(self):
        """Return the costs of a plan, which must contain no change."""
        return self.run("plan", "-input=false", "-detailed-exitcode")


def measure_terraform(rounds, count=200):
    program = shutil.which("terraform")
    if not program:
        return [left_out("terraform", "terraform plan", "the program terraform is not on PATH")]
    accounts, resources = Accounts(), entries(count)
    accounts.play(fleet(complete(resources), concurrency=32))
    with tempfile.TemporaryDirectory() as folder:
        terraform = Terraform(program, pathlib.Path(folder), resources)
        terraform.prepare()
        costs = [
            {
                "terraform plan": terraform.plan(),
                "fleet --check": accounts.play(fleet(resources), check=True),
                "fleet of no entries --check": accounts.play(fleet([]), check=True),
            }
            for _round in range(rounds)
        ]
    title = f"{count} unchanged resources, in check mode"
    return playbook_ratios("terraform", title, costs, {}, to="terraform plan")
