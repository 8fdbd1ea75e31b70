# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy this checkout to <destination>/ansible_collections/gpufleet/cloud.

ansible-test works only inside a folder of that name, and it must be a copy: through a link the tools
would find the real path again. Copied is what git knows or would take (tracked, and untracked but not
ignored). Files that went away here go away there; files that did not change are left alone.

Usage: make_tree.py <destination>
"""

import filecmp
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Byte code is worth keeping between runs, and tests/output holds ansible-test's virtual environments,
# which take minutes to make. The tools that read the copy all know to skip both.
KEPT_DIRS = {".git", "__pycache__"}
KEPT_PATHS = {pathlib.PurePath("tests/output")}


def wanted_files():
    """List the checkout's files, relative to its root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    names = {name for name in os.fsdecode(listing).split("\0") if name}
    # A tracked file that was deleted in the working tree is still listed.
    return {pathlib.PurePath(name) for name in names if (ROOT / name).is_file()}


def remove_leftovers(tree, wanted):
    """Delete what stands in the copy but not in the checkout."""
    for folder, dirs, files in os.walk(tree):
        here = pathlib.Path(folder)
        dirs[:] = [name for name in dirs if name not in KEPT_DIRS and (here / name).relative_to(tree) not in KEPT_PATHS]
        for name in files:
            if (here / name).relative_to(tree) not in wanted:
                (here / name).unlink()
    for folder, _dirs, _files in os.walk(tree, topdown=False):
        here = pathlib.Path(folder)
        if here != tree and ".git" not in here.relative_to(tree).parts and not any(here.iterdir()):
            here.rmdir()


def copy_changed(tree, wanted):
    """Copy what is new or different, and return how many files that were."""
    count = 0
    for name in sorted(wanted):
        source, target = ROOT / name, tree / name
        if target.is_file() and filecmp.cmp(source, target, shallow=True):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        count += 1
    return count


def main():
    tree = pathlib.Path(sys.argv[1]).resolve() / "ansible_collections" / "gpufleet" / "cloud"
    tree.mkdir(parents=True, exist_ok=True)
    # ansible-test and ansible-lint ask git for the list of files. Without a repository of its own the
    # copy would belong to the one around it, which ignores it whole.
    if not (tree / ".git").exists():
        subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    wanted = wanted_files()
    remove_leftovers(tree, wanted)
    count = copy_changed(tree, wanted)
    print(f"{tree}: {len(wanted)} files, {count} of them copied")


if __name__ == "__main__":
    main()
