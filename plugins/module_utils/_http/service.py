# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The provider that a client sends requests to, as messages name it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    """The title of a provider, and where the values of the connection options come from.

    :param key_source: where the API key comes from, for example ``the option api_key``.
    :param url_sources: the same for the base URLs, by the options that contain them.
    :param default_urls: the base URLs of the provider, by the same options.
    """

    title: str = "The provider"
    key_source: str = "the option api_key"
    url_sources: Mapping[str, str] = field(default_factory=dict)
    default_urls: Mapping[str, str] = field(default_factory=dict)

    def url_source(self, option: str) -> str:
        """Return where a base URL comes from."""
        return self.url_sources.get(option, f"the option {option}")
