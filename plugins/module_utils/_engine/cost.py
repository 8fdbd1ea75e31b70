# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hourly costs of resources, before and after a plan, and their totals.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """The hourly cost of a resource, in the currency of its provider. ``None`` means that it is unknown.

    :param present: the cost of what runs.
    :param worst: the highest cost that the settings of the resource allow.
    :param pool: resources of one pool share what they rent. Together, they cost what the most expensive of them costs.
    :param is_of_pool: whether the cost is that of the other resources of the pool.
    :param missing: what does not exist yet in check mode, so that the cost is unknown, as messages show it.
    :param problem: why a figure is unknown although the provider has it, or an empty text.
    """

    present: float | None = None
    worst: float | None = None
    pool: str = ""
    is_of_pool: bool = False
    missing: str = ""
    problem: str = ""

    def report(self) -> dict[str, Any]:
        """Return the cost for the result."""
        figures = {"present": self.present, "worst": self.worst}
        return {name: None if figure is None else round(figure, 5) for name, figure in figures.items()}


NOTHING = Cost(0.0, 0.0)
UNKNOWN = Cost()


class CostChange(NamedTuple):
    """The hourly cost of a resource before and after a plan."""

    currency: str
    before: Cost
    after: Cost

    @property
    def problem(self) -> str:
        """Why a figure is unknown although the provider has it, or an empty text."""
        return self.before.problem or self.after.problem

    def report(self) -> dict[str, Any]:
        """Return the costs for the result. ``None`` means that a cost is unknown."""
        return {"currency": self.currency, "before": self.before.report(), "after": self.after.report()}


class Total(NamedTuple):
    """The sum of the known costs of resources, and the number of resources whose cost is unknown."""

    known: float
    unknown: int

    def report(self) -> dict[str, Any]:
        """Return the total for the result."""
        return {"known": round(self.known, 5), "unknown": self.unknown}


def shared(costs: Sequence[Cost]) -> list[Cost]:
    """Return the costs, those of whole pools with the highest cost of the other resources of the pool."""
    return [_of_pool(cost, costs) if cost.is_of_pool else cost for cost in costs]


def _of_pool(cost: Cost, costs: Sequence[Cost]) -> Cost:
    others = [other for other in costs if other.pool == cost.pool and not other.is_of_pool]
    return cost._replace(
        present=_highest([other.present for other in others]), worst=_highest([other.worst for other in others])
    )


def _highest(values: Collection[float | None]) -> float | None:
    """Return the highest value, or ``None`` if one is unknown or there is none."""
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def totals(costs: Collection[Cost]) -> dict[str, Total]:
    """Return the totals of the costs, by ``present`` and ``worst``."""
    return {
        "present": _total((cost.pool, cost.present) for cost in costs),
        "worst": _total((cost.pool, cost.worst) for cost in costs),
    }


def _total(values: Iterable[tuple[str, float | None]]) -> Total:
    """Return the total of values by their pools. Of a pool, only the highest value counts."""
    pools: dict[str | int, list[float | None]] = {}
    for number, (pool, value) in enumerate(values):
        pools.setdefault(pool or number, []).append(value)
    highest = [max((value for value in pool if value is not None), default=0.0) for pool in pools.values()]
    return Total(sum(highest), sum(None in pool for pool in pools.values()))
