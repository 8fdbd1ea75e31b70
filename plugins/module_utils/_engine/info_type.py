# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base class of all info types: what a task can only read, such as products, regions, offers and the account.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .._http.client import Client
from .._schema.table import Settings
from .._validation import Violation
from .provider import Provider


class InfoType:
    """An info type of a provider. Subclasses define the class attributes and the calls."""

    provider: ClassVar[Provider]
    subject: ClassVar[str]
    """What the type reads, for messages, for example ``the products``."""
    options: ClassVar[Settings] = Settings()

    def __init__(self, client: Client) -> None:
        self.client = client
        self.warnings: list[str] = []
        """Sentences for the user, in addition to the result."""

    @classmethod
    def option_violations(cls, options: dict[str, Any]) -> list[Violation]:
        """Return the violations of rules between options."""
        return []

    def read(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the values of the result. Raises ``ApiError``.

        :param options: the options of the task, without those that it omits.
        """
        raise NotImplementedError
