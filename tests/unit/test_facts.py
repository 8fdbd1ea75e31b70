# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of facts about the live services list the sources and the tests of each fact."""

from __future__ import annotations

import ast
import functools
import pathlib

import pytest
import yaml

TESTS = pathlib.Path(__file__).resolve().parents[1]
TABLES = sorted((TESTS / "facts").glob("*.yml"))


@functools.cache
def names_of_tests(path):
    """Return the names of the test functions in a file."""
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def missing(test):
    """Return whether a test is missing: ``path::name`` of a Python test, or the path of an integration test."""
    path, _colons, name = test.partition("::")
    return not (TESTS / path).is_file() or bool(name) and name not in names_of_tests(path)


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_every_fact_lists_its_sources_and_existing_tests(table):
    document = yaml.safe_load(table.read_text(encoding="utf-8"))
    assert set(document) == {"sources", "facts"}
    for entry in document["facts"]:
        assert set(entry) == {"fact", "source", "tests"}, entry
        assert entry["source"] and set(entry["source"]) <= set(document["sources"]), entry
        assert entry["tests"] and not [test for test in entry["tests"] if missing(test)], entry
    used = {tag for entry in document["facts"] for tag in entry["source"]}
    assert used == set(document["sources"]), "a source that no fact uses"


def test_tables_exist():
    assert TABLES
