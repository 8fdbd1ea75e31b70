# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Similar names: every form in which the simulator stores a name is recognized, and numbered names stay different."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.similar_names import is_similar
from ansible_collections.gpufleet.cloud.tests.simulator.records import STORED_NAMES

LETTERS = "abcXYZ0189ßüé模型 -_./:()+!"
SPECIAL = "&%<>'\""


@pytest.mark.fast
@pytest.mark.parametrize("form", STORED_NAMES)
def test_every_form_of_a_name_is_similar(figures, form):
    # A cut can split an escape, which then cannot be decoded.
    alphabet = LETTERS if form == "cut" else LETTERS + SPECIAL

    @hypothesis.given(st.text(alphabet, max_size=80), st.sampled_from("aZ7模"))
    def example(rest, first):
        name = first + rest.strip()
        stored = STORED_NAMES[form](name)
        figures.count("similar names", "as it is" if stored == name else "changed")
        assert is_similar(stored, name), stored

    example()


@pytest.mark.fast
def test_numbered_names_are_similar_only_if_their_numbers_are_equal(figures):
    numbers = st.lists(st.integers(0, 120), min_size=1, max_size=4)

    @hypothesis.given(numbers, numbers, st.sampled_from("-_. /"))
    def example(stored, desired, separator):
        figures.count("similar names", "numbered")
        names = ["gpu-" + separator.join(map(str, numbers)) for numbers in (stored, desired)]
        assert is_similar(*names) is (stored == desired)

    example()
