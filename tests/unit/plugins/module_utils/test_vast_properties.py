# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions on machines that the query language can express, but that cannot be intended."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.properties import UNITS, mistake
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.query import parse_query

IN_TEXT = [
    ("gpu_ram>=24000", "must be from 1 to 1000 GB, not 24000: in text the unit is GB, in a mapping it is MB"),
    ("gpu_ram<24000", "must be from 1 to 1000 GB"),
    ("gpu_total_ram>=48000", "must be from 1 to 5000 GB"),
    ("cpu_ram>=64000", "must be from 1 to 8000 GB"),
    ("cpu_ram>=0.5", "must be from 1 to 8000 GB"),
    (
        "duration>=86400",
        "must be from 0.01 to 3000 days, not 86400: in text the unit is days, in a mapping it is seconds",
    ),
    ("reliability>=99", "must be from 0 to 1, not 99"),
    ("compute_cap>=8.6", "must be from 100 to 10000, not 8.6: it is 100 times the compute capability"),
    ("num_gpus=two", "must be a number, not 'two'"),
    ("num_gpus!=two", "must be a number, not 'two'"),
    ("num_gpus in [1,two]", "must be a number, not 'two'"),
    ("dph=cheap", "must be a number, not 'cheap'"),
    ("verified=yes", "must be true or false, not 'yes'"),
    ("rentable in [true,false]", "must be true or false, not 'true'"),
    ("static_ip=2", "must be true or false, not 2"),
    ("gpu_nam=RTX_4090", "unknown property; did you mean gpu_name?"),
    ("num_gpu>=2", "unknown property; did you mean num_gpus?"),
    ("cuda_verz>=12", "unknown property; did you mean cuda_vers?"),
    ("wheels=4", "unknown property"),
    ("num_gpus>=8 num_gpus<=4", "no machine can be both >=8 and <=4"),
    ("num_gpus>4 num_gpus<4.0", "no machine can be both >4 and <4"),
    ("num_gpus>4 num_gpus<=4", "no machine can be both >4 and <=4"),
    ("num_gpus=1 num_gpus>=2", "no machine can be both >=2 and =1"),
    ("num_gpus=4 num_gpus<2", "no machine can be both =4 and <2"),
    ("gpu_ram>=48 gpu_ram<24", "no machine can be both >=48 and <24"),
    ("gpu_name=H100 gpu_name!=H100", "no machine can meet all conditions: ='H100', !='H100'"),
    ("gpu_name=H100 gpu_name notin [A100,H100]", "no machine can meet all conditions: ='H100', notin ['A100', 'H100']"),
    ("gpu_ram=24 gpu_ram!=24", "no machine can meet all conditions: =24, !=24"),
    ("gpu_name=H100 gpu_name in [A100]", "no machine can meet all conditions"),
    ("gpu_name in [A100] gpu_name notin [A100]", "no machine can meet all conditions"),
    ("num_gpus>=4 num_gpus in [1,2]", "no machine can meet all conditions: >=4, in [1, 2]"),
    ("num_gpus=4 num_gpus in [1,2]", "no machine can meet all conditions"),
    ("driver_version>=560", "not 560: write three numbers such as 560.35.3"),
    ("gpu_name=...", "must be a real value instead of a placeholder"),
    ("gpu_name in [...]", "must be a real value instead of a placeholder"),
    ("GPU_RAM>=24", "unknown property; did you mean gpu_ram?"),
]
IN_MAPPINGS = [
    (
        {"gpu_ram": {"gte": 24}},
        "must be from 1000 to 1000000 MB, not 24: in a mapping the unit is MB, in text it is GB",
    ),
    ({"gpu_ram": {"gte": "24"}}, "must be from 1000 to 1000000 MB, not 24"),
    ({"gpu_ram": {"gte": 24_000_000}}, "must be from 1000 to 1000000 MB, not 24000000"),
    ({"cpu_ram": {"gt": 64}}, "must be from 1000 to 8000000 MB"),
    ({"duration": {"gte": 3}}, "must be from 864 to 259200000 seconds, not 3"),
    ({"num_gpus": {"gte": "two"}}, "must be a number after >=, not 'two'"),
    ({"num_gpus": {"gte": True}}, "must be a number after >=, not True"),
    ({"num_gpus": {"gte": None}}, "must be a number after >=, not None"),
    ({"gpu_name": {"gte": "H100"}}, "must be a number after >=, not 'H100'"),
    ({"verified": {"eq": "true"}}, "must be true or false, not 'true'"),
    ({"gpu name": {"eq": "H100"}}, "unknown property; did you mean gpu_name?"),
    ({"num_gpus": {"gt": 4, "lt": 2}}, "no machine can be both >4 and <2"),
    ({"num_gpus": {"in": ["1", 2], "notin": [1, "2.0"]}}, "no machine can meet all conditions"),
    ({"driver_version": {"gte": 560}}, "not 560: write three numbers such as 560.35.3"),
    ({"gpu_name": {"eq": "<your GPU>"}}, "must be a real value instead of a placeholder"),
]
SENSIBLE = [
    "gpu_ram>=24 gpu_ram<=48 gpu_total_ram>=2304 cpu_ram>=4096 duration>0.1 duration<365",
    "gpu_ram>0 cpu_ram>=0",
    "num_gpus>=1 num_gpus<=1 num_gpus=1",
    "num_gpus!=3 num_gpus in [1,2,4] gpu_name!=H100 gpu_name in [A100,H100]",
    "num_gpus>=2 num_gpus in [1,2] machine_id notin [5,6] machine_id!=7 machine_id<9",
    "verified=true rented=False external=None rentable=1",
    "driver_version>=535.86.05 cuda_vers>=12.4 compute_cap>=800 reliability2>0.98 ubuntu_version>=22.04",
    "geolocation notin [CN,VN] unknown_property=any",
]


@pytest.mark.parametrize(("text", "rule"), IN_TEXT)
def test_a_mistake_in_text_is_found(text, rule):
    [(name, found)] = _mistakes(parse_query(text), in_text=True)
    assert rule in found
    assert name in parse_query(text)


@pytest.mark.parametrize(("conditions", "rule"), IN_MAPPINGS, ids=str)
def test_a_mistake_in_a_mapping_is_found(conditions, rule):
    [(_name, found)] = _mistakes(conditions, in_text=False)
    assert rule in found


@pytest.mark.parametrize("text", SENSIBLE)
def test_sensible_conditions_have_no_mistake(text):
    assert _mistakes(parse_query(text), in_text=True) == []
    assert _mistakes(parse_query(text), in_text=False) == []


@pytest.mark.parametrize("name", UNITS)
def test_a_number_in_the_unit_of_the_other_form_is_a_mistake(name):
    """A person can confuse the units of each property that has two."""
    rule = mistake(name, {"gte": 24}, in_text=False)
    assert "in a mapping the unit is" in rule
    [(_name, rule)] = _mistakes(parse_query(f"{name}>={24 * UNITS[name].factor}"), in_text=True)
    assert "in text the unit is" in rule


def _mistakes(conditions, in_text):
    rules = {name: mistake(name, condition, in_text) for name, condition in conditions.items()}
    return [(name, rule) for name, rule in rules.items() if rule]
