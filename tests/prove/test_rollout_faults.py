# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout that is interrupted at any of its requests is finished by the next run."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.plugins.modules.test_rollout import Rollout

# More requests than a rollout sends.
REQUESTS = 26


def cases():
    """Yield each provider, request and fault. A part of them belongs to the quick selection."""
    for provider in ("novita", "ppio", "vast"):
        for number in range(REQUESTS):
            for fault, when in (("reset", "before"), ("reset", "after"), ("garbage", "after")):
                marks = [pytest.mark.fast] if (fault, when) == ("reset", "after") and number % 2 else []
                yield pytest.param(provider, number, fault, when, marks=marks)


@pytest.mark.parametrize(("provider", "number", "fault", "when"), list(cases()))
def test_an_interrupted_rollout_is_finished(cloud, figures, provider, number, fault, when):
    Rollout(cloud).finish_interrupted(provider, number, when, fault)
    figures.count("interrupted rollouts", provider, "survived")
