# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A short soak, and a soak with a bug. ``make soak`` runs it for an hour."""

from __future__ import annotations

import math

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.unfinished import UnfinishedCreate
from ansible_collections.gpufleet.cloud.tests.soak.endurance import endure

RESOURCES = 30


def test_a_small_fleet_survives_faults_kills_drift_and_rollouts(figures):
    results, violations = endure(1, RESOURCES, math.inf, rounds=3, kill_every=2, playbook_every=3)
    assert not violations
    assert (results["rounds"], results["playbooks"], results["violations"]) == (3, 1, 0)
    assert min(results[name] for name in ("requests", "faults", "kills", "rollouts", "drifted", "removed")) > 0
    figures.count("soak", "small fleet", "survived")


def test_a_soak_ends_at_a_violation(monkeypatch, capsys):
    monkeypatch.setattr(UnfinishedCreate, "end", lambda self: None)
    results, violations = endure(7, RESOURCES, math.inf, rounds=2)
    assert results["rounds"] == 0
    assert any("more notes of writes than expected" in violation for violation in violations)
    assert f"VIOLATION (seed 7) {violations[0]}" in capsys.readouterr().err
