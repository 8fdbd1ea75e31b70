# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of pytest: the simulator has its own libraries, and the collection those in the folder LIBRARIES.

Both run in one process, but the simulator needs newer libraries than the oldest ones that the collection supports. The
folder must be in PYTHONPATH.
"""

import importlib
import os
import pathlib
import sys

FOLDER = pathlib.Path(os.environ["LIBRARIES"])


def load_those_of_the_simulator():
    """Import what the simulator needs, and let the next import of each library of the folder find it there."""
    sys.path.remove(str(FOLDER))
    for module in ("openapi_core", "openapi_core.contrib.flask"):
        importlib.import_module(module)
    for name in list(sys.modules):
        if (FOLDER / name.partition(".")[0]).is_dir():
            del sys.modules[name]
    sys.path.insert(0, str(FOLDER))


load_those_of_the_simulator()
