# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python libraries that the collection needs on the host on which it runs.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import importlib
import operator
import platform
import re
import sys
from importlib import metadata
from types import ModuleType
from typing import NamedTuple

from ._limits import limit_reached


class _Needs(NamedTuple):
    """What a library must have: a version, as in ``meta/ee-requirements.txt``, and these attributes."""

    version: str
    attributes: tuple[str, ...]


REQUIRED = {
    "requests": _Needs("2.28.0", ("Session", "ConnectTimeout", "RequestException", "adapters.HTTPAdapter")),
    "jsonschema": _Needs("4.0.1", ("Draft7Validator", "ValidationError", "validators.extend")),
    "urllib3": _Needs("1.26.0", ("exceptions.NewConnectionError", "exceptions.InvalidHeader", "util.retry.Retry")),
}


def library_problem(*names: str) -> str:
    """Return a sentence about the first of these libraries, or of all, that cannot be used; or an empty text."""
    for name in names or REQUIRED:
        reason = _reason(name, REQUIRED[name])
        if reason:
            return (
                f"Cannot use the required Python library ({name}) on {platform.node()}'s Python {sys.executable}: "
                f"{reason}; {name}>={REQUIRED[name].version} is required."
            )
    return ""


def _reason(name: str, needs: _Needs) -> str:
    try:
        library = importlib.import_module(name)
        version = _version(name, library)
        if version and _numbers(version) < _numbers(needs.version):
            return f"version {version} is too old"
        for attribute in needs.attributes:
            operator.attrgetter(attribute)(library)
    except ModuleNotFoundError as error:
        return "it is not installed" if error.name == name else _failure(name, error)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a damaged library can raise any error; that of one in Rust is no Exception
        return _failure(name, error)
    return ""


def _failure(name: str, error: BaseException) -> str:
    limit = limit_reached(error)
    if limit:
        return limit
    version = _version(name, None)
    text = " ".join(str(error).split())[:200]
    return f"{f'version {version}' if version else 'it'} is damaged ({type(error).__name__}: {text})"


@functools.cache
def _version(name: str, library: ModuleType | None) -> str:
    """Return the version of a library, or an empty text if it is unknown. To read metadata takes a while."""
    # Not with getattr: recent releases of jsonschema have a deprecated __getattr__ for it.
    version = vars(library).get("__version__") if library else None
    if isinstance(version, str):
        return version
    try:
        return metadata.version(name)
    except Exception:  # damaged metadata can raise any error, and the version is only for the message
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", version)[:3])
