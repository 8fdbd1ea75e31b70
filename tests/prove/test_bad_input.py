# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invalid and unusual values for every option of every module are refused before any write, or stored exactly."""

from __future__ import annotations

import copy
import math

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import arguments as task
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connection_arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES as RESOURCES
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.docker_options import DockerOptions
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance_table import Arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.public_key import Comment
from ansible_collections.gpufleet.cloud.tests.unit.harness import Cloud, ThroughFleet
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import RESOURCE_TYPES, VAST_ENDPOINT


def nested(depth, wrap):
    value = "deep"
    for _level in range(depth):
        value = wrap(value)
    return value


FEW = [True, -1, 1.5, "", "no", "010", "模型-ü-🚀", "a\x00b", [], {}, ["a"], {"a": 1}]
MANY = FEW + [
    False,
    0,
    1,
    7,
    2**31,
    2**63,
    -(2**63),
    10**30,
    12.80,
    -0.0,
    1e300,
    math.inf,
    -math.inf,
    math.nan,
    # Values that YAML converts, such as octal numbers, dates and times of base 60, and texts that look like them.
    8,
    "12.80",
    "0x10",
    "0o10",
    "1_000",
    "1e3",
    "NaN",
    "Infinity",
    "yes",
    "on",
    "null",
    "~",
    "2026-11-21",
    "12:30:45",
    " ",
    "\t",
    "\n",
    "a\nb",
    " padded ",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\u202eabc",
    "\ufeff",
    "e\u0301",
    "/",
    "../..",
    "%2e%2e",
    "?a=b#c",
    "'",
    '"',
    "\\",
    "{{ 7 * 7 }}",
    "!unsafe x",
    "<script>",
    "$(id)",
    "; drop table",
    "x" * 300,
    "x" * 100_000,
    "ü" * 5000,
    "...",
    "<your id>",
    "a, b",
    "a,,b",
    ",",
    [""],
    ["a", " "],
    [None],
    [True],
    [1.5],
    [[]],
    [{}],
    ["a", "a"],
    [8000, 8000],
    list(range(1000)),
    ["x" * 5000],
    {"": ""},
    {"a": None},
    {"a": {"b": {"c": []}}},
    nested(60, lambda value: [value]),
    nested(60, lambda value: {"a": value}),
    nested(400, lambda value: [value]),
    nested(400, lambda value: {"a": value}),
    "1e999",
    "9" * 400,
    10**400,
]
SECRET = ("api_key", "docker_login_pass", "image_auth", "password", "secret_launch_args", "value")
UNTESTED = {"wait_for_ssh": "the simulator's instances run no SSH server"}
"""Options that cannot be tested here, with the reason."""
OPTIONAL = {"registry_login": "-u it-bot -p a-password registry.example.org"}
"""Values of options with an alias that the complete task omits."""
ENV_NAMES = ["", " ", "A=B", "=", "a\x00b", "ü", "x" * 600, "1", "a b", "A\nB"]


def excerpt(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:50]}... ({len(text)} long)"


def places(spec, path=()):
    """Yield the paths of all options in an argument spec."""
    for name, argument in spec.items():
        yield (*path, name)
        if "options" in argument:
            yield from places(argument["options"], (*path, name, 0) if argument["type"] == "list" else (*path, name))


def specification(resource_type):
    resource = RESOURCES[resource_type.module]
    return {**task.argument_spec(resource), **connection_arguments(resource.provider)}


def put(options, path, value):
    """Return the options with a value at a path. A list in the path gets one entry with the required options."""
    options = copy.deepcopy(options)
    parent = options
    for step, following in zip(path, path[1:]):
        if following == 0:
            parent[step] = [dict(next(iter(parent.get(step) or []), {"name": "Jupyter"}))]
            parent = parent[step]
        elif step == 0:
            parent = parent[0]
        else:
            parent = parent.setdefault(step, {})
    parent[path[-1]] = value
    return options


# The other properties mean nothing without these.
DESCRIPTIONS = {
    "product": {"gpu": "RTX 4090", "pick": "cheapest"},
    "auth": {"name": "registry.example.org"},
    "registry_auth": {"name": "registry.example.org"},
}


def without_alternatives(resource_type, path):
    """Return the complete task without the options that exclude the one at a path."""
    groups = task.rules(RESOURCES[resource_type.module]).get("mutually_exclusive", ())
    excluded = {option for group in groups if path[0] in group for option in group if option != path[0]}
    described = {field.described_by: field.name for field in fields_of(RESOURCES[resource_type.module].table)}
    options = without({described.get(step) for step in path if step in described} - {None}, resource_type.task)
    options = {option: value for option, value in options.items() if option not in excluded}
    for number, step in enumerate(path[:-1]):
        if step in DESCRIPTIONS:
            options = put(options, path[: number + 1], DESCRIPTIONS[step])
    return options


