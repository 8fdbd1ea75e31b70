# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a built collection: it contains all files that it needs and no others, and it can be installed.

Usage: check_artifact.py <tree copy> <tarball>

Galaxy's importer and the session build-import-check of nox do not compare the tarball with the repository.
"""

import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

# The build itself writes these files.
GENERATED = {"FILES.json", "MANIFEST.json"}

# Files that published collections contained by mistake.
DEBRIS = re.compile(
    r"(^|/)(\.(?!ansible-lint$)[^/]*|__pycache__|dist|htmlcov|venv|output|Makefile|integration_config\.yml"
    r"|[^/]*\.(log|orig|py[cod]|retry|swp|tar\.gz|egg-info)|[^/]*~)(/|$)"
    r"|^tests/(?!config\.yml$|sanity(/|$))"
)

NEEDED = {
    "CHANGELOG.rst",
    "LICENSE",
    "README.md",
    "docs/fleet.schema.json",
    "extensions/audit/event_query.yml",
    "extensions/eda/plugins/event_source/watch.py",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
}


def problems(tree, tarball):
    """Compare the files in the tarball with the files that git lists in the tree copy."""
    printed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=tree,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    ours = set(os.fsdecode(printed).split("\0"))
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive if not member.isdir()}
    for name in sorted(packed - GENERATED):
        if name not in ours:
            yield f"{name}: not a file of the repository"
        elif DEBRIS.search(name):
            yield f"{name}: must not be in the tarball"
    for name in sorted(NEEDED - packed):
        yield f"{name}: missing"
    for role in sorted({name.split("/")[1] for name in packed if name.startswith("roles/")}):
        if f"roles/{role}/README.md" not in packed:
            yield f"roles/{role}: README.md is missing; Galaxy refuses a collection with such a role"
    for name in sorted(ours - packed):
        if name.startswith(("extensions/", "plugins/", "roles/", "playbooks/", "meta/")):
            yield f"{name}: missing"


def documented_plugins(tarball):
    """Install the tarball into an empty folder and return the modules that Ansible lists there."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": folder}
        install = ["ansible-galaxy", "collection", "install", "--offline", "--collections-path", folder, str(tarball)]
        subprocess.run(install, env=environment, check=True, stdout=subprocess.DEVNULL)
        printed = subprocess.run(
            ["ansible-doc", "--list", "gpufleet.cloud"], env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        names = [line.split()[0] for line in printed.splitlines() if line.startswith("gpufleet.cloud.")]
        for name in names:
            subprocess.run(["ansible-doc", name], env=environment, check=True, stdout=subprocess.DEVNULL)
        return names


def main():
    tree, tarball = (pathlib.Path(argument) for argument in sys.argv[1:])
    found = list(problems(tree, tarball))
    for line in found:
        print(line)
    names = documented_plugins(tarball)
    if not names:
        found.append("no module")
        print("Ansible lists no module of the installed copy.")
    if found:
        sys.exit(f"{tarball}: {len(found)} problems")
    print(f"{tarball}: installs, contains the right files, documents {', '.join(names)}")


if __name__ == "__main__":
    main()
