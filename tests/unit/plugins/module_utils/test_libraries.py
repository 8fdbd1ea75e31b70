# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Libraries that are there and cannot be used: each is reported in one sentence. The modules run in a new process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import ModuleType

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import REQUIRED, library_problem

PROGRAM = """
import json, sys
from ansible_collections.gpufleet.cloud.tests.unit.harness import run_module
values, printed = run_module(sys.argv[1], json.loads(sys.argv[2]))
print(json.dumps([values, "Traceback" in printed]))
"""
KEY = "sk-0123456789abcdef"
TASKS = {
    "vast_endpoint": {"name": "a", "api_key": KEY, "api_url": "http://127.0.0.1:9"},
    "ppio_endpoint_info": {"api_key": KEY, "api_url": "http://127.0.0.1:9"},
    "fleet": {"resources": [{"vast_endpoint": {"name": "a"}}], "vast": {"api_key": KEY}},
}
UNUSABLE = {
    "old": ("__version__ = '2.9.1'", "version 2.9.1 is too old"),
    "changed": ("__version__ = '99.1.2rc1'", "AttributeError"),
    "syntax": ("def", "SyntaxError"),
    "attribute": ("None.x", "AttributeError: 'NoneType' object has no attribute 'x'"),
    "system": ("raise OSError(5, 'Input/output error')", "OSError: [Errno 5] Input/output error"),
    "dependency": ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
    "exit": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "panic": ("class PanicException(BaseException): pass\nraise PanicException(1)", "PanicException: 1"),
    "memory": ("raise MemoryError", "this host has no more memory"),
    "old without attributes": ("__version__ = '0'", "version 0 is too old"),
}


def _run(folder, module):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])}
    command = [sys.executable, "-c", PROGRAM, module, json.dumps(TASKS[module])]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return json.loads(done.stdout)


@pytest.mark.parametrize("module", TASKS)
@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_every_module_reports_a_damaged_library(tmp_path, module, library):
    (tmp_path / f"{library}.py").write_text("def", encoding="utf-8")
    values, has_traceback = _run(tmp_path, module)
    assert f"Cannot use the required Python library ({library})" in values["msg"]
    assert "SyntaxError" in values["msg"] and not has_traceback


@pytest.mark.parametrize("name", UNUSABLE)
def test_every_kind_of_unusable_library_is_reported_with_both_versions(tmp_path, name):
    content, words = UNUSABLE[name]
    package = tmp_path / "requests"
    package.mkdir()
    (package / "__init__.py").write_text(content, encoding="utf-8")
    values, has_traceback = _run(tmp_path, "vast_endpoint")
    assert values["failed"] and not has_traceback
    assert words in values["msg"]
    assert "requests>=2.28.0 is required." in values["msg"]


def test_a_damaged_library_with_damaged_metadata_is_reported_without_a_version(tmp_path):
    (tmp_path / "requests.py").write_text("def", encoding="utf-8")
    metadata = tmp_path / "requests-99.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_bytes(b"\xff")
    values, has_traceback = _run(tmp_path, "vast_endpoint")
    assert "it is damaged (SyntaxError" in values["msg"] and not has_traceback


def test_an_interrupt_during_an_import_is_not_taken_for_a_damaged_library(monkeypatch, tmp_path):
    (tmp_path / "requests.py").write_text("raise KeyboardInterrupt", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "requests")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        library_problem("requests")


def test_a_library_with_a_damaged_dependency_is_not_reported_as_missing(tmp_path):
    (tmp_path / "urllib3.py").write_text("", encoding="utf-8")
    values, has_traceback = _run(tmp_path, "vast_endpoint")
    assert "(requests)" in values["msg"] and "is damaged" in values["msg"] and not has_traceback


@pytest.mark.parametrize("library", REQUIRED)
def test_an_empty_folder_is_not_a_library(monkeypatch, library):
    """Python imports a folder without files as a module without content, if there is nothing else of the name."""
    monkeypatch.setitem(sys.modules, library, ModuleType(library))
    assert f"module '{library}' has no attribute" in library_problem(library)
    other = next(name for name in REQUIRED if name != library)
    assert library_problem(other) == ""
