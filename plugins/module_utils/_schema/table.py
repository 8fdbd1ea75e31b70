# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource's options as one table, and all that follows from it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._validation import validator
from .._validation import violations as schema_violations
from . import many
from .environment import DesiredEnvironment, Environment

EFFECTS = ("none", "in_place", "rolls_workers", "restarts", "replaces", "unknown")
"""What a change can do to running workers, from the mildest to the one that nothing is known of."""


class Table:
    """The fields of one resource kind. All its values are plain mappings from option name to value."""

    def __init__(self, *fields):
        self.fields = fields
        self._validator = None
        self._environment = next((field for field in fields if isinstance(field, Environment)), None)

    def arguments(self):
        """The options as an argument spec."""
        return many.arguments(self.fields)

    def response_schema(self):
        """What a record of the provider must look like to be read."""
        return {"type": "object", "properties": many.response_schemas(self.fields)}

    def desired(self, params):
        """What the task gives of these options; what it omits, or gives as null, is not in it."""
        return many.take(self.fields, params)

    def violations(self, desired):
        """All that is wrong in a wish whatever the record is like, as sentences that begin with the option's path."""
        visible = {name: value for name, value in desired.items() if not isinstance(value, DesiredEnvironment)}
        secret = [field.name for field in self.fields if field.secret]
        if self._validator is None:
            self._validator = validator(many.object_schema(self.fields))
        unread = [field for field in self.fields if field.write_only]
        wrong = schema_violations(self._validator, visible, secret) + many.violations(self.fields, desired)
        return wrong or many.range_violations(unread, desired, {})

    def range_violations(self, values, found):
        """Sentences on the values outside the ranges that the provider prints, but for those that were found in a record."""
        return many.range_violations([field for field in self.fields if not field.write_only], values, found)

    def read(self, record):
        """The values in a provider's record."""
        return many.read(self.fields, record)

    def target(self, found, desired):
        """The values of a present record with the wish laid over them."""
        target = many.lay(self.fields, found, desired)
        for field in self.fields:
            if field.name in desired and not field.equal(found.get(field.name), target[field.name]):
                target.update((name, None) for name in field.displaces if name in found and name not in desired)
        return target

    def new(self, desired):
        """The values of a record to be created."""
        return many.lay(self.fields, {}, {**many.on_create(self.fields), **desired})

    def differences(self, found, target):
        """The option paths in which a record differs from a target."""
        displaced = {name for field in self.fields for name in field.displaces if target.get(name, "") is None}
        return many.differences([field for field in self.fields if field.name not in displaced], found, target)

    def immutable_differences(self, found, target):
        """Those of the differences that the provider cannot change in place."""
        return many.differences([field for field in self.fields if field.immutable], found, target)

    def missing(self, target):
        """The option paths that a create needs and the target lacks."""
        return many.missing(self.fields, target)

    def conflicts(self, target):
        """Sentences on what does not go together in a target."""
        return many.conflicts(self.fields, target)

    def create_body(self, target):
        """What a create sends."""
        return many.write([field for field in self.fields if not field.update_only], target)

    def update_body(self, target):
        """The whole writable set, whatever the provider's update means by a missing key."""
        return many.write([field for field in self.fields if not field.immutable], target)

    def part(self, target, options):
        """The wire form of some options of a target."""
        return many.write([field for field in self.fields if field.name in options], target)

    def update_only_values(self, target):
        """The part of a new record's target that only an update can set."""
        return {field.name: target[field.name] for field in self.fields if field.update_only and field.name in target}

    def paths_of(self, desired):
        """The option paths that a wish names."""
        return many.paths_of(self.fields, desired)

    def effect(self, paths):
        """The strongest effect that a change of these options has."""
        names = {path.split(".")[0].split("[")[0] for path in paths}
        return max((field.effect for field in self.fields if field.name in names), key=EFFECTS.index, default="none")

    def diff(self, found, target, desired):
        """``before`` and ``after`` over the options that the wish gives."""
        before, after = many.diff(self.fields, found, target, desired)
        return {"before": before, "after": after}

    def mismatches(self, found, target, paths=None):
        """Sentences on where a record differs from a target (in ``paths``, or anywhere): option, wanted, found."""
        return [
            self._mismatch(path, found, target)
            for path in self.differences(found, target)
            if paths is None or path in paths
        ]

    def _mismatch(self, path, found, target):
        if any(field.reveal_option for field in self.fields if field.name == path.split(".")[0]):
            return f"{path}: the value found is not the one wanted"
        return f"{path}: wanted {_dig(target, path)!r}, found {_dig(found, path)!r}"

    def spec(self, values, desired=None, reveal=False):
        """The values as options that, given to a task, change nothing; nothing secret in them."""
        options = many.spec(self.fields, values, desired, reveal)
        for field in self.fields:
            if field.name in options:
                for name in field.displaces:
                    options.pop(name, None)
        return options

    @property
    def reveal_option(self):
        """The option that asks an info module for the values that are shown to no other task, or an empty text."""
        return next((field.reveal_option for field in self.fields if field.reveal_option), "")

    @property
    def has_environment(self):
        return self._environment is not None

    def env_names(self, values):
        """The names of all environment variables."""
        return sorted(values.get(self._environment.name) or {})

    def hidden_values(self, values, desired):
        """Values in a record that no text may show."""
        return [
            hidden
            for field in self.fields
            for hidden in field.hidden_values(values.get(field.name), desired.get(field.name))
        ]

    def secret_values(self, desired):
        """The values in a wish that no text may show."""
        secrets = [desired[field.name] for field in self.fields if field.secret and field.name in desired]
        environment = desired.get(self._environment.name) if self._environment else None
        return secrets + [str(value) for value in ((environment.secret if environment else None) or {}).values()]


class Settings(Table):
    """Options of a task that no record has, so that their ranges hold in any case."""

    def violations(self, desired):
        return super().violations(desired) or self.range_violations(desired, {})


def _dig(values, path):
    """The value at an option path, or ``None``."""
    for name in path.split("."):
        values = values.get(name) if isinstance(values, dict) else None
    return values
