# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environment variables: three options, which the provider represents as one list.

Providers return all values in clear text, including those that an earlier task set as secrets. Results therefore show a
value only if the same task sets it in ``envs``. Of all other variables they show only the name.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .._secrets import length_violations
from .._validation import Violation, how_to_write_text, plural
from .field import Field
from .withheld import CanBeSecret, Withheld

HIDDEN = "(hidden)"
HIDDEN_NEW = "(hidden, new value)"


class DesiredEnvironment(NamedTuple):
    """The environment that a task sets. ``plain`` or ``secret`` is ``None`` if the task omits the option."""

    plain: dict[str, Any] | None
    secret: dict[str, Any] | None
    merge: bool

    @property
    def values(self) -> dict[str, str]:
        """All variables."""
        return _as_text({**(self.plain or {}), **(self.secret or {})})

    @property
    def shown(self) -> dict[str, str]:
        """The variables whose values may be shown."""
        return _as_text(self.plain or {})


class Environment(Field):
    """The environment of a container: ``envs``, ``secret_envs`` and ``envs_mode``.

    The provider represents it as ``[{key, value}]``.

    :param max_name_length: maximum length of a name, if the provider documents one.
    :param max_value_length: maximum length of a value, if the provider documents one.
    :param max_items: maximum number of variables, if the provider documents one.
    """

    reveal_option = "return_env_values"
    max_name_length: int | None = None
    max_value_length: int | None = None
    max_items: int | None = None

    @property
    def secret_name(self) -> str:
        """The option for the secret variables."""
        return f"secret_{self.name}"

    def own_arguments(self) -> dict[str, dict[str, Any]]:
        return {
            self.name: {"type": "dict"},
            self.secret_name: {"type": "dict", "no_log": True},
            f"{self.name}_mode": {"type": "str", "choices": ["replace", "merge"], "default": "replace"},
        }

    def response_schema(self) -> dict[str, Any]:
        variable = {
            "type": "object",
            "properties": {"key": {"type": "string"}, "value": {"type": ["string", "null"]}},
            "required": ["key"],
        }
        return {"type": ["array", "null"], "items": variable}

    def desired_in(self, params: dict[str, Any]) -> DesiredEnvironment | None:
        plain, secret = params.get(self.name), params.get(self.secret_name)
        if plain is None and secret is None:
            return None
        return DesiredEnvironment(plain, secret, params.get(f"{self.name}_mode") == "merge")

    def read(self, raw: list[dict[str, str | None]]) -> dict[str | None, str]:
        return {variable["key"]: variable.get("value") or "" for variable in raw}

    def write(self, target: dict[str, str]) -> list[dict[str, str]]:
        return [{"key": name, "value": target[name]} for name in sorted(target)]

    def target(self, current: dict[str, str] | None, desired: DesiredEnvironment) -> dict[str, str]:
        return {**(current or {}), **desired.values} if desired.merge else desired.values

    def differences(self, current: dict[str, str] | None, target: dict[str, str] | None, path: str) -> list[str]:
        current, target = current or {}, target or {}
        names = sorted(current.keys() | target.keys())
        return [f"{path}.{name}" for name in names if current.get(name) != target.get(name)]

    def paths_of(self, desired: DesiredEnvironment, path: str) -> list[str]:
        return [f"{path}.{name}" for name in sorted(desired.values)]

    # -- violations --------------------------------------------------------------------------------------------------

    def rule_violations(self, desired: DesiredEnvironment, path: str) -> list[Violation]:
        given = self._by_path(desired, path)
        # Ansible also accepts some text as a mapping, and can convert it to a value of another type.
        violations = [
            Violation(option, f"must be a mapping, not a value of type {type(variables).__name__}")
            for option, variables in given.items()
            if not isinstance(variables, dict)
        ]
        if violations:
            return violations
        violations = [
            Violation(f"{self._secret_path(path)}.{name}", f"must not be set in {path} as well")
            for name in sorted(set(desired.plain or {}) & set(desired.secret or {}))
        ]
        for option, variables in given.items():
            for name, value in variables.items():
                violations += _variable_violations(f"{option}.{name}", name, value, variables is desired.secret)
        return violations

    def range_violations(
        self, value: DesiredEnvironment | dict[str, str], current: dict[str, str] | None, path: str
    ) -> list[Violation]:
        given = self._by_path(value, path) if isinstance(value, DesiredEnvironment) else {path: value}
        current = current or {}
        return [
            violation
            for option, variables in given.items()
            for name, text in _as_text(variables).items()
            if current.get(name) != text
            for violation in self._length_violations(f"{option}.{name}", name, text)
        ]

    def _length_violations(self, path: str, name: str, value: str) -> list[Violation]:
        if self.max_name_length is not None and len(name) > self.max_name_length:
            return [Violation(f"{path[:60]}...", f"must have a name of at most {self.max_name_length} characters")]
        if self.max_value_length is not None and len(value) > self.max_value_length:
            return [Violation(path, f"must have at most {self.max_value_length} characters")]
        return []

    def conflicts(self, target: dict[str, str], path: str) -> list[Violation]:
        if self.max_items is None or len(target) <= self.max_items:
            return []
        variables = f"{self.max_items} variable{plural(self.max_items)}"
        rule = f"must have at most {variables} together with {self._secret_path(path)}"
        return [Violation(path, f"{rule}, not {len(target)}")]

    def _by_path(self, desired: DesiredEnvironment, path: str) -> dict[str, Any]:
        """Return the options that the task sets, by their paths."""
        options = {path: desired.plain, self._secret_path(path): desired.secret}
        return {option: variables for option, variables in options.items() if variables is not None}

    def _secret_path(self, path: str) -> str:
        return path[: -len(self.name)] + self.secret_name

    # -- what results show -------------------------------------------------------------------------------------------

    def before_and_after(
        self, current: dict[str, str] | None, target: dict[str, str], desired: DesiredEnvironment
    ) -> tuple[dict[str, str], dict[str, str]]:
        current, shown = current or {}, desired.shown
        names = sorted(desired.values if desired.merge else {**current, **target})
        before = {
            name: current[name] if shown.get(name) == current[name] else HIDDEN for name in names if name in current
        }
        after = {
            name: shown.get(name, HIDDEN if current.get(name) == target[name] else HIDDEN_NEW)
            for name in names
            if name in target
        }
        return before, after

    def spec_options(self, current: dict[str, str], desired: DesiredEnvironment | None, reveal: bool) -> dict[str, Any]:
        shown = current if reveal else desired.shown if desired else {}
        visible = {name: value for name, value in current.items() if shown.get(name) == value}
        if len(visible) == len(current):
            return {self.name: visible}
        return {self.name: visible, f"{self.name}_mode": "merge"} if visible else {}

    def withheld_options(self, current: dict[str, str], can_be_secret: CanBeSecret) -> dict[str, Any]:
        options: dict[str, Any] = {self.name: {}, self.secret_name: {}}
        for name, value in current.items():
            option = self.secret_name if can_be_secret(value) else self.name
            options[option][name] = Withheld(name, value)
        return {option: variables for option, variables in options.items() if variables}

    def secret_values(self, desired: DesiredEnvironment) -> list[str]:
        return list(_as_text(desired.secret or {}).values())

    def hidden_values(self, current: dict[str, str], desired: DesiredEnvironment | None) -> list[str]:
        shown = desired.shown if desired else {}
        return [value for name, value in current.items() if shown.get(name) != value]

    def shown_facts(self, current: dict[str, str] | None) -> dict[str, Any]:
        return {"env_names": sorted(current or {})}


def _variable_violations(path: str, name: str, value: Any, secret: bool) -> list[Violation]:
    if not name or "=" in name or "\0" in name:
        return [Violation(path, "must have a non-empty name without '=' and null characters")]
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        given = "null" if value is None else type(value).__name__
        rule = f"must be a string or an integer, not a value of type {given}"
        return [Violation(path, f"{rule}; {how_to_write_text(value)}")]
    return length_violations(str(value), path) if secret else []


def _as_text(variables: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in variables.items()}
