# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Extract one collection from the Python package "ansible". Apart from Galaxy, only this package contains it.

Usage: fetch_collection.py <requirements file> <namespace.name> <destination>

The package contains a hundred collections. To install all of them takes minutes and half a gigabyte.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile


def main():
    requirements, collection, destination = sys.argv[1:]
    folder = f"ansible_collections/{collection.replace('.', '/')}/"
    shutil.rmtree(pathlib.Path(destination) / folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as downloads:
        quiet = ["--quiet", "--quiet", "--disable-pip-version-check"]
        selection = ["--no-deps", "--only-binary", ":all:", "--dest", downloads, "--requirement", requirements]
        subprocess.run([sys.executable, "-m", "pip", "download", *quiet, *selection], check=True)
        wheel = next(pathlib.Path(downloads).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.startswith(folder)]
            if not names:
                sys.exit(f"{wheel.name} does not contain {collection}")
            archive.extractall(destination, names)


if __name__ == "__main__":
    main()
