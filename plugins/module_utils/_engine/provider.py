# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A provider: its names, where it is reached, and how it reports errors.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._http.error_format import ErrorFormat


class Address(NamedTuple):
    """A base address of a provider: the environment variable that sets it, and its default.

    ``follows`` is the option of another address. Where that one is not its default, it replaces this default, so that
    no call leaves the provider that a task names.
    """

    env: str
    default: str
    follows: str = ""


class Provider(NamedTuple):
    """A provider: its names, where it is reached, and how it reports errors.

    ``urls`` maps option names such as ``api_url`` to addresses.
    """

    name: str
    title: str
    key_env: str
    urls: Mapping[str, Address]
    errors: ErrorFormat = ErrorFormat()

    def addresses(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The base address of each host, by the name of its option, from a task's options."""
        return {
            option: options[option] or self._default(address, options) if address.follows else options[option]
            for option, address in self.urls.items()
        }

    def _default(self, address: Address, options: Mapping[str, Any]) -> str:
        """The address where the task names only the one that it follows."""
        followed: str = options[address.follows]
        return address.default if followed.rstrip("/") == self.urls[address.follows].default else followed
