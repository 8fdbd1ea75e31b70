# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect garbage less often while a task runs in the process of Ansible.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_MANY = 100_000


@contextlib.contextmanager
def garbage_collected_rarely() -> Iterator[None]:
    """Collect garbage only after many new objects in this context, because a task keeps nearly all objects.

    Each complete collection also looks at all objects of Ansible. For ``fleet`` with 200 entries, this took a sixth of
    the CPU time.
    """
    thresholds = gc.get_threshold()
    if thresholds[0]:  # 0 means that somebody has disabled it
        gc.set_threshold(max(_MANY, thresholds[0]), *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
