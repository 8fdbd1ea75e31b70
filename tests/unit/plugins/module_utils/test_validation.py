# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paths, the options and the sentences of violations."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita_ppio.api import list_of
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Table
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import (
    Violation,
    first_of_each,
    first_violation,
)

PLACE = "entry 4 (vast_endpoint tts)"


@pytest.mark.parametrize(
    ("violation", "sentence", "options"),
    [
        (Violation("size", "must be 1"), "size: must be 1", {"size"}),
        (Violation("worker_config.min_num", "must be 1"), "worker_config.min_num: must be 1", {"worker_config"}),
        (Violation("ports[0]", "must be 1"), "ports[0]: must be 1", {"ports"}),
        (Violation.of_several(["a.b", "c[0].d"], "must be given"), "a.b, c[0].d: must be given", {"a", "c"}),
        (Violation("", "means the same as entry 1"), "means the same as entry 1", set()),
        (Violation("size", "must be 1").at(PLACE), f"{PLACE}: size: must be 1", {"size"}),
        (Violation("", "means it twice").at(PLACE), f"{PLACE}: means it twice", set()),
        (Violation("api_key", "must be given").inside("novita"), "novita.api_key: must be given", {"novita"}),
        (
            Violation.of_several(["a", "b.c"], "must be given").inside("vast"),
            "vast.a, vast.b.c: must be given",
            {"vast"},
        ),
    ],
)
def test_a_violation_has_a_sentence_and_the_names_of_its_options(violation, sentence, options):
    assert (str(violation), violation.option_names) == (sentence, options)


def test_only_the_first_violation_of_each_path_is_kept():
    first, second, other = Violation("a", "is text"), Violation("a", "is long"), Violation("b", "is long")
    whole = [Violation("", "lacks a"), Violation("", "lacks b")]
    assert first_of_each([first, *whole, other, second, whole[0]]) == [first, *whole, other]


def test_a_colon_in_the_name_of_a_variable_is_part_of_the_path():
    table = Table(Environment("envs"))
    violations = table.violations(table.desired({"envs": {"A: x": True, "A: y": None}}))
    assert first_of_each(violations) == violations
    assert [violation.path for violation in violations] == ["envs.A: x", "envs.A: y"]
    assert [violation.option_names for violation in violations] == [{"envs"}] * 2


def test_an_error_lists_all_violations():
    violations = [Violation("a", "must be given"), Violation("b.c", "must be 1")]
    error = OptionError(iter(violations), doing="create it")
    assert error.violations == violations
    assert str(error) == "Cannot create it: a: must be given; b.c: must be 1."


@pytest.mark.parametrize("end", [".", "?"])
def test_a_sentence_that_has_an_end_gets_no_second_one(end):
    assert str(OptionError([Violation("", f"unknown name{end}")])).endswith(f"unknown name{end}")


def test_a_violation_of_alternatives_describes_them():
    schema = list_of("items", {"type": "object"})
    assert first_violation(schema, {"items": [], "total": 3}) == ""
    rule = "must be an object whose items is a list, or is null with the total 0"
    assert first_violation(schema, {"items": None, "total": 3}) == f"the body {rule}; it has items, total"


@pytest.mark.parametrize(
    ("value", "members"),
    [
        ({}, "it is empty"),
        ({"data": 1}, "it has data"),
        ({"12-34": 1}, "it has 1 other member"),
        ({**dict.fromkeys("abcdefg", 1), "<p>": 1}, "it has a, b, c, d, e and 3 more"),
    ],
)
def test_a_missing_member_is_reported_with_the_names_of_the_others(value, members):
    assert first_violation({"required": ["items"]}, value) == f"the body lacks items; {members}"
