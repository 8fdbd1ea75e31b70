# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language in which a resource declares its options, each once: plain values here, the rest in ``composites``.

From a declaration come the argument spec (``arguments``), the JSON Schema of the option (``schema``) and of an answer
(``response_schema``), the reading of an answer (``read``), the request body (``write``) and the comparison (``lay``,
``differences``).

Three kinds of value meet here, all in the option's shape and units:

* a *wish*, what the task gives; ``None`` or a missing key is "leave it alone", anything else is wanted;
* a *found* value, what the provider answered; ``None`` is "not answered";
* a *target*, the found value with the wish laid over it, which is what an update sends.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
import re

from .._secrets import length_violations
from .._validation import excerpt
from .many import join


class Field:
    """One option and the wire field behind it. Subclasses are the types; their class attributes are the defaults.

    :param name: the option's name.
    :param wire: the provider's key, where it differs from ``name``.
    :param wire_in_response: the provider's key in answers, where it differs from that in requests.
    :param required: a create needs it.
    :param immutable: the provider cannot change it in place.
    :param unique: no two records can share a value, so a replacement cannot take it over from a living record.
    :param write_only: the provider never answers it: sent where it applies, never compared.
    :param secret: its value must not be shown.
    :param nullable: the provider can answer null, which is unlike any value and is sent back as null.
    :param may_be_missing: the provider may leave it out of an answer, or empty; then it is not compared.
    :param displaces: siblings that name the same thing in another way. When this one changes and the task does not give
        them, an update sends null for them, and whatever the provider makes of them is right.
    :param reveal_option: set for a value that can hold secrets and that the provider answers in clear: it is shown only
        where this very task gives it, or to an info module's task that sets this option.
    :param empty_is_unset: an empty answer means "not set", and is not sent back in updates.
    :param update_only: a create does not take it; an update sets it right after.
    :param option: false for a wire field that is only carried along: read, sent back in updates, not offered.
    :param on_create: sent by a create when the task does not give it.
    :param default: the option's default, for options that are not part of a record.
    :param effect: what a change does to running workers; only what a page of the provider says.
    :param when: ``(sibling, value)``: it has a meaning only beside that value.
    :param limits: keys of the provider's limits answer that bound it, ``(least, greatest)``, or a mapping to such a
        pair from the ``(sibling, value)`` on which it depends.
    :param aliases: other names of the option.
    :param env: environment variable that stands in for a missing option.
    """

    wire = ""
    wire_in_response = ""
    required = False
    immutable = False
    unique = False
    write_only = False
    secret = False
    nullable = False
    may_be_missing = False
    displaces = ()
    reveal_option = ""
    empty_is_unset = False
    update_only = False
    option = True
    on_create = None
    default = None
    effect = "unknown"
    when = ()
    limits = ()
    aliases = ()
    env = ""

    ansible_type = "raw"

    def __init__(self, name, **settings):
        self.name = name
        for setting, value in settings.items():
            if not hasattr(type(self), setting):
                raise TypeError(f"{type(self).__name__} {name!r} has no setting {setting!r}")
            setattr(self, setting, value)

    @property
    def key(self):
        """The provider's key."""
        return self.wire or self.name

    @property
    def response_key(self):
        """The provider's key in answers."""
        return self.wire_in_response or self.key

    def arguments(self):
        """The options of this field, as entries of an argument spec."""
        spec = {"type": self.ansible_type}
        if self.secret:
            spec["no_log"] = True
        if self.default is not None:
            spec["default"] = self.default
        if self.aliases:
            spec["aliases"] = list(self.aliases)
        spec.update(self._more_arguments())
        return {self.name: spec}

    def _more_arguments(self):
        return {}

    def applies(self, siblings):
        """Whether the field has a meaning beside its siblings' values."""
        return not self.when or siblings.get(self.when[0]) == self.when[1]

    def schema(self):
        """JSON Schema of a wish."""
        return {}

    def violations(self, desired, path):
        """Sentences on what is wrong in a wish and no schema can say."""
        return []

    def broken_limit(self, value):
        """The range, length or choice printed by the provider that a value breaks, as a rule; or an empty text."""
        return ""

    def range_violations(self, value, found, path):
        """Sentences on where a value breaks what ``broken_limit`` looks at, unless the record has that very value."""
        rule = self.broken_limit(value)
        if not rule or found is not None and self.equal(found, value):
            return []
        return [f"{path}: {rule}" + ("" if self.secret else f", not {excerpt(value)}")]

    def response_schema(self):
        """JSON Schema of what the provider may answer under ``key``."""
        return {}

    def take(self, params):
        """The wish in a task's options, or ``None``."""
        return params.get(self.name)

    def read(self, record):
        """The found value in a provider's record, or ``None``."""
        raw = record.get(self.response_key)
        return None if raw is None else self.parse(raw)

    def parse(self, raw):
        """A found value from its wire form."""
        return raw

    def write(self, value):
        """The wire form of a target."""
        return value

    def lay(self, found, desired):
        """The target: the wish laid over what was found."""
        return found if desired is None else desired

    def differences(self, found, target, path=""):
        """The option paths in which two values differ."""
        unsaid = self.may_be_missing and not found
        return [] if unsaid or self.equal(found, target) else [join(path, self.name)]

    def equal(self, found, target):
        return found == target

    def missing(self, target, path=""):
        """The option paths that a create needs and the target lacks."""
        return [join(path, self.name)] if self.required and target is None else []

    def conflicts(self, target, path=""):
        """Sentences on what does not go together in a target."""
        return []

    def diff(self, found, target, desired):
        """What was found and what is wanted, as people may see it, over the keys that the wish gives."""
        return (target if self.equal(found, target) else found), target

    def spec(self, found, desired=None, reveal=False):
        """What a task would have to give to want exactly the found value, nothing secret: options by name."""
        return {} if found is None else {self.name: found}

    def paths_of(self, desired, path=""):
        """The option paths that a wish names."""
        return [join(path, self.name)]

    def hidden_values(self, found, desired):
        """Values in what was found that no text may show."""
        return []


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Text(Field):
    """A string. Missing and empty mean the same."""

    min_length = 0
    max_length = None
    pattern = ""
    choices = ()
    printed_choices = ()
    """The values that the provider prints, where a record may have another one; ``choices`` are all that there can be."""
    trimmed = False
    """Whether blanks at the ends and control characters are refused: a provider may drop them from a name."""

    ansible_type = "str"

    def _more_arguments(self):
        return {"choices": list(self.choices)} if self.choices else {}

    def schema(self):
        schema = {"type": "string"}
        if self.min_length:
            schema["minLength"] = self.min_length
        if self.pattern:
            schema["pattern"] = self.pattern
        return schema

    def broken_limit(self, value):
        if self.max_length is not None and len(value) > self.max_length:
            return f"must have at most {self.max_length} characters"
        return (
            f"must be one of {', '.join(self.printed_choices)}"
            if self.printed_choices and value not in self.printed_choices
            else ""
        )

    def violations(self, desired, path):
        if self.trimmed and (desired != desired.strip() or _CONTROL.search(desired)):
            return [
                f"{path}: must neither begin nor end with a blank, nor hold a line end or another control character"
            ]
        return length_violations(desired, path) if self.secret and desired else []

    def response_schema(self):
        return {"type": ["string", "null"]}

    def parse(self, raw):
        # An empty answer that no task could want means "not set".
        return (
            None
            if not raw and (self.empty_is_unset or self.choices or self.printed_choices or self.min_length)
            else raw
        )

    def equal(self, found, target):
        return (found or "") == (target or "")


