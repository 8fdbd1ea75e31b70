# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queries for nodes apply to the events of jobs, as the platform stores them."""

from __future__ import annotations

import jq
import yaml

from .conftest import COLLECTIONS

QUERIES = yaml.safe_load(
    (COLLECTIONS / "ansible_collections/gpufleet/cloud/extensions/audit/event_query.yml").read_text(encoding="utf-8")
)


def nodes(outcome):
    """Return the nodes of a job. Nodes with equal facts are one node."""
    found = {}
    for event in outcome.events:
        data = event.get("event_data", {})
        entry = QUERIES.get(data.get("resolved_action"))
        if entry and "res" in data:
            for node in jq.compile(entry["query"]).input_value(data["res"]).all():
                found[tuple(sorted(node["canonical_facts"].items()))] = node["name"]
    assert len(set(found.values())) == len(found)
    return sorted(found.values())


def test_each_job_about_a_fleet_counts_the_same_nodes(job):
    assert nodes(job.run("converge.yml", "check")) == []
    first = job.run("converge.yml")
    endpoints = [resource for resource in first.resources if "endpoint" in resource]
    expected = sorted(f"{resource['resource_type']}/{resource['id']}" for resource in endpoints)
    assert len(expected) == 2
    assert nodes(first) == nodes(job.run("converge.yml")) == nodes(job.run("drift.yml")) == expected
