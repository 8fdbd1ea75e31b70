# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of an export: its present text, and its replacement.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os

from .._errors import CloudError
from .._regular_file import check_regular
from .._whole_file import write_whole


class OutputFile:
    """A file that only its owner can read. Raises ``CloudError`` if it is not a regular file, or cannot be read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.text: str | None = None
        """The present text, or ``None`` if the file does not exist."""
        try:
            self.text = self._read()
        except (OSError, ValueError) as error:
            raise self._unusable(error) from None

    def _read(self) -> str | None:
        if not os.path.lexists(self._path):
            os.stat(os.path.dirname(os.path.abspath(self._path)))
            return None
        check_regular(self._path)
        with open(self._path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()

    def write(self, text: str) -> None:
        """Replace the file. An interrupted write leaves it as it is."""
        try:
            write_whole(self._path, text)
        except (OSError, ValueError) as error:
            raise self._unusable(error) from None

    def _unusable(self, error: OSError | ValueError) -> CloudError:
        reason = error.strerror if isinstance(error, OSError) else "an invalid path"
        return CloudError(f"path: cannot write to {self._path} ({reason}).")
