# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of a provider in messages: a terminal would interpret control characters.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations


def printable(text: str) -> str:
    """Return the text with a mark in place of each character that cannot be printed."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
