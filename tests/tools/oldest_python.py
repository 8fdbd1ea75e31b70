# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install what the unit tests need beside the oldest Python that modules may meet.

Usage: oldest_python.py [--python <python3.9>] <folder>

The virtual environment is <folder>/venv. The Python is the one that --python names, or one on PATH or of pyenv. Where
there is none, there is no virtual environment, and a line that begins with "Left out:" says so.
"""

import argparse
import os
import pathlib
import shutil
import sys

import sandbox
import venvs

# The oldest ansible-core that the collection supports. It asks for a newer Python, which its controller needs; what
# modules import of it works with this one.
CORE = ["--no-deps", "--ignore-requires-python", "ansible-core ~= 2.16.0"]


def find(links):
    """Return the path of a Python of that version, or None."""
    search_path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    sandbox.link_interpreters(links, [folder for folder in search_path if folder])
    python = links / f"python{venvs.OLDEST}"
    return python.resolve() if python.exists() else None


def main():
    parser = argparse.ArgumentParser(description=f"Make a virtual environment with Python {venvs.OLDEST}.")
    parser.add_argument("--python", default="")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    folder = options.folder.resolve()
    python = options.python or find(folder / "pythons")
    if not python:
        shutil.rmtree(folder / "venv", ignore_errors=True)
        print(f"Left out: no Python {venvs.OLDEST} is here; name one with PYTHON39=/path/to/python{venvs.OLDEST}")
        return 0
    return venvs.make(folder / "venv", python, venvs.tests_requirements(), CORE) or 0


if __name__ == "__main__":
    sys.exit(main())
