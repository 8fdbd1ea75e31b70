# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the promises lists existing tests for each promise, and agrees with README.md."""

from __future__ import annotations

import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMISE = re.compile(r"^(\d+)\. +\*\*(.+?)\*\*", re.MULTILINE)
ROW = re.compile(r"^  \* - \*\*(\d+)\.\*\* .*\n    - ((?:.*\n)+?)(?=  \* -|\n)", re.MULTILINE)
TEST = re.compile(r"``(tests/\S+|test_\w+)``")


@functools.cache
def page():
    return (ROOT / "docs/docsite/rst/promises.rst").read_text(encoding="utf-8")


@functools.cache
def rows():
    """Return the number of the promise and the tests of each row of the table."""
    table = page().partition("  * - Promise\n    - Tests\n")[2].partition("\n\n")[0] + "\n\n"
    return [(int(number), TEST.findall(cell)) for number, cell in ROW.findall(table)]


@functools.cache
def existing_tests():
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for source in sources for name in re.findall(r"^def (test_\w+)\(", source, re.MULTILINE)}


def test_each_row_has_tests():
    assert len(rows()) == page().count("\n  * - **")
    assert all(tests for _number, tests in rows())


def test_each_listed_test_exists():
    listed = {test for _number, tests in rows() for test in tests}
    missing = {test for test in listed - existing_tests() if not (ROOT / test).is_file()}
    assert missing == set()


def test_each_promise_has_a_test_with_its_number():
    for number in range(1, 20):
        tests = [test for row, listed in rows() for test in listed if row == number]
        assert any(test.startswith(f"test_law_{number:02}_") for test in tests), number


def test_readme_makes_the_same_promises():
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Promises\n")[2].partition("\n## ")[0]
    promises = PROMISE.findall(readme)
    assert [int(number) for number, _title in promises] == list(range(1, 20))
    assert promises == PROMISE.findall(page())