def fields_of(table):
    """Yield all fields of a table, also those inside other fields."""
    for field in table.fields:
        yield field
        if getattr(field, "fields", ()):
            yield from fields_of(field)


def without(names, options):
    """Return options without some names, at any depth."""
    if isinstance(options, dict):
        return {name: without(names, value) for name, value in options.items() if name not in names}
    return [without(names, value) for value in options] if isinstance(options, list) else options


def value_at(values, path):
    for step in path:
        if isinstance(values, dict):
            values = values.get(step)
        elif isinstance(values, list) and step == 0 and values:
            values = values[0]
        else:
            return None
    return values


def same(stored, given):
    """Whether a stored value equals the given one after the conversions that Ansible documents for its types."""
    if stored == given or stored in (None, "", 0, [], {}) and given in (None, "", 0, "0", [], {}):
        return True
    if isinstance(stored, bool):
        return str(given).lower() in (
            ("yes", "on", "1", "true", "t", "y", "1.0") if stored else ("no", "off", "0", "false", "f", "n", "0.0")
        )
    if isinstance(stored, list):
        # The module splits a text at its commas, and Ansible converts another value to a list with one entry.
        entries = given if isinstance(given, list) else [entry.strip() for entry in str(given).split(",")]
        return len(stored) == len(entries) and all(any(same(one, entry) for one in stored) for entry in entries)
    if isinstance(stored, dict) and isinstance(given, dict):
        # Mappings are merged, so other keys can have any value.
        return all(same(stored.get(name), value) for name, value in given.items())
    if isinstance(stored, (int, float)) and isinstance(given, (int, float, str)):
        try:
            return float(stored) == float(given)
        except ValueError:
            return False
    return isinstance(stored, str) and isinstance(given, int) and stored == str(given)


class Attempt:
    """One value for one option in an otherwise valid task."""

    def __init__(self, world, path, value):
        self.world, self.path, self.value = world, path, value
        self.option = next(step for step in reversed(path) if isinstance(step, str))

    def run(self, options):
        hosts = {"autoscaler_url": self.world.cloud.url("vast")} if self.world.resource_type is VAST_ENDPOINT else {}
        return self.world.run({"settle_timeout": 2, "wait_timeout": 30, "api_retries": 0, **hosts, **options})

    def judge(self, figures):
        options = put(without_alternatives(self.world.resource_type, self.path), self.path, self.value)
        try:
            result = self.run(options)
        except Exception as caught:  # Ansible would show a traceback
            figures.count("inputs", str(self.world.resource_type), "a traceback")
            return f"a traceback: {type(caught).__name__}: {caught}"
        if "Traceback" in result.printed or "bug in the collection" in result.printed:
            return f"a traceback, or a message about a bug: {result.get('msg')}"
        if result.failed:
            return self._refused(result, figures)
        difference = self._difference(result)
        figures.count("inputs", str(self.world.resource_type), "stored differently" if difference else "stored exactly")
        return difference

    def _refused(self, result, figures):
        # Ansible masks secrets in all output, short ones also inside of words.
        message = f"{self.option} {result['msg']}" if self.option in SECRET else result["msg"]
        if not result.writes:
            figures.count("inputs", str(self.world.resource_type), "refused")
            # A valid name or id can select another resource, and a valid address can belong to no server.
            reason = result.get("failure", {}).get("reason", "")
            if reason in (
                "not_found",
                "connection",
                "redirect",
                "http_401",
                "http_404",
                "FAILED_TO_AUTH",
                "auth_error",
            ) and self.option in ("id", "endpoint", "endpoint_id", "api_url", "autoscaler_url", "api_key", "state"):
                return ""
            return "" if self.option in message else f"the message does not contain the option: {message[:300]}"
        if self.option == "wait_for_workers" and result["failure"]["reason"] == "wait_timeout":
            figures.count("inputs", str(self.world.resource_type), "stored exactly")
            return ""
        # Vast.ai removes these characters from a script, and the module reads it back.
        if self.option == "onstart" and not self.value.isascii() and result["failure"]["reason"] == "not_applied":
            figures.count("inputs", str(self.world.resource_type), "refused by the provider")
            return ""
        if result["failure"]["status"] in (400, 404) and not self.world.ids():
            figures.count("inputs", str(self.world.resource_type), "refused by the provider")
            return ""
        figures.count("inputs", str(self.world.resource_type), "stored differently")
        return f"the value was written before the failure: {message[:300]}"

    def _difference(self, result):
        resource_type = self.world.resource_type
        table = RESOURCES[resource_type.module].table
        field = next((field for field in table.fields if self.path[0] in field.own_arguments()), None)
        if (
            field is None
            or _is_write_only(field, self.path[1:])
            or field.secret
            or self.value is None
            or not self.world.ids()
        ):
            return ""
        if isinstance(field, Environment):
            return "" if self.path[0].endswith("_mode") else self._difference_of_environment(field)
        if self.path[0] in (*RESOURCES[resource_type.module].named_by, "search_params") and self.path[0] != "name":
            return ""
        spec = self.world.found(id=result["id"], **({resource_type.reveal: True} if resource_type.reveal else {}))[0][
            "spec"
        ]
        stored = value_at(spec, self.path)
        given = self.value
        if resource_type.module == "vast_env_var" and isinstance(given, str):
            given = given.upper()
        if isinstance(field, Comment):
            given = " ".join(word for word in str(given).split(" ") if word)
        if isinstance(field, (Arguments, DockerOptions)) and field.equal(stored, str(given)):
            return ""
        return "" if same(stored, given) else f"became {excerpt(stored)}"

    def _difference_of_environment(self, field):
        [resource] = self.world.found(**{field.reveal_option: True})
        stored = resource["spec"]["envs"]
        given = self.value if isinstance(self.value, dict) else {}
        wrong = [name for name, value in given.items() if stored.get(name) != str(value)]
        return f"became {excerpt(stored)}" if wrong else ""


