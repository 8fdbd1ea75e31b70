# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture of the tests of inventory plugins."""

from __future__ import annotations

import pytest

from .harness import Fleet


@pytest.fixture(name="fleet")
def _fleet(cloud, tmp_path, monkeypatch):
    return Fleet(cloud, tmp_path, monkeypatch)
