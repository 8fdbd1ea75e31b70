# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of Novita's lists."""

from __future__ import annotations

DEFAULT_PAGE_SIZE = 10


def one_page(settings, query, found, key="pageNum", base=None):
    """Return one page of a list. A server that counts pages from 1 treats page 0 as page 1.

    ``base`` is the number of the first page, if it does not depend on the settings.
    """
    base = settings.page_base if base is None else base
    size = min(query.get("pageSize", 0, type=int) or DEFAULT_PAGE_SIZE, settings.page_cap)
    page = max(query.get(key, 0, type=int) - base, 0)
    return found[page * size : (page + 1) * size]
