# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that Novita's endpoints and instances share."""

from __future__ import annotations

from ..provider import Refusal

DEFAULT_PAGE_SIZE = 10
INTERNAL_PORTS = (2222, 2223, 2224)


def check_port(port):
    if not 1 <= port <= 65535 or port in INTERNAL_PORTS:
        raise Refusal(400, "ports: must be 1-65535 and none of 2222, 2223, 2224")


def one_page(settings, query, found, key="pageNum", base=None):
    """Return one page of a list. A server that counts pages from 1 treats page 0 as page 1.

    ``base`` is the number of the first page, if it does not depend on the settings.
    """
    base = settings.page_base if base is None else base
    size = min(query.get("pageSize", 0, type=int) or DEFAULT_PAGE_SIZE, settings.page_cap)
    page = max(query.get(key, 0, type=int) - base, 0)
    return found[page * size : (page + 1) * size]
