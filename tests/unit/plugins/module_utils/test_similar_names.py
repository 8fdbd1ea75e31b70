# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Similar names: the forms in which a provider can store a name, and names that only look like them."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.similar_names import LENGTH_LIMITS, is_similar

LONG = "team-production-europe-llama-3-1-70b-instruct-" + 300 * "x"

SIMILAR = [
    ("llm-8b", "LLM-8B"),
    ("strasse", "Straße"),
    ("llm-8b", " llm-8b\n"),
    ("llm-8b", "llm 8b"),
    ("llm-8b", "llm__8b"),
    ("llm_8b", "llm-8b"),
    ("llama-3-1-8b", "llama-3.1-8b"),
    ("team-llm-v1", "team/llm:v1"),
    ("llm", "llm!"),
    ("llm-\u00fc", "llm-u\u0308"),
    ("llm-8b", "\uff4c\uff4c\uff4d-8b"),
    ("llm &amp; tts", "llm & tts"),
    ("llm &amp;amp; tts", "llm & tts"),
    ("it&#39;s", "it's"),
    ("it\\'s", "it's"),
    ("llm8b", "llm\u200b8b\ufeff"),
    ("llm8b", "ll\u00adm8b"),
    ("llm-\\u00fc \\U0001F680", "llm-ü 🚀"),
    ("llm%208b", "llm 8b"),
    ("llm-208b", "llm%208b"),
    ("llm%2525208b", "llm 8b"),
    ("llm+8b", "llm 8b"),
    ("%E6%A8%A1%E5%9E%8B", "模型"),
    ("模型-ü", "模型-ü-🚀"),
]

DIFFERENT = [
    ("gpu-1-11", "gpu-11-1"),
    ("llama-31-8b", "llama-3.1-8b"),
    ("llama-3.1-8b", "llama-31-8b"),
    ("llm", "llm-8b"),
    ("llm-8b", "llm"),
    ("llm-2", "llm-20"),
    ("", "llm"),
    ("", "🚀"),
    ("🚀", "🔥"),
    ("---", "-"),
    ("कि", "का"),
    ("llm%252525208b", "llm 8b"),
    ("llm-ü", "llm-u"),
    ("x" * 64, "x" * 63),
]


@pytest.mark.parametrize(("stored", "desired"), SIMILAR)
def test_a_name_in_another_form_is_similar(stored, desired):
    assert is_similar(stored, desired)


@pytest.mark.parametrize(("stored", "desired"), DIFFERENT)
def test_a_different_name_is_not_similar(stored, desired):
    assert not is_similar(stored, desired)


@pytest.mark.parametrize("limit", sorted(LENGTH_LIMITS))
def test_a_name_that_is_cut_at_a_usual_limit_is_similar(limit):
    assert is_similar(LONG[:limit], LONG)
    assert is_similar(LONG[:limit].title().strip("-"), LONG)
    assert not is_similar(LONG[: limit - 2], LONG) or limit - 2 in LENGTH_LIMITS


def test_a_limit_can_be_in_bytes():
    assert is_similar("ü" * 32, "ü" * 40)
    assert is_similar("ü" * 30, "ü" * 40)
    assert not is_similar("ü" * 26, "ü" * 40)
