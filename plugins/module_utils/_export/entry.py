# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry of an export: a resource as an entry of a fleet file, before its values become variables.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._engine.capabilities import OwnedBy, Renting, Switchable
from .._engine.references import with_names
from .._engine.resource import Resource
from .._engine.state import FAILED, OFF, CurrentState
from .._fleet.entry import resource_name
from .._fleet.entry_options import validated
from .._inference.revision import parsed
from .._masking import mask_violations
from .._schema.withheld import CanBeSecret, Withheld
from .._validation import Violation


@dataclass
class ExportedEntry:
    """A resource as an entry.

    :param account: the name of its account, or an empty text.
    :param name: the resource as messages show it.
    :param options: the options of the entry, with ``Withheld`` in place of values that can be secret.
    :param notes: what the options do not contain, and why: each an option and a sentence.
    :param refusal: the reason why no task can have these options, or an empty text.
    """

    account: str
    type_name: str
    id: str
    name: str
    options: dict[str, Any] = field(repr=False)
    notes: list[str] = field(default_factory=list)
    refusal: str = ""

    @property
    def label(self) -> str:
        """The resource in comments, for example ``vast_endpoint tts``."""
        account = f" of account {self.account}" if self.account else ""
        return f"{self.type_name} {self.name}{account}"

    def identify_by_id(self, why: str) -> None:
        """Let the entry find its resource by the id."""
        self.options = {"id": self.id, **self.options}
        self.notes.append(f"id: {why}")


def options_of(resource: Resource, current: CurrentState, can_be_secret: CanBeSecret) -> dict[str, Any]:
    """Return the options with which a task keeps a resource, in the order of the documentation."""
    withheld = resource.table.withheld(current.values, can_be_secret)
    options = _merged(resource.spec(current.id, current.values), withheld)
    if isinstance(resource, Renting):
        options.update(resource.similar(current))
    arguments = {**resource.table.arguments(), **resource.options.arguments()}
    return {option: options[option] for option in arguments if option in options}


def entry_of(account: str, resource: Resource, current: CurrentState, can_be_secret: CanBeSecret) -> ExportedEntry:
    """Return the entry for a resource. Sends reads if the resource uses others.

    :param account: the name of its account, or an empty text.
    """
    options, notes = with_names(resource, options_of(resource, current, can_be_secret))
    options = _with_clear_owner(resource, current, options, notes)
    name = resource_name(resource.type_name(), revealed(options)) or current.id
    entry = ExportedEntry(account, resource.type_name(), current.id, name, options, notes)
    _leave_out_refused(resource, entry)
    entry.notes += _missing(resource, current) + _stage_notes(resource, current) + _revision_notes(current)
    return entry


def revealed(options: Any) -> Any:
    """Return options with the withheld values in them, and without those that are unknown."""
    if isinstance(options, Withheld):
        return options.value
    if isinstance(options, dict):
        values = {name: revealed(value) for name, value in options.items()}
        return {name: value for name, value in values.items() if value is not None}
    return [revealed(value) for value in options] if isinstance(options, list) else options


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return two mappings as one. Mappings that both contain are merged, too."""
    both = {
        name: _merged(one[name], value) if isinstance(value, dict) and isinstance(one.get(name), dict) else value
        for name, value in other.items()
    }
    return {**one, **both}


def _with_clear_owner(
    resource: Resource, current: CurrentState, options: dict[str, Any], notes: list[str]
) -> dict[str, Any]:
    """Return the options with the id of the owner in place of its name, if the name is ambiguous."""
    if not isinstance(resource, OwnedBy):
        return options
    name_option, id_option = resource.owned_by
    name = options.get(name_option)
    owners = resource.owner(resource.client, resource.shared_lists)
    if name is None or len(owners.list_resources().named(name)) == 1:
        return options
    notes.append(f"{id_option}: several {owners.noun}s have the name {name!r}")
    owner_id = {name_option: (id_option, str(current.values[id_option]))}
    return dict(owner_id.get(option, (option, value)) for option, value in options.items())


def _leave_out_refused(resource: Resource, entry: ExportedEntry) -> None:
    """Leave out the options that the module refuses, such as a name with a space at its end."""
    refused = _violations(entry)
    for violation in refused:
        for option in sorted(violation.option_names & entry.options.keys()):
            rule = "its value can be secret" if _is_withheld(entry.options[option]) else violation.text
            entry.notes.append(f"{option}: left out, because no task can set the current value: {rule}")
            del entry.options[option]
    if not entry.options.keys() & set(resource.named_by):
        entry.identify_by_id(f"no name identifies the {resource.noun}")
    if refused and _violations(entry):
        entry.refusal = "no task can have its options"


def _violations(entry: ExportedEntry) -> list[Violation]:
    options = revealed(entry.options)
    _params, violations = validated(entry.type_name, options)
    return [*violations, *mask_violations(options)]


def _is_withheld(value: Any) -> bool:
    return bool(revealed(value) != value)


def _missing(resource: Resource, current: CurrentState) -> list[str]:
    """Return notes about the options that no response contains."""
    secret = {field.name for field in resource.table.fields if field.secret or field.write_only}
    required = [path for path in resource.table.missing(current.values) if path not in secret]
    return [f"{option}: the provider never returns it" for option in resource.table.never_returned] + [
        f"{path}: a create requires it, and the provider did not return it" for path in required
    ]


def _revision_notes(current: CurrentState) -> list[str]:
    """Return a note about an endpoint that is a revision."""
    base_name, _revision = parsed(current.name)
    if not base_name:
        return []
    return [f"name: a revision of {base_name!r}, which an inference_endpoint with strategy: blue_green can manage"]


def _stage_notes(resource: Resource, current: CurrentState) -> list[str]:
    """Return notes about a resource that a task does not build, or for which it waits in vain."""
    notes = []
    if isinstance(resource, Switchable) and current.power == OFF:
        notes.append(f"state: the {resource.noun} is stopped; state: stopped keeps it so, but creates none")
    if current.stage.name == FAILED:
        words = resource.client.secrets.scrub(current.stage.words)
        notes.append(f"wait: the provider reports {words}, so a task fails unless wait is false")
    return notes
