# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registry credentials of PPIO, with which endpoints pull images. PPIO documents no call that writes one.

Page: ``image/reference-list-repository-auths`` under https://ppio.com/docs/gpus/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.capabilities import ReadOnly
from .._novita_ppio.registry_auth import PlatformRegistryAuth
from .._schema.fields import Text
from .._schema.table import Table
from .api import PPIO


class PpioRegistryAuth(ReadOnly, PlatformRegistryAuth):
    """A registry credential of PPIO."""

    provider = PPIO
    table = Table(Text("name", trimmed=True), Text("username", trimmed=True))
