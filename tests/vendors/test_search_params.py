# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that search_params has the same query language as the vendor's client."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.properties import ALIASES, PROPERTIES
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.query import render_query
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.search import parse_query
from ansible_collections.gpufleet.cloud.tests.simulator.vast.search import parse

QUERIES = [
    "num_gpus=1",
    "gpu_name=RTX_4090 num_gpus>=2",
    'gpu_name="RTX 4090"',
    "gpu_name = RTX_4090 num_gpus == 4",
    "gpu_name in [RTX_4090,RTX_5090]",
    'gpu_name notin ["RTX 4090","RTX 5090"]',
    "gpu_name nin [RTX_4090]",
    "geolocation not in [CN,VN] num_gpus neq 3",
    "num_gpus gt 1 num_gpus lte 8",
    "gpu_ram>=24 cpu_ram>64 gpu_total_ram>=48.5",
    "duration>3",
    "dph<=0.6 cuda_vers>=12.4 dlperf_usd>100 flops_usd>1 display_active=false",
    "verified=true rentable=True rented=False external=None",
    "driver_version>=535.86.05",
    "reliability>0.98 inet_down>=100",
    "machine_id!=4711",
]
RENDERED = {query: render_query(parse_query(query)) for query in QUERIES}

PARSE = """
import json, sys
from vastai.api.query import offers_alias, offers_fields, offers_mult, parse_query
print(json.dumps([parse_query(query, {}, offers_fields, offers_alias, offers_mult) for query in json.load(sys.stdin)]))
"""
PROPERTIES_OF_CLIENT = """
import json
from vastai.api.query import offers_alias, offers_fields
print(json.dumps([*offers_fields, *offers_alias]))
"""


def _run(program, given=None):
    """Run a program in the environment of the vendor's client, and return the JSON that it prints."""
    python = pathlib.Path(os.environ["VENDORS_BIN"]) / "python"
    done = subprocess.run(
        [str(python), "-I", "-c", program], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture(name="parsed", scope="module")
def _parsed():
    """Return the conditions to which the vendor's client parses each query."""
    queries = [*QUERIES, *RENDERED.values()]
    return dict(zip(queries, _run(PARSE, queries)))


def _typed(value):
    """Return a value with numbers as numbers. The vendor's client leaves this conversion to the server."""
    if isinstance(value, dict):
        return {key: _typed(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_typed(entry) for entry in value]
    try:
        return float(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else value
    except ValueError:
        return value


@pytest.mark.parametrize("query", QUERIES)
def test_the_collection_parses_a_query_like_the_vendors_client(parsed, query):
    assert _typed(parse_query(query)) == _typed(parsed[query])


@pytest.mark.parametrize("query", QUERIES)
def test_the_vendors_client_parses_a_rendered_query_to_the_same_conditions(parsed, query):
    assert _typed(parsed[RENDERED[query]]) == _typed(parsed[query])


@pytest.mark.parametrize("query", QUERIES)
def test_the_simulator_parses_a_query_exactly_like_the_vendors_client(parsed, query):
    assert parse(query) == parsed[query]


def test_the_collection_knows_the_properties_of_the_vendors_client():
    assert set(_run(PROPERTIES_OF_CLIENT)) <= PROPERTIES | ALIASES.keys()
