# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection so that the same commit always gives the same tarball, byte for byte.

Usage: build_artifact.py <tree copy> <folder>

ansible-galaxy writes the time of the build and the times of the files into the tarball, and lists the files in the
order of the file system. This tool writes the tarball again: sorted, and with the date of the commit, or with
SOURCE_DATE_EPOCH if that is set. Then it builds the collection from a copy with other times, in another folder, and
fails if the tarballs differ. They can differ between releases of Python, because these compress differently.
"""

import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST, FILES = "MANIFEST.json", "FILES.json"


def date_of_commit():
    """Return the seconds since 1970 at which the commit was made."""
    command = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout)


def build(tree, folder):
    """Build the collection with ansible-galaxy; return the path of the tarball."""
    command = ["ansible-galaxy", "collection", "build", "--force", "--output-path", folder]
    subprocess.run(command, cwd=tree, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tar.gz"))


def sort_list_of_files(contents):
    """Sort the list of the files, and correct its checksum in the manifest."""
    listed, manifest = (json.loads(contents[name]) for name in (FILES, MANIFEST))
    listed["files"].sort(key=lambda file: file["name"])
    contents[FILES] = json.dumps(listed, indent=True).encode()
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents[FILES]).hexdigest()
    contents[MANIFEST] = json.dumps(manifest, indent=True).encode()


def reproducible(tarball, date):
    """Return the content of the tarball in an order and with times that do not depend on the build."""
    with tarfile.open(tarball) as archive:
        members = {member.name: member for member in archive}
        contents = {name: archive.extractfile(member).read() for name, member in members.items() if member.isfile()}
    sort_list_of_files(contents)
    result = io.BytesIO()
    with (
        gzip.GzipFile("", "wb", fileobj=result, mtime=date) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        # Like ansible-galaxy, with the manifest and the list of files first.
        for name in sorted(members, key=lambda name: (name != MANIFEST, name != FILES, name)):
            member, content = members[name], contents.get(name, b"")
            member.mtime, member.size, member.pax_headers = date, len(content), {}
            archive.addfile(member, io.BytesIO(content))
    return result.getvalue()


def copy_with_other_times(tree, copy):
    """Copy the files of the tree in reverse order, with the current time."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    printed = subprocess.run(command, cwd=tree, check=True, stdout=subprocess.PIPE).stdout
    for name in sorted(filter(None, os.fsdecode(printed).split("\0")), reverse=True):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tree / name, target)


def main():
    tree, folder = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    date = int(os.environ.get("SOURCE_DATE_EPOCH") or date_of_commit())
    with tempfile.TemporaryDirectory() as name:
        temporary = pathlib.Path(name)
        copy_with_other_times(tree, temporary / "copy")
        built, again = build(tree, temporary / "built"), build(temporary / "copy", temporary / "again")
        content = reproducible(built, date)
        if content != reproducible(again, date):
            sys.exit(f"{built.name}: two builds of the same files differ")
        (folder / built.name).write_bytes(content)
    print(f"{folder / built.name}: two builds are equal, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
