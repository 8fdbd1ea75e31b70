# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set the environment variables of a task for a while.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping


@contextlib.contextmanager
def set_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables in this context, and restore them afterward."""
    before = {name: os.environ.get(name) for name in variables}
    folder = tempfile.tempdir
    try:
        os.environ.update(variables)
        if variables:
            tempfile.tempdir = None  # Python keeps the folder that it once found, for example in TMPDIR
        yield
    finally:
        tempfile.tempdir = folder
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
