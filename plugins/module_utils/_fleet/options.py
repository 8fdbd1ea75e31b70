# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module ``fleet``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from string import ascii_lowercase
from typing import Any

from .._engine.cost_limits import CostLimits
from .._entry import arguments
from .._schema.fields import Boolean, Integer, Text
from .._schema.table import Settings
from .._user_patterns import PatternError, matching
from .._validation import Violation
from .prune_rule import PruneRule, prune_rules
from .resource_types import PROVIDERS

SETTINGS = Settings(
    Integer("concurrency", minimum=1, maximum=64, default=8),
    Boolean("allow_prune_all", default=False),
    Integer("max_changes", minimum=0),
    Integer("max_deletes", minimum=0),
    Boolean("fail_fast", default=False),
    Boolean("prices", default=False),
    *arguments.cost_limits(provider.currency for provider in PROVIDERS.values()).fields,
    Boolean("balances", default=False),
    Boolean("list_unmanaged", default=False),
    Text("journal_user"),
    Text("journal_job_id", env="JOB_ID"),
)


@dataclass(frozen=True)
class FleetOptions:
    """The options of a task for all entries together.

    :param prune: the valid rules of ``prune``, by the names of resource types.
    :param invalid_prune: the violations of the others.
    """

    prune: dict[str, PruneRule]
    invalid_prune: list[Violation]
    allow_prune_all: bool
    concurrency: int
    max_changes: int | None
    max_deletes: int | None
    fail_fast: bool
    prices: bool
    list_unmanaged: bool
    cost_limits: CostLimits

    @classmethod
    def of_task(cls, params: dict[str, Any]) -> FleetOptions:
        options = [field.name for field in fields(cls) if field.name in params and field.name != "prune"]
        limits = CostLimits.of_task(params)
        rules = prune_rules(params["prune"])
        return cls(*rules, cost_limits=limits, **{option: params[option] for option in options})

    def of_one_entry(self) -> FleetOptions:
        """Return the options for a fleet of a single entry of the task: without those that concern all entries."""
        return replace(FleetOptions.defaults(), concurrency=self.concurrency)

    @classmethod
    def defaults(cls) -> FleetOptions:
        """Return the options of a task that sets none of them."""
        return cls.of_task({"prune": {}, **{setting.name: setting.default for setting in SETTINGS.fields}})


def prune_violations(options: FleetOptions, kept: Collection[str]) -> list[Violation]:
    """Return the violations in the rules of ``prune``.

    :param kept: the names of the resource types with an entry that keeps a resource.
    """
    return options.invalid_prune + [
        Violation(rule.path, broken)
        for type_name, rule in options.prune.items()
        for broken in _broken_rules(type_name, rule.pattern, options.allow_prune_all, type_name in kept)
    ]


def _broken_rules(type_name: str, pattern: str, may_prune_all: bool, keeps_some: bool) -> Iterator[str]:
    try:
        matches_empty_text, *matches_letters = matching(pattern, ["", *ascii_lowercase])
    except PatternError as error:
        yield str(error)
        return
    if may_prune_all:
        return
    consent = "set allow_prune_all to true only if"
    if matches_empty_text or all(matches_letters):
        shortest = "even an empty name" if matches_empty_text else "any letter as a name"
        yield (
            f"the pattern {pattern!r} matches {shortest}, so it can match every name; often the cause is an "
            f"empty variable; {consent} every match without an entry may be deleted"
        )
    if not keeps_some:
        yield (
            f"would delete every match of {pattern!r}, because resources contains no {type_name} to keep; {consent} "
            "all of them may be deleted"
        )
