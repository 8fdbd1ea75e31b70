# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parsing and rendering Vast.ai's query language. ``tests/prove/test_search_params.py`` tests thousands of queries."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.query import (
    number_of,
    parse_query,
    plain,
    render_query,
    same,
    shown,
    unfit,
)
from ansible_collections.gpufleet.cloud.tests.prove.filters import CONDITIONS, alike
from ansible_collections.gpufleet.cloud.tests.simulator.vast.search import parse


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(CONDITIONS)
def test_rendered_conditions_are_parsed_as_the_same_conditions(conditions):
    refused = unfit(conditions)
    fit = {name: condition for name, condition in conditions.items() if name not in refused}
    assert alike(parse(render_query(fit)), fit)


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ({}, ""),
        (
            {"num_gpus": {"gte": 1, "lt": 8}, "gpu_name": {"neq": "RTX 4090"}},
            "num_gpus>=1 num_gpus<8 gpu_name!=RTX_4090",
        ),
        (
            {"geolocation": {"notin": ["SE", 1]}, "external": {"eq": None}, "rented": {"eq": False}},
            "geolocation notin [SE,1] external=None rented=false",
        ),
        (
            {"gpu_ram": {"gte": 23500.0}, "duration": {"gt": 43200}, "cpu_ram": {"eq": 0}},
            "gpu_ram>=23.5 duration>0.5 cpu_ram=0",
        ),
        (
            {"gpu_ram": {"gte": "24000"}, "driver_version": {"gte": 535129003, "neq": "535.1.2"}},
            "gpu_ram>=24 driver_version>=535.129.3 driver_version!=535.1.2",
        ),
        ({"dph_total": {"lte": 1e-7, "gt": 1e21}}, "dph_total<=0.0000001 dph_total>1000000000000000000000"),
    ],
    ids=str,
)
def test_conditions_are_rendered_as_text(conditions, text):
    assert (unfit(conditions), render_query(conditions)) == ({}, text)


@pytest.mark.parametrize(
    ("name", "found", "desired", "equal"),
    [
        ("num_gpus", "2", 2.0, True),
        ("num_gpus", "2.50", 2.5, True),
        ("num_gpus", 2, 2.0000001, False),
        ("verified", True, 1, False),
        ("gpu_ram", 24000.0, 24000.01, True),
        ("gpu_ram", 24000, 24001, False),
        ("duration", "86400", 86400.05, True),
        ("driver_version", "535.129.3", 535129003, True),
        ("gpu_name", "RTX 4090", "RTX_4090", False),
        ("gpu_name", None, "None", False),
        ("label", "9" * 500, "9" * 500, True),
        ("label", 10**400, 10**400, True),
    ],
    ids=str,
)
def test_equivalent_values_are_equal(name, found, desired, equal):
    assert (
        same(name, {"eq": found}, {"eq": desired}) is same(name, {"in": ["x", found]}, {"in": [desired, "x"]}) is equal
    )
    assert not same(name, {"eq": found}, {"neq": found})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2", 2),
        ("0.6", 0.6),
        ("22.10", "22.10"),
        ("007", "007"),
        ("-1", -1),
        ("9" * 16, "9" * 16),
        (True, True),
        (None, None),
        ({"in": ["1", "a"]}, {"in": [1, "a"]}),
    ],
    ids=str,
)
def test_text_that_is_exactly_a_number_is_shown_as_a_number(value, shown):
    assert plain(value) == shown


@given(st.floats(0, 1e12).map(lambda days: days * 86400.0))
@settings(max_examples=200, deadline=None, database=None, derandomize=True)
def test_an_update_does_not_shift_a_stored_duration(seconds):
    assert parse(render_query({"duration": {"gt": seconds}})) == {"duration": {"gt": seconds}}


def test_rounding_errors_of_a_unit_conversion_are_not_shown():
    assert shown("duration", {"gt": 11.950000000000001}) == {"gt": 11.95}
    assert shown("dph_total", {"lte": "0.123456789012"}) == {"lte": 0.123456789012}


@pytest.mark.parametrize("value", [10**400, float("inf"), "1e3", "", True, None, [1]], ids=str)
def test_a_value_that_is_not_a_comparable_number_is_none(value):
    assert number_of("num_gpus", value) is None


@pytest.mark.parametrize(
    "condition", [{"about": 1}, {"in": "a"}, {"eq": ["a"]}, {"eq": {"a": 1}}, {"eq": 10**400}], ids=str
)
def test_unusual_conditions_of_a_resource_cannot_be_rendered(condition):
    assert set(unfit({"gpu_name": condition})) == {"gpu_name"}


def test_newlines_and_tabs_between_conditions_are_whitespace():
    assert parse_query("\n num_gpus = 1\tgpu_name=A100 \n") == {"num_gpus": {"eq": 1}, "gpu_name": {"eq": "A100"}}
