# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of PPIO's lists."""

from __future__ import annotations

from ..sisters import cursor_page

DEFAULT_PAGE_SIZE = 20


def list_page(store, call, found):
    """Return one page of a list."""
    size = min(call.query.get("limit", 0, type=int) or DEFAULT_PAGE_SIZE, store.settings.page_cap)
    return cursor_page(store, call, found, size)
