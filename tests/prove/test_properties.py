# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises as properties, for any two valid tasks of a resource type, and servers with different behavior.

Hypothesis shrinks a failing example, and prints the tasks that reproduce it.
"""

from __future__ import annotations

import copy
import json

import hypothesis
import pytest
import yaml
from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES as RESOURCES
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group, Items
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.search import SearchParams
from ansible_collections.gpufleet.cloud.tests.unit.harness import Cloud, ThroughFleet
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import RESOURCE_TYPES

from .desired_values import personalities, tasks

KEYS = ("changed", "plan", "diff")


def playbook_task(resource_type, options):
    """Return a task in the form of a playbook."""
    return yaml.safe_dump([{f"gpufleet.cloud.{resource_type.module}": options}], sort_keys=False, allow_unicode=True)


class Example:
    """The tasks of one example, and their results."""

    def __init__(self, world):
        self.world, self.resource_type = world, world.resource_type
        self.table = RESOURCES[world.resource_type.module].table

    def run(self, options, check=False):
        hypothesis.note(("# in check mode\n" if check else "") + playbook_task(self.resource_type, options))
        result = self.world.run(options, check)
        hypothesis.note(f"# {'failed: ' + result['msg'] if result.failed else 'changed: ' + str(result['changed'])}\n")
        return result

    def spec(self, id_):
        """Return all options of the resource as the info module returns them."""
        reveal = {self.resource_type.reveal: True} if self.resource_type.reveal else {}
        [resource] = self.world.found(id=id_, **reveal)
        return self.without_selectors(resource["spec"])

    def without_selectors(self, options):
        """Return the options without those that select the resource, except the name."""
        return {
            option: value
            for option, value in options.items()
            if option not in RESOURCES[self.resource_type.module].named_by or option == "name"
        }

    def wire(self, id_):
        """Return the wire fields of the resource in the provider's store."""
        return copy.deepcopy(self.world.store.find(id_).spec)

    def expected(self, spec, desired):
        """Return the options with a task merged into them, computed without the code under test."""
        result, desired = copy.deepcopy(spec), self.without_selectors(desired)
        for field in self.table.fields:
            if isinstance(field, Environment):
                given = [desired[option] for option in (field.name, f"secret_{field.name}") if option in desired]
                if given:
                    kept = result.get(field.name, {}) if desired.get(f"{field.name}_mode") == "merge" else {}
                    result[field.name] = dict(kept)
                    for values in given:
                        result[field.name].update((name, str(value)) for name, value in values.items())
            elif field.name not in desired or field.write_only or field.secret:
                continue
            elif isinstance(field, (Group, SearchParams)):
                result[field.name] = {**result.get(field.name, {}), **desired[field.name]}
            elif isinstance(field, Items):
                current = {self._identity(field, entry): entry for entry in spec.get(field.name, [])}
                fresh = {part.name: part.on_create for part in field.fields if part.on_create is not None}
                # The response contains the port of a tool, but not the type of that port.
                write_only = {"type"} if field.name == "tools" else set()
                result[field.name] = [
                    {
                        **{name: value for name, value in fresh.items() if self._part(field, name).applies(entry)},
                        **current.get(self._identity(field, entry), {}),
                        **{name: value for name, value in entry.items() if name not in write_only},
                    }
                    for entry in desired[field.name]
                ]
            else:
                result[field.name] = desired[field.name]
                for sibling in field.displaces:
                    result.pop(sibling, None)
        return result

    @staticmethod
    def _identity(field, entry):
        return tuple(str(entry.get(name)) for name in field.identity)

    @staticmethod
    def _part(field, name):
        return next(part for part in field.fields if part.name == name)

    def differences(self, current, expected):
        """Return the options that differ. Empty values and zero equal missing ones. The order of lists is ignored."""
        # The table marks the values that a response may lack. They cannot be compared.
        missing = {field.name for field in self.table.fields if field.may_be_missing and not current.get(field.name)}
        expected = {name: value for name, value in expected.items() if name not in missing}
        current, expected = self._plain(current), self._plain(expected)
        return {
            name: (current.get(name), expected.get(name))
            for name in {*current, *expected}
            if current.get(name) != expected.get(name)
        }

    def _plain(self, value):
        if isinstance(value, dict):
            plain = {name: self._plain(entry) for name, entry in value.items()}
            return {name: entry for name, entry in plain.items() if entry not in ("", 0, None, [], {})}
        if isinstance(value, list):
            return sorted((self._plain(entry) for entry in value), key=lambda entry: json.dumps(entry, sort_keys=True))
        return value

    def unmanaged(self, desired):
        """Return the wire keys that belong to no option of a task."""
        names = set(desired) | {
            field.name
            for field in self.table.fields
            if isinstance(field, Environment)
            and any(option in desired for option in (field.name, f"secret_{field.name}"))
        }
        names |= {sibling for field in self.table.fields if field.name in desired for sibling in field.displaces}
        return [
            key
            for field in self.table.fields
            if field.name not in names and not field.write_only
            for key in sorted({field.key, field.response_key})
        ]


