# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the fence: it ends each program that tries to contact another host."""

from __future__ import annotations

import pytest

from .fence import STRAYED


@pytest.fixture(name="run")
def _run(fenced, tmp_path):
    """Return a function that runs lines of Python inside the fence."""

    def run(*lines):
        program = tmp_path / "program.py"
        program.write_text("\n".join(lines), encoding="utf-8")
        return fenced(program)

    return run


@pytest.mark.parametrize(
    "contact",
    [
        "socket.create_connection(('192.0.2.1', 443))",
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'hello', ('192.0.2.1', 53))",
        "urllib.request.urlopen('https://api.vendor.invalid/')",
    ],
)
def test_a_stray_contact_ends_the_program_even_if_it_catches_the_error(run, contact):
    strayed = run("import socket, urllib.request", "try:", f"    {contact}", "except Exception:", "    pass")
    assert (strayed.returncode, strayed.stderr[:8]) == (STRAYED, "strayed:")


def test_no_other_program_can_be_started(run):
    assert "PermissionError" in run("import subprocess, sys", "subprocess.run([sys.executable, '--version'])").stderr


def test_the_program_can_contact_the_simulator(run, cloud):
    done = run("import urllib.request", f"urllib.request.urlopen('{cloud.simulator.url}/_sim/health')")
    assert done.returncode == 0, done.stderr
