# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits that a task sets for the hourly cost.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from .._errors import PriceError
from .._sentences import sentences
from .cost import CostChange, totals

_MOST_SHOWN = 5


class Row(NamedTuple):
    """A resource of a plan, for the check of its cost.

    :param label: the resource as messages show it.
    :param writes: whether the plan writes the resource.
    """

    label: str
    writes: bool
    change: CostChange


class CostLimits(NamedTuple):
    """The limits of a task for the worst-case cost.

    :param by_currency: the highest cost per hour, by currency.
    :param allow_unknown: whether the plan may contain resources with an unknown cost.
    """

    by_currency: Mapping[str, float]
    allow_unknown: bool

    @classmethod
    def of_task(cls, params: Mapping[str, Any]) -> CostLimits:
        """Return the limits for the options of a task."""
        limits = params.get("max_hourly_cost") or {}
        given = {currency: limit for currency, limit in limits.items() if limit is not None}
        return cls(given, bool(params.get("allow_unknown_cost")))

    def demand(self, rows: Collection[Row]) -> None:
        """Raise ``PriceError`` if the plan raises the worst-case cost above a limit, or if that is unknown.

        A plan that does not raise the cost is accepted, even if the cost is above the limit before and after it.
        """
        for currency, limit in sorted(self.by_currency.items()):
            self._demand(currency, limit, [row for row in rows if row.change.currency == currency])

    def _demand(self, currency: str, limit: float, rows: Collection[Row]) -> None:
        before = totals([row.change.before for row in rows])["worst"].report()["known"]
        after = totals([row.change.after for row in rows])["worst"].report()["known"]
        raises = after > before
        if raises and after > limit:
            raise PriceError(
                f"max_hourly_cost.{currency}: the plan raises the worst-case cost from {before:.5f} to {after:.5f} "
                f"{currency} per hour, more than the limit of {limit:.5f}.",
                advice="Raise the limit, or reduce the number of workers, the price of the product, or the resources.",
            )
        unknown = [
            row
            for row in rows
            if row.change.after.worst is None and not row.change.after.missing and (row.writes or raises)
        ]
        if unknown and not self.allow_unknown:
            labels = [row.label for row in unknown[:_MOST_SHOWN]]
            others = [f"{len(unknown) - _MOST_SHOWN} more"] if len(unknown) > _MOST_SHOWN else []
            problems = dict.fromkeys(filter(None, (row.change.problem for row in unknown)))
            raise PriceError(
                sentences(
                    f"max_hourly_cost.{currency}: the worst-case cost is unknown for {', '.join(labels + others)}",
                    *problems,
                ),
                advice="Set allow_unknown_cost to true to accept a cost that the limit does not contain.",
            )
