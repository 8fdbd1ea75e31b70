# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that a terminal hides or obeys are shown, and different names look different."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._visible import printable, visible

HOSTILE = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
HOSTILE += [0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFE0F, 0x3164, 0xD800, 0xE0001, 0xE0100]


@pytest.mark.parametrize("show", [printable, visible])
def test_every_hostile_character_becomes_an_escape(show):
    for number in HOSTILE:
        shown = show(f"a{chr(number)}b")
        assert shown.isascii() and shown.isprintable(), hex(number)
        assert shown.startswith("a\\") and shown.endswith("b")


@pytest.mark.parametrize("name", ["a b", "^team-\\w+$", "é", "模型", "🚀", "'a'"])
def test_other_names_are_shown_as_they_are(name):
    assert unicodedata.normalize("NFC", name) == name
    assert visible(name) == printable(name) == name


def test_different_names_never_look_the_same():
    parts = ["", "\\", "\x1b", "\\x1b", "x1b", "\n", "n", "\u202e", "\\u202e", "w"]
    names = {"".join(chosen) for chosen in itertools.product(parts, repeat=4)}
    assert len({visible(name) for name in names}) == len(names)
    # The text after a name does not complete an escape.
    assert len({f"{visible(name)}x1b" for name in names}) == len(names)
