# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixtures of the tests of inventory plugins."""

from __future__ import annotations

import pytest

from .harness import PROVIDERS, AnyFleet, Fleet


@pytest.fixture(name="fleet")
def _fleet(cloud, tmp_path, monkeypatch):
    """The instances of Novita AI, for what is the same for all plugins."""
    return Fleet(cloud, tmp_path, monkeypatch)


@pytest.fixture(name="each_fleet", params=PROVIDERS)
def _each_fleet(request, cloud, tmp_path, monkeypatch):
    """The instances of each provider."""
    return AnyFleet(cloud, tmp_path, monkeypatch, request.param)
