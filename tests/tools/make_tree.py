# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy this checkout to <destination>/ansible_collections/gpufleet/cloud.

ansible-test works only inside a folder with that name. A link is not enough, because the tools resolve it to the real
path. The copy contains the tracked files, and the untracked files that git does not ignore. Files that were deleted
here are deleted there. Unchanged files are not written again.

Usage: make_tree.py <destination>
"""

import filecmp
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Byte code saves time in the next run. tests/output contains ansible-test's virtual environments, which take minutes to
# create. The tools that read the copy skip both.
KEPT_DIRS = {".git", "__pycache__"}
KEPT_PATHS = {pathlib.PurePath("tests/output")}


def checkout_files():
    """Return the paths of the checkout's files, relative to its root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    names = {name for name in os.fsdecode(output).split("\0") if name}
    # git also lists a tracked file that was deleted in the working tree.
    return {pathlib.PurePath(name) for name in names if (ROOT / name).is_file()}


def remove_leftovers(tree, names):
    """Delete the files of the copy that the checkout does not have."""
    for folder, dirs, files in os.walk(tree):
        here = pathlib.Path(folder)
        dirs[:] = [name for name in dirs if name not in KEPT_DIRS and (here / name).relative_to(tree) not in KEPT_PATHS]
        for name in files:
            if (here / name).relative_to(tree) not in names:
                (here / name).unlink()
    for folder, _dirs, _files in os.walk(tree, topdown=False):
        here = pathlib.Path(folder)
        if here != tree and ".git" not in here.relative_to(tree).parts and not any(here.iterdir()):
            here.rmdir()


def copy_changed(tree, names):
    """Copy new and changed files, and return how many there were."""
    count = 0
    for name in sorted(names):
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
    # ansible-test and ansible-lint get the list of files from git. Without its own repository, the copy would belong to
    # the repository of the checkout, which ignores it.
    if not (tree / ".git").exists():
        subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    names = checkout_files()
    remove_leftovers(tree, names)
    count = copy_changed(tree, names)
    print(f"{tree}: {len(names)} files, {count} of them copied")


if __name__ == "__main__":
    main()
