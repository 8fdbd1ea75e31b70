# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook needs no settings in a new virtual environment that contains only Ansible and the required packages."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys

import pytest

from .pages import page_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT = 300
THREE_LINES = "- hosts: localhost\n  tasks:\n    - gpufleet.cloud.vast_endpoint_info:\n"


def _python(folder):
    """The Python of a new virtual environment without packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


@pytest.fixture(name="ansible_playbook")
def _ansible_playbook(tmp_path):
    """The command in a new virtual environment with ansible-core, requests and jsonschema."""
    requirements = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8")
    ansible_core = re.search(r"^ansible-core .*$", requirements, re.MULTILINE)[0]
    python = _python(tmp_path / "venv")
    # Its own copy of pip, and compiled files, would take longer than all else.
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet"]
    packages = [ansible_core, "-r", ROOT / "meta" / "ee-requirements.txt"]
    subprocess.run([*pip, "--no-compile", *packages], check=True, timeout=TIMEOUT)
    return python.parent / "ansible-playbook"


@pytest.fixture(name="other_python")
def _other_python(tmp_path):
    """A Python without packages, which Ansible will find for an explicit localhost."""
    return _python(tmp_path / "other")


def test_playbook_of_three_lines_works_in_a_new_virtual_environment(tmp_path, ansible_playbook, other_python):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "site.yml").write_text(THREE_LINES, encoding="utf-8")
    (folder / "hosts").write_text("localhost\n", encoding="utf-8")
    environment = page_environment("fresh", folder, ansible_playbook.parent)
    found = json.dumps({"ansible_interpreter_python_fallback": [str(other_python)]})
    explicit = ["-i", "hosts", "-c", "local", "-e", found]

    def play(*arguments):
        done = subprocess.run(
            [ansible_playbook, "site.yml", *arguments],
            cwd=folder,
            env={name: value for name, value in environment.items() if name != "GPUFLEET_DIRECT"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return done.returncode, done.stdout

    for arguments in ([], explicit):
        status, printed = play("-vvv", *arguments)
        assert status == 0, printed
        assert "gpufleet.cloud.vast_endpoint_info runs in the process of Ansible." in printed

    # As a module, the same task fails: the Python that Ansible finds lacks the packages.
    status, printed = play(*explicit, "-e", "gpufleet_direct=false")
    assert status == 2, printed
    assert "Cannot use the required Python library (requests)" in printed
    assert f"Python {other_python}: it is not installed" in printed
