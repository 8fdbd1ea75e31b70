# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environment variables: three options, one list on the wire, and values that must not be shown.

Providers answer the whole list in clear, variables that an earlier task gave as secrets included. So a value is shown
only where this very task gives it under ``envs``; of all others the name is known and nothing else.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import NamedTuple

from .._secrets import length_violations
from .fields import Field

HIDDEN = "(hidden)"
HIDDEN_NEW = "(hidden, new value)"


class DesiredEnvironment(NamedTuple):
    """What a task wants of the environment. ``plain`` or ``secret`` is ``None`` where the option is not given."""

    plain: dict | None
    secret: dict | None
    merge: bool

    @property
    def values(self):
        return {name: str(value) for name, value in {**(self.plain or {}), **(self.secret or {})}.items()}

    @property
    def shown(self):
        return {name: str(value) for name, value in (self.plain or {}).items()}


class Environment(Field):
    """The environment of a container: ``envs``, ``secret_envs`` and ``envs_mode``; on the wire ``[{key, value}]``.

    :param max_name_length: greatest length of a name, where a page of the provider prints one.
    :param max_value_length: greatest length of a value, where a page of the provider prints one.
    :param max_items: greatest number of variables, where a page of the provider prints one.
    """

    reveal_option = "return_env_values"
    max_name_length = None
    max_value_length = None
    max_items = None

    def arguments(self):
        return {
            self.name: {"type": "dict"},
            f"secret_{self.name}": {"type": "dict", "no_log": True},
            f"{self.name}_mode": {"type": "str", "choices": ["replace", "merge"], "default": "replace"},
        }

    def response_schema(self):
        entry = {
            "type": "object",
            "properties": {"key": {"type": "string"}, "value": {"type": ["string", "null"]}},
            "required": ["key"],
        }
        return {"type": ["array", "null"], "items": entry}

    def take(self, params):
        plain, secret = params.get(self.name), params.get(f"secret_{self.name}")
        if plain is None and secret is None:
            return None
        return DesiredEnvironment(plain, secret, params.get(f"{self.name}_mode") == "merge")

    def violations(self, desired, path):
        given = {path: desired.plain, f"secret_{path}": desired.secret}
        # Ansible lets text that looks like a mapping with something strange in it pass as one.
        found = [
            f"{option}: must be a mapping, not of type {type(values).__name__}"
            for option, values in given.items()
            if not isinstance(values, (dict, type(None)))
        ]
        if found:
            return found
        found = [
            f"secret_{path}.{name}: must not be given under {path} as well"
            for name in sorted(set(desired.plain or {}) & set(desired.secret or {}))
        ]
        for option, values in given.items():
            for name, value in (values or {}).items():
                found += self._violations_of(f"{option}.{name}", name, value, secret=values is desired.secret)
        return found

    def conflicts(self, target, path=""):
        if self.max_items is None or len(target) <= self.max_items:
            return []
        return [
            f"{self.name}: must be at most {self.max_items} variables together with secret_{self.name}, not {len(target)}"
        ]

    def _violations_of(self, path, name, value, secret):
        if not name or "=" in name or "\0" in name:
            return [f"{path}: must have a name without '=' in it"]
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            kind = "null" if value is None else type(value).__name__
            return [
                f"{path}: must be a string or a whole number, not of type {kind}; put the value in quotes, or "
                "YAML decides what it is"
            ]
        return length_violations(str(value), path) if secret else []

    def range_violations(self, value, found, path):
        given = {path: value}
        if isinstance(value, DesiredEnvironment):
            given = {path: value.plain, f"secret_{path}": value.secret}
        return [
            sentence
            for option, values in given.items()
            for name, entry in (values or {}).items()
            if (found or {}).get(name) != str(entry)
            for sentence in self._range_violations(f"{option}.{name}", name, str(entry))
        ]

    def _range_violations(self, path, name, value):
        if self.max_name_length is not None and len(name) > self.max_name_length:
            return [f"{path[:60]}...: must have a name of at most {self.max_name_length} characters"]
        if self.max_value_length is not None and len(value) > self.max_value_length:
            return [f"{path}: must have at most {self.max_value_length} characters"]
        return []

    def parse(self, raw):
        return {entry["key"]: entry.get("value") or "" for entry in raw}

    def write(self, value):
        return [{"key": name, "value": value[name]} for name in sorted(value)]

    def lay(self, found, desired):
        if desired is None:
            return found
        return {**(found or {}), **desired.values} if desired.merge else desired.values

    def differences(self, found, target, path=""):
        found, target = found or {}, target or {}
        return [
            f"{self.name}.{name}"
            for name in sorted(found.keys() | target.keys())
            if found.get(name) != target.get(name)
        ]

    def diff(self, found, target, desired):
        found = found or {}
        names = desired.values if desired.merge else {**found, **target}
        before = {name: self._before(name, found, desired) for name in sorted(names) if name in found}
        after = {name: self._after(name, found, target, desired) for name in sorted(names) if name in target}
        return before, after

    @staticmethod
    def _before(name, found, desired):
        return found[name] if desired.shown.get(name) == found[name] else HIDDEN

    @staticmethod
    def _after(name, found, target, desired):
        if name in desired.shown:
            return target[name]
        return HIDDEN if found.get(name) == target[name] else HIDDEN_NEW

    def spec(self, found, desired=None, reveal=False):
        if found is None:
            return {}
        visible = (
            found
            if reveal
            else {
                name: value for name, value in found.items() if desired is not None and desired.shown.get(name) == value
            }
        )
        if len(visible) == len(found):
            return {self.name: visible}
        return {self.name: visible, f"{self.name}_mode": "merge"} if visible else {}

    def paths_of(self, desired, path=""):
        return [f"{self.name}.{name}" for name in sorted(desired.values)]

    def hidden_values(self, found, desired):
        """The values that no text may show: all that this task does not give under ``envs``."""
        shown = desired.shown if desired else {}
        return [value for name, value in (found or {}).items() if shown.get(name) != value]
