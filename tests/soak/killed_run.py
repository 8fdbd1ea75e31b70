# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task in a process of its own, which the soak kills.

Usage: python -m ansible_collections.gpufleet.cloud.tests.soak.killed_run <file of the clock> < <options as JSON>
"""

from __future__ import annotations

import json
import pathlib
import sys

from ..unit.harness import run_module
from .file_clock import FileClock

if __name__ == "__main__":
    with FileClock(pathlib.Path(sys.argv[1])).played():
        run_module("fleet", json.load(sys.stdin))
