# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ``hypothesis`` strategy for all conditions on machines, including those that the query language cannot express."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.query import OPERATORS, same

NAMES = [
    "num_gpus",
    "gpu_name",
    "dph_total",
    "gpu_ram",
    "cpu_ram",
    "gpu_total_ram",
    "duration",
    "driver_version",
    "verified",
    "reliability",
    "geolocation",
]
# Characters with a meaning in the grammar, and some others.
LETTERS = st.sampled_from("aZ09 _-.,[]\"'=<>!?*\t\n\u00a0\u2028\u00fc") | st.characters(codec="utf-8")
TEXTS = (
    st.text(LETTERS, max_size=6)
    | st.from_regex("[A-Za-z0-9]{1,6}( [A-Za-z0-9]{1,6})?", fullmatch=True)
    | st.sampled_from(["true", "False", "null", "any", "*", "535.129.3", "535.129", "0.60", "007", "-1", "1e3"])
)
NUMBERS = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = NUMBERS | TEXTS | st.booleans() | st.none()
CONDITIONS = st.dictionaries(
    st.sampled_from(NAMES) | st.text(LETTERS, max_size=5),
    st.dictionaries(st.sampled_from(OPERATORS), VALUES | st.lists(VALUES, max_size=3), min_size=1, max_size=3),
    max_size=4,
)


def alike(conditions, others):
    return conditions.keys() == others.keys() and all(same(name, conditions[name], others[name]) for name in conditions)
