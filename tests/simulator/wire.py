# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers for the JSON objects in requests and responses. Paths are dotted: ``workerConfig.maxNum``."""

from __future__ import annotations

import copy

ABSENT = object()


def merged(base, changes):
    """Return ``base`` with ``changes`` merged into it, object by object. A list replaces the whole old list."""
    result = copy.deepcopy(base)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = copy.deepcopy(value)
    return result


def without_empty(value):
    """Return an object without its zero and empty values."""
    if not isinstance(value, dict):
        return value
    cleaned = {key: without_empty(item) for key, item in value.items()}
    return {key: item for key, item in cleaned.items() if item not in (0, "", None, [], {})}


def read(tree, path, default=None):
    """Return the value at a path."""
    for key in path.split("."):
        if not isinstance(tree, dict) or key not in tree:
            return default
        tree = tree[key]
    return tree


def write(tree, path, value):
    """Set the value at a path; ``ABSENT`` removes it."""
    *parents, last = path.split(".")
    for key in parents:
        tree = tree.setdefault(key, {})
    if value is ABSENT:
        tree.pop(last, None)
    else:
        tree[last] = copy.deepcopy(value)
