# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 11: empty text, text for a list, and other values than text, in every option of every resource type.

Empty text is often a variable that nobody set, such as an unanswered question of a survey. One sentence refuses it
everywhere, except where the table of the resource type declares that an empty value is a real one.
"""

from __future__ import annotations

import copy

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connection_arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Items
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import EMPTY

LISTS = {
    "empty": ("", 0),
    "space": (" ", 0),
    "comma": (",", 0),
    "comma first": (", {0}", 0),
    "comma last": ("{0},", 1),
    "two commas": ("{0},,{0}", 1),
    "empty item": (["{0}", ""], 1),
    "space as item": (["  ", "{0}"], 0),
}
"""Values for a list, and the index of the first empty item."""


NO_PLACEHOLDERS = {
    "endpoint": "the endpoint does not exist, which the module finds first",
    "min_cuda_version": "it has a pattern",
    "offer_id": "it is a number",
    "order": "it has a pattern",
    "ports": "the items of an instance have a pattern",
}
"""Options that refuse placeholders with another sentence, with the reason."""


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("value", ["", " \t\n"], ids=["empty", "whitespace"])
def test_law_11_empty_text_is_refused_with_one_sentence_unless_the_table_declares_it(
    world, resource_type, value, check
):
    declared, wrong = set(_declared(_table(resource_type).fields)), []
    for path, argument in _options(_specification(resource_type)):
        if argument.get("no_log") or (path in declared and value == ""):
            continue
        result = world.run(_task_with(resource_type, path, value), check)
        place = _in_words((*path, 0) if _is_plain_list(argument) else path)
        if f"{place}: {EMPTY}" not in result.get("msg", "") or result.requests:
            wrong.append(f"{place}: {result.get('msg')}")
    assert wrong == []


@pytest.mark.parametrize("value", ["", "  "])
def test_law_11_an_empty_api_key_is_refused_before_the_first_request(world, value):
    # Ansible masks a space as a secret, so the message is not legible.
    assert world.run({**world.resource_type.task, "api_key": value}).failing().requests == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_law_11_an_id_with_whitespace_at_an_end_is_refused_before_the_first_request(world, state):
    # A file or the output of a command ends with a line break. No resource has such an ID, so a delete would seem done.
    made = world.create().ok()
    refused = world.run({"id": f"{made['id']}\n", "state": state}).failing("id: must not start or end with whitespace")
    assert refused.requests == []


def test_law_11_empty_text_that_the_table_declares_is_a_value(world, resource_type):
    world.create().ok()
    for path in _declared(_table(resource_type).fields):
        assert EMPTY not in world.run(_task_with(resource_type, path, ""), check=True).get("msg", "")


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("name", LISTS)
def test_law_11_an_empty_item_of_a_list_is_refused_by_its_path(world, resource_type, name, check):
    written, index = LISTS[name]
    for option, item in _plain_lists(resource_type):
        value = [part.format(item) for part in written] if isinstance(written, list) else written.format(item)
        refused = world.run({**resource_type.task, option: value}, check).failing(f"{option}[{index}]: {EMPTY}")
        assert refused.requests == []


def test_law_11_text_in_brackets_is_not_split(world, resource_type):
    for option, item in _plain_lists(resource_type):
        refused = world.run({**resource_type.task, option: f'["{item}"]'}).failing(f"{option}: must be a list, or text")
        assert refused.requests == []


def test_law_11_text_for_a_list_is_split_and_stripped(world, resource_type):
    for option, item in _plain_lists(resource_type):
        items = resource_type.task.get(option) or [item]
        world.run({**resource_type.task, option: " , ".join(map(str, items)).join("  ")}).ok()
        assert world.spec()[option] == sorted(items)
        assert not world.run({**resource_type.task, option: items}).ok(changed=False).writes


@pytest.mark.parametrize("value", [12.8, True], ids=str)
def test_law_11_a_value_that_is_not_text_is_refused_with_advice_for_expressions(world, resource_type, value):
    wrong = []
    for path, argument in _options(_specification(resource_type)):
        is_list_of_text = _is_plain_list(argument) and argument["elements"] == "str"
        is_text = argument["type"] == "str" and "choices" not in argument
        if argument.get("no_log") or not (is_text or is_list_of_text):
            continue
        result = world.run(_task_with(resource_type, path, [value] if is_list_of_text else value))
        place = _in_words((*path, 0) if is_list_of_text else path)
        found = result.get("msg", "")
        if f"{place}: must be a string" not in found or "or use `| string` where it comes from" not in found:
            wrong.append(f"{place}: {found}")
    assert wrong == []


@pytest.mark.needs("envs")
@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (0.9, "or use `| string` where it comes from an expression"),
        (False, "`| string | lower` gives true or false"),
        (None, "or write '' for an empty value"),
        (["a"], "use `| to_json` where it comes from an expression"),
        ({"a": 1}, "use `| to_json` where it comes from an expression"),
    ],
    ids=str,
)
def test_law_11_an_environment_value_that_is_not_text_is_refused_with_advice_for_expressions(world, value, advice):
    assert world.task(envs={"UTIL": value}).failing("envs.UTIL: must be a string or an integer", advice).requests == []


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("placeholder", ["...", "\u2026", "<your value>"])
def test_law_11_a_placeholder_is_refused_before_any_write(world, resource_type, placeholder, check):
    wrong = []
    for path, argument in _options(_specification(resource_type)):
        is_list_of_text = _is_plain_list(argument) and argument["elements"] == "str"
        is_text = argument["type"] == "str" and not {"choices", "no_log"} & argument.keys()
        if not (is_text or is_list_of_text) or path[0] in NO_PLACEHOLDERS:
            continue
        result = world.run(_task_with(resource_type, path, [placeholder] if is_list_of_text else placeholder), check)
        place = _in_words((*path, 0) if is_list_of_text else path)
        if f"{place}: must be a real value instead of a placeholder" not in result.get("msg", "") or result.writes:
            wrong.append(f"{place}: {result.get('msg')}")
    assert wrong == []


@pytest.mark.parametrize("placeholder", ["...", "<your API key>"])
def test_law_11_a_placeholder_as_the_api_key_is_refused_before_the_first_request(world, placeholder):
    refused = world.run({**world.resource_type.task, "api_key": placeholder}).failing("instead of a placeholder")
    assert refused.requests == []


def _table(resource_type):
    return RESOURCE_TYPES[resource_type.module].table


def _specification(resource_type):
    resource = RESOURCE_TYPES[resource_type.module]
    return {**arguments.argument_spec(resource), **connection_arguments(resource.provider)}


def _options(spec, path=()):
    """Yield the path and the argument of every option, also of those inside other options."""
    for name, argument in spec.items():
        yield (*path, name), argument
        inner = (*path, name, 0) if argument["type"] == "list" else (*path, name)
        yield from _options(argument.get("options", {}), inner)


def _is_plain_list(argument):
    return argument["type"] == "list" and "options" not in argument


def _plain_lists(resource_type):
    """The lists of plain values, each with a valid item."""
    return [
        (name, (resource_type.task.get(name) or [8000])[0])
        for name, argument in _specification(resource_type).items()
        if _is_plain_list(argument)
    ]


def _declared(fields, path=()):
    """Yield the paths of the options that can be empty."""
    for field in fields:
        here = (*path, field.name, 0) if isinstance(field, Items) else (*path, field.name)
        if getattr(field, "may_be_empty", False) and field.option:
            yield here
        yield from _declared(getattr(field, "fields", ()), here)


def _task_with(resource_type, path, value):
    """Return the complete task with a value at an option path, without the options that exclude this option."""
    excluded = {
        option
        for group in arguments.rules(RESOURCE_TYPES[resource_type.module]).get("mutually_exclusive", ())
        for option in group
        if path[0] in group
    }
    task = copy.deepcopy({option: given for option, given in resource_type.task.items() if option not in excluded})
    parent, spec = task, _specification(resource_type)
    for step, following in zip(path, path[1:]):
        if step == 0:
            parent = parent[0]
            continue
        spec = spec[step]["options"]
        if following == 0:
            required = {name: inner.get("choices", ["/x"])[0] for name, inner in spec.items() if inner.get("required")}
            alternatives = {path[-1], _described_by(_table(resource_type).fields).get(path[-1], path[-1])}
            fitting = [item for item in parent.get(step, ()) if alternatives & item.keys()]
            parent[step] = [{key: item[key] for key in item.keys() - alternatives} for item in fitting[:1]] or [
                required
            ]
        else:
            parent.setdefault(step, {})
        parent = parent[step]
    parent[path[-1]] = value
    return task


def _described_by(fields):
    """Return the options that names of other resources replace, by the options with these names."""
    described = {}
    for field in fields:
        described.update({field.described_by: field.name} if field.described_by else {})
        described.update(_described_by(getattr(field, "fields", ())))
    return described


def _in_words(path):
    return "".join(f"[{step}]" if step == 0 else f".{step}" for step in path).lstrip(".")
