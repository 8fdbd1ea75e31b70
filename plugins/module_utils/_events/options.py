# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the event source.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._entry.plain_options import plain_options, unknown_options
from .._errors import OptionError
from .._fleet.account_choice import AccountChoice, account_arguments
from .._fleet.accounts import Account, Connections
from .._fleet.resource_types import PROVIDERS
from .._schema.fields import Boolean, Integer
from .._schema.table import Settings
from .._secret_arguments import secret_values
from .._secrets import Secrets
from .._validation import Violation, excerpt, first_of_each
from .balance import BalanceWatch
from .declared import DeclaredSource
from .drift import DriftWatch
from .endpoints import EndpointsWatch
from .instances import InstancesWatch
from .spot import SpotWatch
from .watch import Selection, Watch

_PACE = Settings(
    Integer("interval", minimum=1, maximum=86400, default=60), Integer("jitter", minimum=0, maximum=3600, default=5)
)
_HEALTH = Settings(Boolean("workers"), Integer("unhealthy_after", minimum=1, maximum=1000, default=5))
_SELECTION = {"accounts": {"type": "list", "elements": "str"}, "names": {"type": "list", "elements": "str"}}
_SWITCHES = (EndpointsWatch.name, InstancesWatch.name, SpotWatch.name)
"""The watches that ``true`` turns on, because they need no options."""
_WATCHES = (*_SWITCHES, DriftWatch.name, BalanceWatch.name)
_SPEC: dict[str, Any] = {
    **_PACE.arguments(),
    EndpointsWatch.name: {"type": "dict", "options": {**_SELECTION, **_HEALTH.arguments()}},
    InstancesWatch.name: {"type": "dict", "options": _SELECTION},
    SpotWatch.name: {"type": "dict", "options": _SELECTION},
    DriftWatch.name: {
        "type": "dict",
        "options": {
            "fleet_file": {"type": "str"},
            "resources": {"type": "raw"},
            "prune": {"type": "raw"},
            "allow_prune_all": {"type": "raw"},
        },
    },
    BalanceWatch.name: {"type": "dict"},
    **account_arguments(),
}


@dataclass(frozen=True)
class SourceOptions:
    """The valid options of an event source.

    :param interval: the seconds between two polls of an account.
    :param jitter: the highest number of random seconds in addition to it.
    :param watches: what to watch in each account.
    """

    interval: int
    jitter: int
    connections: Connections
    watches: dict[Account, list[Watch]]

    @classmethod
    def of(cls, args: Any) -> SourceOptions:
        """Return the options. Raises ``OptionError`` with all violations, and without secrets."""
        if not isinstance(args, dict):
            raise OptionError([Violation("", "the options of the event source must be a mapping")])
        try:
            written = {name: _switched(name, value) for name, value in args.items()}
            plain = plain_options(_SPEC, {}, written)
        except RecursionError:
            raise OptionError([Violation("", "the options of the event source are nested too deeply")]) from None
        secrets = Secrets()
        secrets.add(*secret_values(_SPEC, plain.params))
        violations = [*unknown_options(_SPEC, plain.unknown), *plain.violations]
        try:
            return _Parsing(plain.params, written).options(violations)
        except OptionError as error:
            raise OptionError(
                [Violation("", secrets.scrub(str(violation))) for violation in first_of_each(error.violations)]
            ) from None


def _switched(name: str, value: Any) -> Any:
    if name in _SWITCHES and isinstance(value, bool):
        return {} if value else None
    return value


class _Parsing:
    """The options after their conversion, which must still be checked."""

    def __init__(self, params: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        self._params = params
        self._choice = AccountChoice(params, written)

    def options(self, violations: list[Violation]) -> SourceOptions:
        """Return the options. Raises ``OptionError``.

        :param violations: those that the conversion has found.
        """
        if violations:
            raise OptionError(violations)
        params = self._params
        violations = _PACE.violations(_PACE.desired(dict(params)))
        if all(params[name] is None for name in _WATCHES):
            violations.append(Violation("", f"one of {', '.join(_WATCHES)} must be set"))
        watches: dict[Account, list[Watch]] = {}
        try:
            # Drift is first, so that the others can use its list responses.
            for account, watch in (*self._drift(), *self._endpoints(), *self._instances(), *self._balances()):
                watches.setdefault(account, []).append(watch)
        except OptionError as error:
            violations += error.violations
        violations += self._choice.connections.violations(watches)
        if violations:
            raise OptionError(violations)
        return SourceOptions(params["interval"], params["jitter"], self._choice.connections, watches)

    def _drift(self) -> Iterator[tuple[Account, Watch]]:
        options = self._params[DriftWatch.name]
        if options is None:
            return
        given = [name for name in ("fleet_file", "resources") if options[name] is not None]
        if len(given) != 1:
            raise OptionError([Violation(DriftWatch.name, "must have exactly one of fleet_file and resources")])
        if given == ["fleet_file"]:
            only = [name for name in ("prune", "allow_prune_all") if options[name] is not None]
            if only:
                rule = f"must be omitted with fleet_file; set fleet_{only[0]} in the file"
                raise OptionError([Violation(f"{DriftWatch.name}.{only[0]}", rule)])
        source = DeclaredSource(options, self._choice.connections)
        source.watched = source.read().accounts | self._choice.with_key
        for account in source.watched:
            yield account, DriftWatch(source)

    def _endpoints(self) -> Iterator[tuple[Account, Watch]]:
        options = self._params[EndpointsWatch.name]
        if options is None:
            return
        violations = _HEALTH.violations(_HEALTH.desired(options))
        if violations:
            raise OptionError([violation.inside(EndpointsWatch.name) for violation in violations])
        for account in self._selected(EndpointsWatch.name, options):
            yield account, EndpointsWatch(_selection(options), options["workers"], options["unhealthy_after"])

    def _instances(self) -> Iterator[tuple[Account, Watch]]:
        for watch in (InstancesWatch, SpotWatch):
            options = self._params[watch.name]
            if options is not None:
                for account in self._selected(watch.name, options):
                    yield account, watch(_selection(options))

    def _balances(self) -> Iterator[tuple[Account, Watch]]:
        thresholds = self._params[BalanceWatch.name]
        if thresholds is None:
            return
        if not isinstance(thresholds, dict) or not thresholds:
            rule = "must be a mapping of at least one account to its threshold"
            raise OptionError([Violation(BalanceWatch.name, rule)])
        for name, threshold in thresholds.items():
            path = f"{BalanceWatch.name}.{name}"
            is_number = isinstance(threshold, (int, float)) and not isinstance(threshold, bool)
            if not is_number or not 0 < threshold <= _HIGHEST:
                rule = f"must be a number above 0 and at most {_HIGHEST}, not {excerpt(threshold)}"
                raise OptionError([Violation(path, rule)])
            yield self._choice.account(name, path), BalanceWatch(threshold)

    def _selected(self, watch: str, options: Mapping[str, Any]) -> set[Account]:
        """Return the accounts of a watch: those that it names, or else all that have a key."""
        names, path = options["accounts"], f"{watch}.accounts"
        if names is not None and not names:
            raise OptionError([Violation(path, "must not be empty; leave it out for all accounts")])
        return self._choice.selected(names, path, set(PROVIDERS), watch)


_HIGHEST = 1_000_000_000


def _selection(options: Mapping[str, Any]) -> Selection:
    return Selection(tuple(options["names"] or ()))
