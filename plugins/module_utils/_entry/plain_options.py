# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options where Ansible does not run: the same argument spec, with fewer conversions.

Ansible converts text such as ``"4"`` to the type of the option. Here, the checks of the fields refuse it. Only a whole
number becomes text, and text or a single value becomes a list.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .._sentences import suggestion
from .._validation import Violation, excerpt
from .yaml_input import Spec, drop_nulls, safe_for_ansible, yaml_violations


class PlainOptions(NamedTuple):
    """Options after their conversion.

    :param params: a value for each option of the argument spec, ``None`` for one that is not set.
    :param unknown: the paths of options that the argument spec does not have.
    :param violations: what is wrong with the others, as far as the argument spec shows it.
    """

    params: dict[str, Any]
    unknown: list[tuple[str, ...]]
    violations: list[Violation]


def plain_options(spec: Spec, rules: Mapping[str, Any], written: dict[str, Any]) -> PlainOptions:
    """Convert options. They are not changed.

    :param rules: the rules between options, as keyword arguments of ``AnsibleModule``.
    """
    given = _copy(written)
    drop_nulls(spec, given)
    violations = yaml_violations(spec, given)
    if violations:
        given = safe_for_ansible(spec, given)
    unknown: list[tuple[str, ...]] = []
    params = _converted(spec, given, (), unknown, violations)
    violations += _broken_rules(rules, params)
    return PlainOptions(params, unknown, violations)


def unknown_options(spec: Spec, unknown: Iterable[str | tuple[str, ...]]) -> list[Violation]:
    """Return a violation for each option that does not exist.

    :param unknown: the names of options; a tuple is the path of a suboption.
    """
    violations = []
    for path in sorted((name,) if isinstance(name, str) else name for name in unknown):
        siblings = spec
        for group in path[:-1]:
            siblings = siblings[group]["options"]
        names = [name for option, argument in siblings.items() for name in (option, *argument.get("aliases", ()))]
        hint = suggestion(path[-1], names) or f"the options are {', '.join(sorted(names))}"
        dotted = ".".join(path)
        violations.append(Violation("", f"unknown option {dotted}; {hint}", (dotted,)))
    return violations


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _converted(
    spec: Spec, given: dict[str, Any], path: tuple[str, ...], unknown: list[tuple[str, ...]], broken: list[Violation]
) -> dict[str, Any]:
    params: dict[str, Any] = {}
    names: set[str] = set()
    for name, argument in spec.items():
        spellings = (name, *argument.get("aliases", ()))
        names.update(spellings)
        here = (*path, name)
        value = next((given[spelling] for spelling in spellings if spelling in given), argument.get("default"))
        if value is None and argument.get("required"):
            broken.append(Violation(".".join(here), "must be set"))
        params[name] = None if value is None else _value(argument, value, here, unknown, broken)
    unknown += [(*path, str(name)) for name in given if name not in names]
    return params


def _value(
    argument: Spec, value: Any, path: tuple[str, ...], unknown: list[tuple[str, ...]], broken: list[Violation]
) -> Any:
    if argument["type"] == "list":
        items = [item.strip() for item in value.split(",")] if isinstance(value, str) else value
        item_argument = {**argument, "type": argument.get("elements", "raw")}
        return [
            _value(item_argument, item, path, unknown, broken)
            for item in (items if isinstance(items, list) else [items])
        ]
    if argument["type"] == "dict" and "options" in argument:
        return _converted(argument["options"], value, path, unknown, broken)
    if argument["type"] == "str" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if "choices" in argument and value not in argument["choices"]:
        rule = f"must be one of {', '.join(argument['choices'])}, not {excerpt(value)}"
        broken.append(Violation(".".join(path), rule))
    return value


def _broken_rules(rules: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield the violations of rules between options."""

    def given(names: Collection[str]) -> list[str]:
        return [name for name in names if params[name] is not None]

    for names in rules.get("required_one_of", ()):
        if not given(names):
            yield Violation("", f"one of {', '.join(names)} must be set")
    for names in rules.get("mutually_exclusive", ()):
        if len(given(names)) > 1:
            yield Violation("", f"only one of {', '.join(given(names))} can be set")
    for names in rules.get("required_together", ()):
        if given(names) and len(given(names)) < len(names):
            yield Violation("", f"{' and '.join(names)} must be set together")
    for option, value, names, *is_any in rules.get("required_if", ()):
        missing = [name for name in names if params[name] is None]
        if params[option] == value and (len(missing) == len(names) if is_any == [True] else missing):
            yield Violation("", f"{' or '.join(names)} must be set if {option} is {value}")
