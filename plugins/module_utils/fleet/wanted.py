# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wanted set: what a fleet's task may say, and what is wrong in what it says.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .. import task
from ..plan import Desire
from ..raw import disarmed, drop_nulls, raw_faults
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
    return _faults(resources, list(_entries(resources)))


def early_faults(resources):
    """The same, but nothing where Ansible takes the set: then ``typed_faults`` comes in time.

    This keeps what looks at values, which takes long to load, from being loaded twice.
    """
    entries = list(_entries(resources))
    return _faults(resources, entries) if not entries or any(wrong for _number, _kind, _params, wrong in entries) else []


def typed_faults(resources, raw):
    """The same as ``faults`` of a set that Ansible has taken: ``resources`` as it converted them, ``raw`` as written."""
    found, seen = [], {}
    for number, (given, written) in enumerate(zip(resources, raw)):
        kind = _kind(given)[0]
        found += _faults_of(number, kind, given[kind], raw_faults(_spec(kind), written[kind]), seen)
    return found


def _faults(resources, entries):
    if not isinstance(resources, list):
        return ["resources: must be a list"]
    found, seen = [], {}
    for number, kind, params, wrong in entries:
        found += _faults_of(number, kind, params, wrong, seen) if kind else [f"resources[{number}]: {wrong[0]}"]
    return found


def _entries(resources):
    """Number, kind, converted options and what Ansible would say is wrong with them, of each entry as it was written."""
    for number, given in enumerate(resources if isinstance(resources, list) else []):
        kind, fault = _kind(given)
        if fault:
            yield number, "", {}, [fault]
            continue
        # The copy is plain: what Ansible knows of each value besides makes it slow.
        options = json.loads(json.dumps(given[kind], default=str))
        drop_nulls(_spec(kind), options)
        wrong = raw_faults(_spec(kind), options)
        if wrong:
            options = disarmed(_spec(kind), options)
        validated = _validator(kind).validate(options)
        wrong += [f"Unsupported parameters: {error}" if isinstance(error, UnsupportedError) else str(error)
                  for error in validated.errors]
        yield number, kind, validated.validated_parameters, wrong


def _faults_of(number, kind, params, wrong, seen):
    """Sentences on one entry; ``wrong`` are those on what cannot be told by its values."""
    wrong = wrong or task.faults_of(KINDS[kind], params) or _repeated(kind, params, number, seen)
    place = f"resources[{number}] ({' '.join(filter(None, [kind, naming(kind, params)]))})"
    return [f"{place}: {fault}" for fault in task.first_of_each(wrong)]


@functools.lru_cache(maxsize=None)
def _spec(kind):
    return task.arguments(KINDS[kind])


@functools.lru_cache(maxsize=None)
def _validator(kind):
    return ArgumentSpecValidator(_spec(kind), **task.rules(KINDS[kind]))


def _kind(given):
    """The kind of an entry, and what is wrong with it."""
    if not isinstance(given, dict):
        return "", f"must be a mapping from a kind to its options, not {_kind_of(given)}"
    kinds = [kind for kind, options in given.items() if options is not None]
    if len(kinds) != 1:
        return "", "must name exactly one kind" + (f", not {', '.join(map(str, kinds))}" if kinds else "")
    if kinds[0] not in KINDS:
        return "", f"{kinds[0]!r} is no kind of resource; there are {', '.join(KINDS)}"
    if not isinstance(given[kinds[0]], dict):
        return "", f"{kinds[0]} must be a mapping of options, not {_kind_of(given[kinds[0]])}"
    return kinds[0], ""


def _kind_of(value):
    """What a value is, in YAML's words: Ansible's own types have names that tell nobody anything."""
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "text" if isinstance(
        value, str) else type(value).__name__


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