def attempts(resource_type, values):
    """Yield all options with all values, and values for the keys of mappings without fixed keys."""
    for path in places(specification(resource_type)):
        if path[-1] in UNTESTED:
            continue
        for value in values:
            yield path, value
    mappings = [option for option in ("envs", "secret_envs") if option in specification(resource_type)]
    for option in mappings:
        for value in values:
            yield (option,), {"A": value}
        for name in ENV_NAMES:
            yield (option,), {name: "long enough for a secret"}
    if "search_params" in specification(resource_type):
        for value in values:
            yield ("search_params",), {"num_gpus": value}
            yield ("search_params",), {"num_gpus": {"eq": value}}
            yield ("search_params",), {"num_gpus": {"in": [value]}}
            yield ("search_params",), f"num_gpus={value}"


def try_values(new_world, figures, resource_type, values, cloud=Cloud):
    problems = []
    for path, value in attempts(resource_type, values):
        problem = Attempt(new_world(resource_type, cloud, boot_seconds=0, removed_linger=0), path, value).judge(figures)
        if problem:
            problems.append(f"{resource_type} {'.'.join(map(str, path))} = {excerpt(value)}: {problem}")
    assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems)


def _is_write_only(field, path):
    """Return whether no response contains an option inside a field.

    :param path: the names of the option and of the mappings around it, below the field.
    """
    if field.write_only or not path or not isinstance(field, Group):
        return field.write_only
    return any(_is_write_only(part, path[1:]) for part in field.fields if part.name == path[0])


@pytest.mark.fast
@pytest.mark.parametrize("cloud", [Cloud, ThroughFleet], ids=["module", "fleet"])
@pytest.mark.parametrize(
    ("resource_type", "name", "alias"),
    [
        (resource_type, name, alias)
        for resource_type in RESOURCE_TYPES
        for name, argument in specification(resource_type).items()
        for alias in argument.get("aliases", ())
    ],
    ids=str,
)
def test_an_alias_works_and_must_not_differ_from_its_option(new_world, resource_type, name, alias, cloud):
    world = new_world(resource_type, cloud, boot_seconds=0)
    task = {**resource_type.task, **({name: OPTIONAL[name]} if name in OPTIONAL else {})}
    if name not in task:
        # The task sets the id of the resource. Replace it with the name.
        task = {
            option: value for option, value in task.items() if option not in RESOURCES[resource_type.module].named_by
        }
        task[name] = resource_type.around[0][1][alias]
    task[alias] = task[name] + 1 if isinstance(task[name], int) else "another"
    refused = world.run(task).failing(f"{alias}: must not differ from {name}")
    assert not refused.requests
    world.run({**task, alias: None}).ok(changed=True)
    assert not world.run({**task, alias: task[name]}).ok(changed=False).writes
    identity = name if name in RESOURCES[resource_type.module].named_by else resource_type.identity
    world.run({identity: task[identity], name: task[name], alias: None, "state": "absent"}).ok(changed=True)
    assert not world.ids()


@pytest.mark.fast
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_some_values_are_refused_or_stored_exactly(new_world, figures, resource_type):
    try_values(new_world, figures, resource_type, FEW)


@pytest.mark.parametrize("cloud", [Cloud, ThroughFleet], ids=["module", "fleet"])
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_all_values_are_refused_or_stored_exactly(new_world, figures, resource_type, cloud):
    try_values(new_world, figures, resource_type, MANY, cloud)
