# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of resources of other types in a task. They replace the ids that the provider requires.

A name is looked up before the planner compares values, so that the rest of the engine knows only ids. If the named
resource does not exist yet because the same fleet or, in check mode, an earlier task creates it, the plan contains a
placeholder in place of the id.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Callable, ClassVar, NamedTuple

from .._errors import AmbiguousName, CloudError, NotFound
from .._planned_id import planned_id
from .capabilities import Preparing, ReadOnly
from .resource import Resource
from .state import CurrentState, DesiredState

_MOST_SHOWN = 12

Identity = tuple[tuple[str, str], ...]
"""The options that identify a resource, with their values."""


class Reference(NamedTuple):
    """An option that names a resource of another type.

    :param within: the path of the mapping that contains the option: empty for the options of the task, ``image`` for a
        mapping, ``volume_mounts[]`` for the mappings of a list.
    :param option: the option with the name, or with a mapping of the options that identify the resource.
    :param target: the option next to it for which the name stands.
    :param named: the type of the named resource.
    :param fact: the fact of the named resource that is the value of ``target``; the default is its id.
    :param narrowed_by: an option of both types. If the task sets it, only resources with this value are meant.
    """

    within: str
    option: str
    target: str
    named: type[Resource]
    fact: str = "id"
    narrowed_by: str = ""

    @property
    def path(self) -> str:
        """The option path, for messages."""
        return f"{self.within}.{self.option}".lstrip(".")

    def value_of(self, current: CurrentState) -> str:
        """Return the value for ``target``."""
        return current.id if self.fact == "id" else str(current.facts[self.fact])

    def targets_in(self, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield the values of ``target`` in the values of a resource."""
        for mapping in _mappings(values, self.within):
            if mapping.get(self.target):
                yield str(mapping[self.target])


class Use(NamedTuple):
    """A resource that a task names."""

    reference: Reference
    identity: Identity

    @property
    def label(self) -> str:
        """The resource as messages show it."""
        noun = self.reference.named.noun
        if len(self.identity) == len(self.reference.named.named_by) == 1:
            return f"{noun} {self.identity[0][1]!r}"
        return f"{noun} with {' and '.join(f'{option} {value!r}' for option, value in self.identity)}"

    @property
    def placeholder(self) -> str:
        """The value in a plan as long as the resource does not exist."""
        return planned_id(self.reference.named.type_name(), [value for _option, value in self.identity])


class Referring:
    """A task can name resources of other types instead of setting their ids."""

    references: ClassVar[tuple[Reference, ...]] = ()
    coming: Mapping[type[Resource], Mapping[Identity, bool]] = {}
    """The resources that other entries of a fleet create or change, and whether they are new."""
    awaited: dict[str, Use] = {}
    """The uses that had no value at the time of planning, by their placeholders."""
    named: dict[str, CurrentState] = {}
    """The resources that the task names, as listed at the time of planning, by the paths of the options."""


def uses(resource_type: type[Resource], values: Mapping[str, Any]) -> Iterator[Use]:
    """Yield the resources that the values of a task name."""
    for reference in resource_type.references if issubclass(resource_type, Referring) else ():
        for mapping in _mappings(values, reference.within):
            if mapping.get(reference.option) is not None:
                yield Use(reference, _identity(reference, mapping[reference.option], values))


def with_values(resource: Resource, desired_state: DesiredState) -> tuple[DesiredState, list[str]]:
    """Return the desired state with ids in place of names, and warnings.

    Raises ``NotFound`` and ``AmbiguousName``.
    """
    if not isinstance(resource, Referring):
        return desired_state, []
    warnings: list[str] = []
    resource.awaited, resource.named = {}, {}

    def value(use: Use) -> str:
        known, warning = _value_or_placeholder(resource, use, must_exist=desired_state.state != "absent")
        if warning:
            warnings.append(warning)
        if known is None:
            resource.awaited[use.placeholder] = use
        return use.placeholder if known is None else known

    values = desired_state.values
    for reference in resource.references:
        values = _replaced(values, reference, value, values)
    return replace(desired_state, values=values), warnings


def awaited_values(resource: Resource) -> dict[str, str]:
    """Return the values for the placeholders of a plan. Raises ``NotFound`` if a resource does not exist yet."""
    awaited = resource.awaited if isinstance(resource, Referring) else {}
    values = {}
    for placeholder, use in awaited.items():
        matches = _matches(resource, use, is_new_read=True)
        if len(matches) != 1:
            raise _not_found(resource, use) if not matches else _ambiguous(use, matches)
        values[placeholder] = use.reference.value_of(matches[0])
    return values


def substituted(values: Any, known: Mapping[str, str]) -> Any:
    """Return values with those of the placeholders."""
    if isinstance(values, dict):
        return {key: substituted(value, known) for key, value in values.items()}
    if isinstance(values, list):
        return [substituted(value, known) for value in values]
    return known.get(values, values) if isinstance(values, str) else values


def with_names(resource: Resource, options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return options with names in place of ids, and a sentence for each id that stays."""
    notes: list[str] = []
    named = options
    for reference in resource.references if isinstance(resource, Referring) else ():
        named = _with_each(named, reference.within, partial(_with_name, resource, reference, options, notes))
    return named, notes


def _with_name(
    resource: Resource, reference: Reference, options: dict[str, Any], notes: list[str], mapping: dict[str, Any]
) -> dict[str, Any]:
    """Return a mapping with the name in place of the id, or the same mapping and one more note."""
    value = mapping.get(reference.target)
    if not value:
        return mapping
    name, problem = _name_for(resource, reference, str(value), options)
    if problem:
        within = f"{reference.within}.".lstrip(".")
        notes.append(f"{within}{reference.target}: {value} stays, because {problem}")
        return mapping
    names = {reference.target: (reference.option, name)}
    return dict(names.get(option, (option, each)) for option, each in mapping.items())


def _name_for(resource: Resource, reference: Reference, value: str, options: dict[str, Any]) -> tuple[Any, str]:
    """Return the value of a reference's option that stands for a value, and an empty text; or the reason for none."""
    named = reference.named(resource.client, resource.shared_lists)
    try:
        listed = named.conclusive(named.list_resources())
    except CloudError as error:
        return None, f"the {named.noun}s could not be read: {error.why}"
    matches = [current for current in listed if reference.value_of(current) == value]
    if len(matches) != 1:
        return None, f"the account has no {named.noun} with it"
    identity = {option: matches[0].values[option] for option in named.named_by if matches[0].values.get(option)}
    given = identity if len(named.named_by) > 1 else matches[0].name
    use = Use(reference, _identity(reference, given, options))
    if len(_matches(resource, use)) != 1:
        return None, f"several {named.noun}s, or none that stays, fit the name {matches[0].name!r}"
    return given, ""


def is_only_match(resource: Resource, desired_state: DesiredState) -> bool:
    """Return whether a task without an id finds exactly one resource. Sends reads."""
    try:
        desired_state, _warnings = with_values(resource, desired_state)
        if isinstance(resource, Preparing):
            resource.prepare(desired_state)
        matches = resource.matches(resource.conclusive(resource.list_resources()), desired_state)
    except (AmbiguousName, NotFound):
        return False
    return len([current for current in matches if not (current.being_removed or current.gone)]) == 1


def _value_or_placeholder(resource: Resource, use: Use, must_exist: bool) -> tuple[str | None, str]:
    """Return the value of a use, or ``None`` if only a placeholder is possible; and a warning."""
    coming = resource.coming.get(use.reference.named, {}) if isinstance(resource, Referring) else {}
    if coming.get(use.identity):
        return None, ""
    is_changing = use.identity in coming and use.reference.fact != "id"
    matches = _matches(resource, use)
    if len(matches) == 1 and isinstance(resource, Referring):
        resource.named[use.reference.path] = matches[0]
        return (None if is_changing else use.reference.value_of(matches[0])), ""
    if matches:
        raise _ambiguous(use, matches)
    if not must_exist:
        return None, ""
    if not resource.client.check_mode or issubclass(use.reference.named, ReadOnly):
        raise _not_found(resource, use)
    return None, (
        f"{use.reference.path}: the {use.label} does not exist. Ignore this warning if an earlier task creates it: "
        "check mode does not."
    )


def _matches(resource: Resource, use: Use, is_new_read: bool = False) -> list[CurrentState]:
    """Return the resources that a use can mean.

    :param is_new_read: whether a list response that was requested earlier is too old.
    """
    named = use.reference.named(resource.client, resource.shared_lists)
    list_response = named.list_resources(named.mark() if is_new_read else None)
    found = [current for current in list_response if _has_identity(current, use.identity)]
    if not found:
        found = [current for current in named.conclusive(list_response) if _has_identity(current, use.identity)]
    return found


def _has_identity(current: CurrentState, identity: Identity) -> bool:
    values = {"name": current.name, **current.values}
    is_there = not (current.being_removed or current.gone)
    return is_there and all(str(values.get(option) or "") == value for option, value in identity)


def _identity(reference: Reference, given: Any, values: Mapping[str, Any]) -> Identity:
    options = dict(given) if isinstance(given, dict) else {"name": given}
    narrowing = values.get(reference.narrowed_by) if reference.narrowed_by else None
    if narrowing:
        options[reference.narrowed_by] = narrowing
    return tuple((option, str(value)) for option, value in options.items())


def _not_found(resource: Resource, use: Use) -> NotFound:
    named = use.reference.named(resource.client, resource.shared_lists)
    is_read_only = isinstance(named, ReadOnly)
    means = f"in the {named.provider.title} console" if is_read_only else f"with gpufleet.cloud.{named.type_name()}"
    existing = sorted({current.name for current in named.list_resources() if not current.being_removed})
    more = f" and {len(existing) - _MOST_SHOWN} more" if len(existing) > _MOST_SHOWN else ""
    listed = f"The existing ones are {', '.join(map(repr, existing[:_MOST_SHOWN]))}{more}." if existing else ""
    return NotFound(
        f"the {use.label} does not exist. {listed}".strip(),
        advice=f"Correct {use.reference.path}, or create it first {means}.",
    )


def _ambiguous(use: Use, matches: list[CurrentState]) -> AmbiguousName:
    ids = [current.id for current in matches]
    within = f"{use.reference.within}.".lstrip(".")
    return AmbiguousName(
        f"there are {len(ids)} {use.reference.named.noun}s like the {use.label}: {', '.join(ids)}",
        ids=ids,
        advice=f"Set {within}{use.reference.target} instead of {use.reference.path}.",
    )


def _mappings(values: Mapping[str, Any], within: str) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings at a path."""
    if not within:
        yield values
    elif within.endswith("[]"):
        yield from values.get(within[:-2]) or []
    elif values.get(within):
        yield values[within]


def _replaced(
    values: dict[str, Any], reference: Reference, value: Callable[[Use], str], all_values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return values with the target of a reference in place of its option."""

    def changed(mapping: dict[str, Any]) -> dict[str, Any]:
        given = mapping.get(reference.option)
        if given is None:
            return mapping
        rest = {option: each for option, each in mapping.items() if option != reference.option}
        return {**rest, reference.target: value(Use(reference, _identity(reference, given, all_values)))}

    return _with_each(values, reference.within, changed)


def _with_each(
    values: dict[str, Any], within: str, changed: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Return values with a change of each mapping at a path."""
    if not within:
        return changed(values)
    name = within.removesuffix("[]")
    inner = values.get(name)
    if not inner:
        return values
    return {**values, name: [changed(each) for each in inner] if isinstance(inner, list) else changed(inner)}
