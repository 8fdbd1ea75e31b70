# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a provider says of itself: its names, where it is reached, and what its error codes call for.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import NamedTuple


class Address(NamedTuple):
    """A base address of a provider: the environment variable that sets it, and its default.

    ``follows`` is the option of another address. Where that one is not its default, it stands in for this default, so that
    no call leaves the provider that a task names.
    """

    env: str
    default: str
    follows: str = ""


class Provider(NamedTuple):
    """A provider: its names, where it is reached, and what its error codes call for.

    ``urls`` maps option names such as ``api_url`` to addresses; ``advice`` maps error codes and HTTP statuses to the
    next step for the user; ``codes`` maps regular expressions to the error code of a refusal whose text matches;
    ``temporary`` are the error codes of refusals that a later run may not meet.
    """

    name: str
    title: str
    key_env: str
    urls: dict
    advice: dict
    codes: dict = {}
    temporary: frozenset = frozenset()

    def addresses(self, options):
        """The base address of each host, by the name of its option, from a task's options."""
        return {
            option: options[option] or self._stand_in(address, options) if address.follows else options[option]
            for option, address in self.urls.items()
        }

    def _stand_in(self, address, options):
        followed = options[address.follows]
        return address.default if followed.rstrip("/") == self.urls[address.follows].default else followed
