# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of ``_sentences``: where texts are joined, each sentence ends with exactly one mark."""

from __future__ import annotations

import itertools
import re

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import ApiError, CloudError, OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._sentences import clauses, sentence, sentences, suggestion
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation

BODIES = ("no room", "no room (tried 2 times)", "size: must be 'a.'", "1.5", "is it on", "stop")
ENDS = ("", ".", "..", "?", "!", "?.", "!.", ";", ":", " .", ".\n", "...", ". ;", ",")
TEXTS = [body + end for body, end in itertools.product(BODIES, ENDS)]
DOUBLE_STOP = re.compile(r"[?!;:,]\s*[.;,]|[^.]\.\s*[.;,](?!\.)|;\s*[.;]|\.{4}")


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("no room", "no room."),
        ("no room.", "no room."),
        ("no room..", "no room."),
        ("no room;", "no room."),
        ("did you mean a?", "did you mean a?"),
        ("did you mean a?.", "did you mean a?"),
        ("stop!.", "stop!"),
        ("loading...", "loading..."),
        (" no room .\n", "no room."),
        ("...", "..."),
        (".", ""),
        ("", ""),
    ],
)
def test_a_sentence_ends_with_one_mark(text, ended):
    assert sentence(text) == ended


@pytest.mark.parametrize("text", TEXTS)
def test_no_joined_text_has_two_marks_in_a_row(text):
    for other in TEXTS:
        for joined in (
            sentences(text, other),
            sentences(text, "", other),
            clauses([text, other]),
            str(CloudError(text, doing="read", advice=other)),
            str(OptionError([Violation("a", text), Violation("b", other)], advice=text)),
            str(ApiError(text, operation="a", status=400, advice=other)),
        ):
            assert not DOUBLE_STOP.search(joined.replace("'a.'", "'a'")), joined
            assert joined.endswith((".", "?", "!"))


def test_clauses_are_separated_by_semicolons_except_after_a_question():
    assert clauses(["a: must be 1", "b: unknown; did you mean c?", "d: must be 2."]) == (
        "a: must be 1; b: unknown; did you mean c? d: must be 2."
    )
    assert clauses([]) == ""


def test_only_a_similar_name_is_suggested():
    assert suggestion("max_wrokers", ["max_workers", "min_load"]) == "did you mean max_workers?"
    assert suggestion("zzz", ["max_workers", "min_load"]) == ""
