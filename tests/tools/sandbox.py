# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command in an environment in which ansible-test and its friends work on any machine.

Usage: sandbox.py <build folder> [--venv <folder>] <command> [<argument> ...]

What differs from the environment of the caller, and why:

* HOME is a folder inside the build folder, so that no tool reads or writes the person's own
  ~/.ansible, ~/.ansible.cfg or ~/.cache. For the same reason all ANSIBLE_* variables are dropped.
* PATH begins with a folder of links to Python interpreters that work, then .venv/bin, or the bin of
  another virtual environment that --venv names. ansible-test
  takes any "pythonX.Y" it finds for a working one, but the shims of version managers exist also for
  versions that are not selected, and fail. Folders that hold a failing pythonX.Y are left out.
* pip's settings are written to a file in the new HOME: ansible-test passes HOME to pip, but neither the
  PIP_* variables nor those that name a proxy or a CA bundle, and pip's usual files stand in the old HOME.
* ansible-test finds a stand-in for pip's bootstrap script in its cache. It would otherwise download one
  from a server of the Ansible project for its virtual environments, which fails on a machine that can
  reach nothing but a package index. Python's own ensurepip does the same work.
"""

import ast
import configparser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

VENV = pathlib.Path(__file__).resolve().parents[2] / ".venv"

# From the oldest Python that ansible-test may ask for to some that do not exist yet.
PYTHON_VERSIONS = [f"3.{minor}" for minor in range(6, 20)]

PROBE = "import ensurepip, ssl, sys, venv; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"

STAND_IN = """\
import ensurepip
ensurepip.bootstrap()
"""


def probe(python):
    """Return the version and real path of an interpreter, or None if it does not work."""
    try:
        done = subprocess.run(
            [python, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, path = done.stdout.split("\n")[:2]
    return version, path


def pyenv_folders():
    """List the folders in which pyenv keeps the real interpreters, newest version last."""
    root = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    return sorted((root / "versions").glob("*/bin"))


def link_interpreters(links, search_path):
    """Fill a folder with links to working interpreters; return the search path without broken folders.

    To try all interpreters takes seconds, so what was found is noted, for as long as nothing changes in the folders.
    """
    folders = [*map(str, search_path), *map(str, pyenv_folders())]
    state = [[folder, os.stat(folder).st_mtime_ns if os.path.isdir(folder) else 0] for folder in folders]
    note = links / "found.json"
    try:
        found = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    if found.get("state") != state:
        shutil.rmtree(links, ignore_errors=True)
        links.mkdir(parents=True)
        found = {"state": state, "broken": sorted(try_interpreters(links, folders))}
        note.write_text(json.dumps(found), encoding="utf-8")
    return [folder for folder in search_path if folder not in found["broken"]]


def try_interpreters(links, folders):
    """Make a link to the first interpreter of each version that works; return the folders with one that does not."""
    broken = set()
    for folder in folders:
        for version in PYTHON_VERSIONS:
            python = pathlib.Path(folder) / f"python{version}"
            if not os.access(python, os.X_OK):
                continue
            found = probe(python)
            if not found or found[0] != version:
                broken.add(folder)
            elif not (links / python.name).exists():
                (links / python.name).symlink_to(found[1])
    return broken


def write_pip_settings(venv, target):
    """Collect pip's effective settings, environment included, into one file."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "config", "list"]
    listing = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    settings = configparser.RawConfigParser()
    settings.add_section("global")
    ours, environment = {}, {}
    for line in listing.splitlines():
        key, _sign, value = line.partition("=")
        section, _dot, option = key.rpartition(".")
        try:
            value = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            continue
        if section == ":env:":
            environment[option] = value
        else:
            ours[section, option] = value
    for option, value in environment.items():
        ours["global", option] = value
    for (section, option), value in ours.items():
        # Where pip installs to is for the virtual environment to say, not for the person's settings.
        if option in ("prefix", "require-virtualenv", "root", "target", "user"):
            continue
        if not settings.has_section(section):
            settings.add_section(section)
        settings.set(section, option, value)
    fallbacks = {
        "cert": ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"),
        "proxy": ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
    }
    for option, names in fallbacks.items():
        value = next((os.environ[name] for name in names if os.environ.get(name)), None)
        if value and not settings.has_option("global", option):
            settings.set("global", option, value)
    target.parent.mkdir(parents=True, exist_ok=True)
    # An index address may carry a password.
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        settings.write(stream)


def write_bootstrap_stand_ins(venv, cache):
    """Lay the stand-in under every name that the installed ansible-test may look for."""
    cache.mkdir(parents=True, exist_ok=True)
    for source in venv.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py"):
        for version in re.findall(r"\bpip='([0-9.]+)'", source.read_text(encoding="utf-8")):
            (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(STAND_IN, encoding="utf-8")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    venv, command = VENV, sys.argv[2:]
    if command[0] == "--venv":
        venv, command = pathlib.Path(command[1]).resolve(), command[2:]
    home = build / "home"
    search_path = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    search_path = link_interpreters(build / "pythons", search_path)
    write_pip_settings(venv, home / ".config" / "pip" / "pip.conf")
    write_bootstrap_stand_ins(venv, home / ".ansible" / "test" / "cache")

    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment["HOME"] = str(home)
    environment["PATH"] = os.pathsep.join([str(build / "pythons"), str(venv / "bin"), *search_path])
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main()
