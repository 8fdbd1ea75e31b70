# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command in an environment in which ansible-test and similar tools work on any machine.

Usage: sandbox.py <build folder> [--venv <folder>] <command> [<argument> ...]

The environment differs from the caller's in these ways:

* HOME is a folder in the build folder. No tool reads or writes the user's own ~/.ansible, ~/.ansible.cfg or ~/.cache.
  For the same reason, all ANSIBLE_* variables are removed.
* PATH begins with a folder of links to working Python interpreters. Next is .venv/bin, or the bin folder of the virtual
  environment that --venv specifies. ansible-test expects that each "pythonX.Y" on PATH works. But version managers
  have shims for all installed versions, and the shims of versions that are not selected fail. Folders with a failing
  pythonX.Y are removed from PATH.
* pip's settings are in a file in the new HOME. ansible-test passes HOME to pip, but it does not pass the PIP_*
  variables, or the variables for a proxy or a CA bundle. pip's usual files are in the old HOME.
* The cache of ansible-test contains a replacement for pip's bootstrap script. Without it, ansible-test downloads the
  script from a server of the Ansible project, which fails on a machine that reaches only a package index. The
  replacement calls Python's ensurepip.
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

# From the oldest Python that ansible-test can use to some that do not exist yet.
PYTHON_VERSIONS = [f"3.{minor}" for minor in range(6, 20)]

PROBE = "import ensurepip, ssl, sys, venv; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"

BOOTSTRAP = """\
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
    """Return the folders of pyenv's interpreters, newest version last."""
    root = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    return sorted((root / "versions").glob("*/bin"))


def link_interpreters(links, search_path):
    """Fill a folder with links to working interpreters; return the search path without broken folders.

    To try all interpreters takes seconds. The result is kept in a file until one of the folders changes.
    """
    folders = [*map(str, search_path), *map(str, pyenv_folders())]
    state = [[folder, os.stat(folder).st_mtime_ns if os.path.isdir(folder) else 0] for folder in folders]
    cache = links / "found.json"
    try:
        found = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    if found.get("state") != state:
        shutil.rmtree(links, ignore_errors=True)
        links.mkdir(parents=True)
        found = {"state": state, "broken": sorted(try_interpreters(links, folders))}
        cache.write_text(json.dumps(found), encoding="utf-8")
    return [folder for folder in search_path if folder not in found["broken"]]


def try_interpreters(links, folders):
    """Link the first working interpreter of each version; return the folders with an interpreter that does not work."""
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
    """Write pip's effective settings, including those from the environment, to one file."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "config", "list"]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    settings = configparser.RawConfigParser()
    settings.add_section("global")
    ours, environment = {}, {}
    for line in output.splitlines():
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
        # The virtual environment determines where pip installs, not the user's settings.
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
    # The address of an index can contain a password.
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        settings.write(stream)


def write_bootstrap_scripts(venv, cache):
    """Write the replacement of pip's bootstrap script under each name that the installed ansible-test uses."""
    cache.mkdir(parents=True, exist_ok=True)
    for source in venv.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py"):
        for version in re.findall(r"\bpip='([0-9.]+)'", source.read_text(encoding="utf-8")):
            (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP, encoding="utf-8")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    venv, command = VENV, sys.argv[2:]
    if command[0] == "--venv":
        venv, command = pathlib.Path(command[1]).resolve(), command[2:]
    home = build / "home"
    search_path = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    search_path = link_interpreters(build / "pythons", search_path)
    write_pip_settings(venv, home / ".config" / "pip" / "pip.conf")
    write_bootstrap_scripts(venv, home / ".ansible" / "test" / "cache")

    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment["HOME"] = str(home)
    environment["PATH"] = os.pathsep.join([str(build / "pythons"), str(venv / "bin"), *search_path])
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main()
