# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All resources of a type, as a provider lists them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations


class ListResponse(list):
    """The records of a kind, with an index of their names. ``number`` counts the listings that are shared.

    ``inconsistency`` says why there may be more of them: what is shown is there, and what is not shown may be there, too.
    ``pages`` is how many were read, where they go by place: what is removed meanwhile moves another record over the edge,
    on to a page that was read before. ``announced`` is how many records there are to be.
    """

    def __init__(self, records=(), inconsistency="", pages=1, announced=0):
        super().__init__(records)
        self.number = 0
        self.inconsistency = inconsistency
        self.pages = pages
        self.announced = max(announced, len(self))
        self.ids = {record.id for record in self}
        self._by_name = {}
        for record in self:
            self._by_name.setdefault(record.name, []).append(record)

    def named(self, name):
        return self._by_name.get(name, [])


def moving(totals):
    """The doubt of a listing whose pages announce these numbers of records, or an empty text."""
    return (
        f"changes while it is read: it announces {' and '.join(map(str, sorted(totals)))} records"
        if len(totals) > 1
        else ""
    )
