# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wanted set: what a fleet's task may say, and what is wrong in what it says.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .. import task
from ..plan import Desire
from ..raw import drop_nulls, raw_faults
from .kinds import KINDS


@dataclass(frozen=True)
class Wanted:
    """One entry of the wanted set. ``number`` is its place in the list, or -1 for what is pruned."""

    number: int
    kind: str
    params: dict = field(repr=False)
    desire: Desire = field(repr=False)

    @property
    def name(self):
        """What people call it."""
        return naming(self.kind, self.params)


def naming(kind, params):
    """What people call an entry: the first of its name, its endpoint and its id that is given."""
    options = (*KINDS[kind].named_by, "id")
    return next((str(params[option]) for option in options if params.get(option) not in (None, "")), "")


def arguments():
    """The option ``resources`` as an argument spec."""
    kinds = {
        name: {"type": "dict", "options": task.arguments(kind), **task.rules(kind)} for name, kind in KINDS.items()}
    return {"type": "list", "elements": "dict", "required": True, "options": kinds, "mutually_exclusive": [list(KINDS)],
            "required_one_of": [list(KINDS)]}


def entry(number, given):
    """A ``Wanted`` from a validated entry."""
    kind, params = next((kind, params) for kind, params in given.items() if params is not None)
    return Wanted(number, kind, params, task.desire(KINDS[kind], params))


def faults(resources):
    """All that is wrong in a wanted set as it was written, as sentences that begin with the entry and the option."""
    if not isinstance(resources, list):
        return ["resources: must be a list"]
    found, seen = [], {}
    for number, given in enumerate(resources):
        place = f"resources[{number}]"
        kind, fault = _kind(given)
        if fault:
            found.append(f"{place}: {fault}")
            continue
        params, wrong = _checked(kind, copy.deepcopy(given[kind]))
        place = f"{place} ({' '.join(filter(None, [kind, naming(kind, params)]))})"
        found += [f"{place}: {fault}" for fault in wrong]
        if not wrong:
            found += [f"{place}: {fault}" for fault in _repeated(kind, params, number, seen)]
    return found


def _kind(given):
    """The kind of an entry, and what is wrong with it."""
    if not isinstance(given, dict):
        return "", f"must be a mapping from a kind to its options, not of type {type(given).__name__}"
    kinds = [kind for kind, options in given.items() if options is not None]
    if len(kinds) != 1:
        return "", "must name exactly one kind" + (f", not {', '.join(map(str, kinds))}" if kinds else "")
    if kinds[0] not in KINDS:
        return "", f"{kinds[0]!r} is no kind of resource; there are {', '.join(KINDS)}"
    if not isinstance(given[kinds[0]], dict):
        return "", f"{kinds[0]} must be a mapping of options, not of type {type(given[kinds[0]]).__name__}"
    return kinds[0], ""


def _checked(name, options):
    """The options of an entry as Ansible converts them, and what is wrong in them."""
    kind = KINDS[name]
    spec = task.arguments(kind)
    drop_nulls(spec, options)
    wrong = raw_faults(spec, options)
    validated = ArgumentSpecValidator(spec, **task.rules(kind)).validate(options)
    wrong += [f"Unsupported parameters: {error}" if isinstance(error, UnsupportedError) else str(error)
              for error in validated.errors]
    if not wrong:
        wrong = task.faults(task.tables(kind), validated.validated_parameters)
    return validated.validated_parameters, task.first_of_each(wrong)


def _repeated(kind, params, number, seen):
    """Sentences on entries that mean the same thing as an earlier one."""
    sign = params["id"] or KINDS[kind](None).sign(task.desire(KINDS[kind], params))
    earlier = seen.setdefault((kind, sign), number)
    return [] if earlier == number else [f"means the same as resources[{earlier}]"]


def pattern_faults(patterns):
    """What is wrong with the patterns of ``prune``."""
    found = []
    for kind, pattern in patterns.items():
        try:
            if not re.compile(pattern).pattern:
                found.append(f"prune.{kind}: must not be empty, because that would mean all of them")
        except re.error as error:
            found.append(f"prune.{kind}: must be a regular expression ({error})")
    return found
