# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A provider: its names, its base URLs and the format of its errors.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._http.error_format import ErrorFormat


class Address(NamedTuple):
    """A base URL of a provider: the environment variable that sets it, and its default.

    :param follows: the option of another base URL. If that one differs from its default, it also replaces this default,
        so that a task with another URL sends no request to the default.
    """

    env: str
    default: str
    follows: str = ""


class Provider(NamedTuple):
    """A provider: its names, its base URLs and the format of its errors.

    :param name: the prefix of its modules.
    :param title: its name in messages.
    :param key_env: the environment variable of the API key.
    :param urls: the base URLs by their options, such as ``api_url``.
    :param currency: the currency of all its prices.
    """

    name: str
    title: str
    key_env: str
    urls: Mapping[str, Address]
    errors: ErrorFormat = ErrorFormat()
    currency: str = "USD"

    def addresses(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the base URLs by their options, for the options of a task."""
        return {
            option: options[option] or self._default(address, options) if address.follows else options[option]
            for option, address in self.urls.items()
        }

    def _default(self, address: Address, options: Mapping[str, Any]) -> str:
        """Return the base URL if the task sets only the one that it follows."""
        followed: str = options[address.follows]
        return address.default if followed.rstrip("/") == self.urls[address.follows].default else followed
