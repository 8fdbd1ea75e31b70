# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the role accepts and passes on the options of the modules.

The test runs this file from a copy of the targets. It finds the role through the path of a module.
"""

import json
import pathlib
import subprocess

import yaml

SECTIONS = {
    "novita": ("novita", "novita_endpoint"),
    "ppio": ("ppio", "ppio_endpoint"),
    "vast.endpoint": ("vast", "vast_endpoint"),
    "vast.workergroup": ("vast", "vast_workergroup"),
}
# Options that a provider section does not accept: the role sets them, or they belong to the connection.
KEPT = {
    "name",
    "id",
    "state",
    "wait",
    "wait_timeout",
    "allow_similar_name",
    "envs",
    "secret_envs",
    "return_api_key",
    "endpoint",
    "endpoint_id",
    "api_key",
    "api_url",
    "api_timeout",
    "api_retries",
    "autoscaler_url",
    "validate_certs",
}
# At Vast.ai every option can be changed in place.
NOT_OFFERED = {"vast.endpoint": {"recreate"}, "vast.workergroup": {"recreate"}}


def documentation(module):
    name = f"gpufleet.cloud.{module}"
    output = subprocess.run(["ansible-doc", "--json", name], stdout=subprocess.PIPE, check=True, text=True).stdout
    return json.loads(output)[name]["doc"]


def passed_on(role, provider, module):
    """The options that the tasks of the role pass to a module."""
    tasks = yaml.safe_load((role / "tasks" / provider / "apply.yml").read_text(encoding="utf-8"))
    return {option for task in tasks for option in task.get(f"gpufleet.cloud.{module}", {})}


def main():
    modules = {module: documentation(module) for _provider, module in SECTIONS.values()}
    role = pathlib.Path(modules["vast_endpoint"]["filename"]).parents[2] / "roles" / "endpoint"
    allowed = yaml.safe_load((role / "vars" / "main.yml").read_text(encoding="utf-8"))["__endpoint_options_of"]
    for section, (provider, module) in SECTIONS.items():
        offered = set(allowed[section])
        assert offered == modules[module]["options"].keys() - KEPT - NOT_OFFERED.get(section, set()), section
        assert offered <= passed_on(role, provider, module), section


if __name__ == "__main__":
    main()