class Integer(Field):
    """A whole number; providers answer 64-bit numbers as strings. Missing and 0 mean the same."""

    minimum = None
    maximum = None
    forbidden = ()
    as_text = False

    ansible_type = "int"

    def schema(self):
        schema = {"type": "integer"}
        if self.forbidden:
            schema["not"] = {"enum": list(self.forbidden)}
        return schema

    def broken_limit(self, value):
        return _out_of_range(value, self.minimum, self.maximum)

    def response_schema(self):
        return {"type": ["integer", "string", "null"], "pattern": "^(-?[0-9]{1,20})?$"}

    def read(self, record):
        return None if record.get(self.response_key) == "" else super().read(record)

    def parse(self, raw):
        value = int(raw)
        # A zero that no task could want means "not set".
        return None if value == 0 and (self.minimum or 0) > 0 else value

    def write(self, value):
        return str(value) if self.as_text else value

    def equal(self, found, target):
        if self.nullable:
            return found == target
        return (found or 0) == (target or 0)


def _out_of_range(value, minimum, maximum):
    """The rule that a number breaks, or an empty text."""
    low, high = minimum is not None and value < minimum, maximum is not None and value > maximum
    if not low and not high:
        return ""
    if minimum is not None and maximum is not None:
        return f"must be from {minimum} to {maximum}"
    return f"must be at least {minimum}" if low else f"must be at most {maximum}"


_LARGEST = 1e300


class Float(Field):
    """A number; providers answer ``5`` or ``5.0``."""

    minimum = None
    exclusive_minimum = None
    maximum = None

    ansible_type = "float"

    def schema(self):
        return {"type": "number"}

    def broken_limit(self, value):
        if self.exclusive_minimum is not None and value <= self.exclusive_minimum:
            return f"must be greater than {self.exclusive_minimum}"
        return _out_of_range(value, self.minimum, self.maximum)

    def violations(self, desired, path):
        return [] if math.isfinite(desired) else [f"{path}: must be a finite number, not {desired}"]

    def response_schema(self):
        return {"type": ["number", "null"], "minimum": -_LARGEST, "maximum": _LARGEST}

    def parse(self, raw):
        return float(raw)

    def equal(self, found, target):
        if found is None or target is None:
            return found is target
        return math.isclose(found, target, rel_tol=0, abs_tol=1e-9)


class Boolean(Field):
    """True or false."""

    ansible_type = "bool"

    def schema(self):
        return {"type": "boolean"}

    def response_schema(self):
        return {"type": ["boolean", "null"]}
