# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create a virtual environment for the unit tests with the oldest Python on which the modules run.

Usage: oldest_python.py [--python <python3.9>] <folder>

The virtual environment is <folder>/venv. The tool takes the Python from --python, from PATH or from pyenv. If there is
none, it creates no virtual environment and prints a line that begins with "Left out:".
"""

import argparse
import os
import pathlib
import shutil
import sys

import sandbox
import venvs

# The oldest ansible-core that the collection supports. Its controller needs a newer Python. The parts that modules
# import work with this one.
CORE = ["--no-deps", "--ignore-requires-python", "ansible-core ~= 2.16.0"]


def find(links):
    """Return the path of a Python with that version, or None."""
    search_path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    sandbox.link_interpreters(links, [folder for folder in search_path if folder])
    python = links / f"python{venvs.OLDEST}"
    return python.resolve() if python.exists() else None


def main():
    parser = argparse.ArgumentParser(description=f"Create a virtual environment with Python {venvs.OLDEST}.")
    parser.add_argument("--python", default="")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    folder = options.folder.resolve()
    python = options.python or find(folder / "pythons")
    if not python:
        shutil.rmtree(folder / "venv", ignore_errors=True)
        print(f"Left out: this machine has no Python {venvs.OLDEST}; set PYTHON39=/path/to/python{venvs.OLDEST}")
        return 0
    return venvs.make(folder / "venv", python, venvs.tests_requirements(), CORE) or 0


if __name__ == "__main__":
    sys.exit(main())
