# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module is a program, as Ansible starts it on a host."""

from __future__ import annotations

import json
import pathlib
import runpy

import pytest

from .harness import _arguments

MODULES = pathlib.Path(__file__).resolve().parents[2] / "plugins" / "modules"


@pytest.mark.parametrize("path", sorted(MODULES.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_a_module_is_a_program_that_refuses_an_invalid_task(path, capsys):
    with _arguments({"no_such_option": 1, "_ansible_module_name": path.stem}), pytest.raises(SystemExit):
        runpy.run_path(str(path), run_name="__main__")
    result = json.loads(capsys.readouterr().out)
    assert result["failed"] is True and result["msg"]
