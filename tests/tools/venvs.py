# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create virtual environments with another Python or with other packages than .venv."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The oldest Python on which the modules run.
OLDEST = "3.9"

# The packages of tests/requirements.txt that these environments do not need. Each has its own ansible-core.
NOT_NEEDED = re.compile(
    r"ansible-|antsibull-|check-jsonschema|codespell|furo|markdown-it-py|mypy|reuse|ruff|sphinx|types-|vermin|zizmor"
)


def make(venv, python, *installs):
    """Create a virtual environment, unless it exists already; return the error of pip if that fails, or "".

    :param installs: the arguments of each run of pip; paths are relative to the repository.
    """
    stamp = venv / "installed"
    content = "\n".join([str(python), *(" ".join(arguments) for arguments in installs)])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == content:
        return ""
    subprocess.run([python, "-m", "venv", "--clear", venv], check=True)
    for arguments in installs:
        problem = install(venv, *arguments)
        if problem:
            return problem
    stamp.write_text(content, encoding="utf-8")
    return ""


def install(venv, *arguments):
    """Run pip; return its error, or ""."""
    done = subprocess.run(
        [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    errors = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
    return (errors or ["pip failed"])[-1] if done.returncode else ""


def tests_requirements():
    """Return pip's arguments for the packages that the tests need in addition to ansible-core."""
    lines = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    plain = [line.strip() for line in lines if re.match(r"\w", line) and not NOT_NEEDED.match(line)]
    return ["-r", "meta/ee-requirements.txt", *plain]


def required_libraries():
    """Return the libraries that the collection needs, with the oldest version of each."""
    text = (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^(\w+)>=([\d.]+)$", text, re.MULTILINE))
