# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments beside .venv, with another Python or with other packages."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The oldest Python that modules may meet.
OLDEST = "3.9"

# What of tests/requirements.txt these environments do not need; each has an ansible-core of its own.
NOT_NEEDED = re.compile(
    r"ansible-|antsibull-|check-jsonschema|codespell|markdown-it-py|mypy|reuse|ruff|sphinx|types-|vermin|zizmor"
)


def make(venv, python, *installs):
    """Make a virtual environment, unless it is there already; return what pip said when it cannot be made.

    :param installs: for each run of pip its arguments; paths are relative to the repository.
    """
    stamp = venv / "installed"
    content = "\n".join([str(python), *(" ".join(arguments) for arguments in installs)])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == content:
        return ""
    subprocess.run([python, "-m", "venv", "--clear", venv], check=True)
    for arguments in installs:
        done = subprocess.run(
            [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            errors = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
            return (errors or ["pip failed"])[-1]
    stamp.write_text(content, encoding="utf-8")
    return ""


def tests_requirements():
    """Return what the tests need beside ansible-core, as tests/requirements.txt has it."""
    lines = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    plain = [line.strip() for line in lines if re.match(r"\w", line) and not NOT_NEEDED.match(line)]
    return ["-r", "meta/ee-requirements.txt", *plain]
