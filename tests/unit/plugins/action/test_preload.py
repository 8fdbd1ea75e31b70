# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the import of an action plugin imports, before Ansible forks its workers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
import ansible_collections.gpufleet.cloud.plugins.action.novita_endpoint
print(*sorted({"requests", "urllib3", "jsonschema", "multiprocessing"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("setting", "libraries"),
    [
        ("true", "jsonschema multiprocessing requests urllib3"),
        ("false", "multiprocessing"),
        ("neither", "multiprocessing"),
        pytest.param(
            "",
            "jsonschema multiprocessing requests urllib3",
            marks=pytest.mark.skipif(sys.platform == "darwin", reason="the module is the default on macOS"),
        ),
    ],
)
def test_libraries_are_imported_before_the_fork_if_tasks_can_run_directly(setting, libraries):
    environment = {**os.environ, "GPUFLEET_DIRECT": setting}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.split() == libraries.split()