def ignores_zeros(personality, resource_type, desired):
    """Whether the server ignores a value that the task sets."""

    def empty(value):
        return value in (0, "", [], {}) or isinstance(value, dict) and any(map(empty, value.values()))

    return personality.settings["put_mode"] == "zero_ignoring" and any(map(empty, desired.values()))


def check_laws(world, personality, data, first, figures):
    resource_type = world.resource_type
    example = Example(world)
    hypothesis.note(f"# settings: {personality.settings}, {personality.others} other resources")
    for number in range(personality.others):
        world.seed(resource_type.other_identity(f"other-{number}"))

    planned = example.run(first, check=True).ok(changed=True)
    assert not planned.writes
    created = example.run(first).ok(changed=True)
    assert {key: planned[key] for key in KEYS} == {key: created[key] for key in KEYS}
    again = example.run(first).ok(changed=False)
    assert not again.writes
    id_ = created["id"]

    before, wire_before = example.spec(id_), example.wire(id_)
    assert not example.differences(before, example.expected(before, first)), "the values of A were not applied"
    second = data.draw(tasks(resource_type.module, before), label="B")
    if resource_type.named and (not resource_type.renames or data.draw(st.booleans(), label="by name")):
        second["name"] = first["name"]
    else:
        second["id"] = id_
    planned = example.run(second, check=True)
    assert not planned.writes
    changed = example.run(second)
    if changed.failed and ignores_zeros(personality, resource_type, second):
        # The provider ignored a value that is zero or empty. The task must report this and nothing else. If the other
        # values do not fit together with the old value, the provider refuses the update.
        assert changed["failure"]["reason"] in ("not_applied", "VALIDATOR_PARAM"), changed["msg"]
        figures.count("properties", str(resource_type), "an ignored value reported")
    else:
        changed.ok()
        assert {key: planned.ok()[key] for key in KEYS} == {key: changed[key] for key in KEYS}
        assert changed["changed"] is bool(changed.writes)
        after, wire_after = example.spec(id_), example.wire(id_)
        wrong = example.differences(after, example.expected(before, second))
        assert not wrong, f"current and expected values after B: {wrong}"
        for key in example.unmanaged(second):
            assert example._plain(wire_after.get(key)) == example._plain(wire_before.get(key)), f"{key} has changed"
        again = example.run(second).ok(changed=False)
        assert not again.writes
        figures.count("properties", str(resource_type), "changed" if changed["changed"] else "unchanged")

    absent = {"id": id_, "state": "absent"}
    planned = example.run(absent, check=True).ok(changed=True)
    removed = example.run(absent).ok(changed=True)
    assert {key: planned[key] for key in KEYS} == {key: removed[key] for key in KEYS}
    assert not example.run(absent).ok(changed=False).writes
    world.cloud.clock.sleep(100)
    assert id_ not in world.ids()
    assert len(world.ids()) == personality.others, "another resource was deleted"


@pytest.mark.fast
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_the_promises_hold_for_any_two_tasks(new_world, figures, resource_type):
    @hypothesis.given(
        st.data(), personalities(resource_type), tasks(resource_type.module), st.sampled_from([Cloud, ThroughFleet])
    )
    def example(data, personality, first, cloud):
        first = copy.deepcopy(first)
        if resource_type.module == "vast_workergroup" and not {"endpoint", "endpoint_id"} & set(first):
            first["endpoint"] = "tts"
        check_laws(new_world(resource_type, cloud, **personality.settings), personality, data, first, figures)

    example()
