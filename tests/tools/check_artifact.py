# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a built collection: nothing in it that is not ours, nothing missing, and it installs.

Usage: check_artifact.py <tree copy> <tarball>
"""

import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

# Written by the build itself.
GENERATED = {"FILES.json", "MANIFEST.json"}

# What has slipped into published collections before.
DEBRIS = re.compile(
    r"(^|/)(\.(?!ansible-lint$)[^/]*|__pycache__|dist|htmlcov|venv|output|Makefile|integration_config\.yml"
    r"|[^/]*\.(log|orig|py[cod]|retry|swp|tar\.gz|egg-info)|[^/]*~)(/|$)"
    r"|^tests/(?!config\.yml$|sanity(/|$))"
)

NEEDED = {
    "CHANGELOG.rst",
    "LICENSE",
    "README.md",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
}


def complaints(tree, tarball):
    """Compare the tarball's list of files with what git knows of the tree copy."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=tree,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    ours = set(os.fsdecode(listing).split("\0"))
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive if not member.isdir()}
    for name in sorted(packed - GENERATED):
        if name not in ours:
            yield f"{name}: not a file of the repository"
        elif DEBRIS.search(name):
            yield f"{name}: debris"
    for name in sorted(NEEDED - packed):
        yield f"{name}: missing"
    for role in sorted({name.split("/")[1] for name in packed if name.startswith("roles/")}):
        if f"roles/{role}/README.md" not in packed:
            yield f"roles/{role}: no README.md, without which Galaxy refuses a collection"
    for name in sorted(ours - packed):
        if name.startswith(("plugins/", "roles/", "playbooks/", "meta/")):
            yield f"{name}: missing"


def documented_plugins(tarball):
    """Install the tarball into an empty folder and let Ansible list the modules it finds there."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": folder}
        install = ["ansible-galaxy", "collection", "install", "--offline", "--collections-path", folder, str(tarball)]
        subprocess.run(install, env=environment, check=True, stdout=subprocess.DEVNULL)
        listing = subprocess.run(
            ["ansible-doc", "--list", "gpufleet.cloud"], env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        names = [line.split()[0] for line in listing.splitlines() if line.startswith("gpufleet.cloud.")]
        for name in names:
            subprocess.run(["ansible-doc", name], env=environment, check=True, stdout=subprocess.DEVNULL)
        return names


def main():
    tree, tarball = (pathlib.Path(argument) for argument in sys.argv[1:])
    found = list(complaints(tree, tarball))
    for line in found:
        print(line)
    names = documented_plugins(tarball)
    if not names:
        found.append("no module")
        print("The installed copy shows no module.")
    if found:
        sys.exit(f"{tarball}: {len(found)} complaints")
    print(f"{tarball}: installs, holds no debris, documents {', '.join(names)}")


if __name__ == "__main__":
    main()
