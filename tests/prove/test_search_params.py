# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's query language: the server reads our text as intended, and we read every text like the server.

The simulator's parser stands for the server. It was written from the same published rules, but shares no code with
ours.
"""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.query import parse_query, proper, render_query, unfit
from ansible_collections.gpufleet.cloud.tests.simulator.provider import Refusal
from ansible_collections.gpufleet.cloud.tests.simulator.vast.search import parse

from .filters import CONDITIONS, NAMES, alike


@pytest.mark.fast
def test_a_filter_reaches_the_server_unchanged_or_is_refused(figures):
    @hypothesis.given(CONDITIONS)
    def example(conditions):
        refused = unfit(conditions)
        fit = {name: condition for name, condition in conditions.items() if name not in refused}
        figures.count("search params", "some refused" if refused else "all sent")
        text = render_query(fit)
        hypothesis.note(f"# {text!r}")
        assert alike(parse(text), fit)

    example()


@st.composite
def terms(draw):
    """Draw text as a person writes it, with mistakes."""
    value = (
        st.integers(0, 2000).map(str)
        | st.from_regex("[A-Za-z0-9_.]{1,8}", fullmatch=True)
        | st.sampled_from(
            [
                '"RTX 4090"',
                "[RTX_4090, A100]",
                '["a b",c_d]',
                "[]",
                '""',
                "any",
                "true",
                "None",
                "535.129.3",
                "'a'",
                "<5",
                "a,b",
                "1=2",
            ]
        )
    )
    operator = st.sampled_from(
        ["=", "==", "!=", ">", " >= ", "< ", "<=", " in ", " notin ", " not in ", " eq ", " not eq ", " nin ", "=>", ""]
    )
    names = st.sampled_from([*NAMES, "dph", "cuda_vers", "display_active"])
    parts = draw(st.lists(st.tuples(names, operator, value).map("".join), max_size=4))
    return draw(st.sampled_from([" ", "  "])).join(parts)


@pytest.mark.fast
def test_the_module_reads_a_query_like_the_server(figures):
    @hypothesis.given(terms())
    def example(text):
        try:
            ours = parse_query(text)
        except ValueError:
            figures.count("search params", "text refused")
            return
        assert all(name == proper(name) for name in ours)
        try:
            theirs = parse(text)
        except Refusal as refusal:
            pytest.fail(f"the server refuses {text!r}: {refusal}")
        # A value such as "any" leaves an empty condition, which the server drops.
        assert alike({name: condition for name, condition in ours.items() if condition}, theirs)
        figures.count("search params", "text accepted")

    example()
