# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The YAML of an export: each parser reads exactly the values, and Ansible evaluates none of them as a template."""

from __future__ import annotations

import hypothesis
import pytest
import yaml
from hypothesis import strategies

from ansible_collections.gpufleet.cloud.plugins.module_utils._export.yaml_text import Template, lines

TEXTS = strategies.text(strategies.characters(exclude_categories=["Cs"]))
NUMBERS = strategies.integers() | strategies.floats(allow_nan=False, allow_infinity=False)
VALUES = strategies.recursive(
    strategies.none() | strategies.booleans() | NUMBERS | TEXTS,
    lambda inner: strategies.lists(inner) | strategies.dictionaries(TEXTS, inner),
    max_leaves=10,
)
LOADERS = [yaml.SafeLoader, *filter(None, [getattr(yaml, "CSafeLoader", None)])]


def _loader(base):
    class Loader(base):
        pass

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    return Loader


each_loader = pytest.mark.parametrize(
    "loader", [_loader(base) for base in LOADERS], ids=[one.__name__ for one in LOADERS]
)


def text_of(value):
    return "\n".join(lines(value)) + "\n"


@each_loader
@hypothesis.given(value=VALUES)
def test_a_parser_reads_the_value(loader, value):
    text = text_of(value)
    assert yaml.load(text, loader) == value
    assert all(line.isprintable() for line in text.split("\n"))


@each_loader
@pytest.mark.parametrize(
    "text",
    [
        "no",
        "Yes",
        "010",
        "1e3",
        "12:30",
        "0x1f",
        "1_000",
        "~",
        "null",
        ".inf",
        "2026-08-01",
        "=",
        "<<",
        "",
        " a",
        "a ",
        "a: b",
    ]
    + [
        "a #b",
        "#a",
        "- a",
        "? a",
        "a:",
        "llm:1.4",
        "a::b",
        "@a",
        "`a",
        "%a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'",
        '"',
        "\\",
        "\\n",
    ]
    + [
        "a\nb",
        "\n",
        "\t",
        "\ufeff",
        "\u2028",
        "\x00",
        "\x7f",
        "\u202e",
        "模型 🚀",
        "{a}",
        "[a]",
        "a, b",
        "y",
        "N",
        "on",
        "TRUE",
    ],
)
def test_an_odd_text_stays_as_it_is(loader, text):
    assert yaml.load(text_of({text: [text, {"a": text}]}), loader) == {text: [text, {"a": text}]}


@pytest.mark.parametrize("text", ["{{ a }}", "a {% b %}", "{# c #}", "#jinja2: variable_start_string: '['\n[ a ]"])
def test_only_a_template_is_one(text):
    assert text_of(text).startswith("!unsafe ")
    assert text_of(Template(text)) == text_of(text).removeprefix("!unsafe ")


def test_values_are_in_block_style():
    value = {"name": "a", "ports": [8000], "mounts": [{"id": "b", "path": "/c"}], "envs": {}, "tools": [], "on": 1e-07}
    assert text_of(value) == (
        'name: a\nports:\n  - 8000\nmounts:\n  - id: b\n    path: /c\nenvs: {}\ntools: []\n"on": 1.0e-07\n'
    )
