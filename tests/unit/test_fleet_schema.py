# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schema of a fleet file accepts what the modules accept, and refuses what they refuse."""

from __future__ import annotations

import json
import pathlib

import jsonschema
import pytest
import yaml

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connection_arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet import options
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.prune_rule import RULES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.entry_types import ENTRY_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.inference_entry import INFERENCE_ENDPOINT
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Items, Scalars
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Float, Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import SHORTEST
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import schema_violations, validator
from ansible_collections.gpufleet.cloud.tests.guides.blocks import blocks_of

from .documentation import block_of
from .laws.resource_types import RESOURCE_TYPES as TESTED

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "fleet.schema.json").read_text(encoding="utf-8"))
FILES = [ROOT / "README.md", *(ROOT / "docs" / "docsite" / "rst").glob("*.rst")]
TEMPLATE = "{{ value }}"
FILTERS = ("search_params", "extra_filters")


class _Loader(yaml.SafeLoader):
    """Reads a value with one of Ansible's own tags as text."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))


def errors_of(value, schema=None):
    """Return the places of a value that a schema refuses, each with the rule. Without a schema, it is a fleet file."""
    checker = jsonschema.Draft7Validator({**(schema or SCHEMA), "definitions": SCHEMA["definitions"]})
    return [(error.json_path, error.validator) for error in checker.iter_errors(value)]


def fleet(*entries):
    return {"fleet_resources": list(entries)}


def tasks_in(content):
    """Yield the module and the options of all tasks in decoded YAML."""
    for value in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from tasks_in(value)
    for name, value in content.items() if isinstance(content, dict) else ():
        if isinstance(name, str) and name.startswith("gpufleet.cloud.") and isinstance(value, dict):
            yield name.rpartition(".")[2], value


def written_fleets(content):
    """Yield the fleet files, and the entries of tasks as fleet files, in decoded YAML."""
    if isinstance(content, dict) and "fleet_resources" in content:
        yield content
    for module, given in tasks_in(content):
        if module == "fleet":
            yield {"fleet_resources": given["resources"]}
        elif module in RESOURCE_TYPES:
            connection = connection_arguments(RESOURCE_TYPES[module].provider)
            yield fleet({module: {option: value for option, value in given.items() if option not in connection}})


def is_valid(block):
    return not block.mark("fails") and block.mark("file") != "wrong.yml"


def pages():
    """Return the decoded YAML blocks of all pages that describe something valid. A page calls other files wrong.yml."""
    blocks = [block for path in FILES for block in blocks_of(path) if block.language in ("yaml", "yaml+jinja")]
    return [yaml.load(block.replaced, _Loader) for block in blocks if is_valid(block)]


def files():
    """Return the decoded files of the collection that contain tasks or fleet files."""
    paths = [*(ROOT / "playbooks").glob("*.yml"), ROOT / "tests/integration/targets/playbooks/vars/fleet.yml"]
    return [yaml.load(path.read_text(encoding="utf-8"), _Loader) for path in paths]


def test_the_schema_is_valid():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("module", ["fleet", *RESOURCE_TYPES])
def test_the_schema_accepts_the_examples_of_a_module(module):
    examples = list(written_fleets(block_of(module, "EXAMPLES")))
    assert examples
    assert [errors for errors in map(errors_of, examples) if errors] == []


@pytest.mark.parametrize("source", [pages, files])
def test_the_schema_accepts_every_fleet_file_and_every_task(source):
    found = [written for content in source() for written in written_fleets(content)]
    assert any(len(written["fleet_resources"]) > 1 for written in found)
    assert [(written, errors) for written in found for errors in [errors_of(written)] if errors] == []


@pytest.mark.parametrize("tested", TESTED, ids=lambda tested: f"{tested.provider}_{tested.noun}")
def test_the_schema_refuses_what_is_outside_a_range(tested):
    name = f"{tested.provider}_{tested.noun}"
    assert errors_of(fleet({name: tested.task})) == []
    assert errors_of(fleet({name: {**tested.task, **tested.change}})) == []
    # The schema does not know the language of machine filters.
    outside = [fragment for fragment, path in tested.outside if not path.startswith(FILTERS)]
    assert [fragment for fragment in outside if not errors_of(fleet({name: {**tested.task, **fragment}}))] == []


def test_the_first_fleet_file_of_a_page_names_the_schema_of_this_version():
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    address = f"https://raw.githubusercontent.com/gpufleet/gpufleet.cloud/{version}/docs/fleet.schema.json"
    shown = {
        path.name: block.text.splitlines()[0]
        for path in FILES
        for block in reversed(blocks_of(path))
        if block.mark("file") and "fleet_resources:" in block.text
    }
    assert len(shown) > 1
    assert set(shown.values()) == {f"# yaml-language-server: $schema={address}"}


# -- the options -------------------------------------------------------------------------------------------------------


def disagreements(spec, schema, path):
    """Yield the options in which an argument spec and the schema of a mapping differ."""
    properties = schema["properties"]
    spellings = {spelled for name, argument in spec.items() for spelled in (name, *argument.get("aliases", ()))}
    yield from (f"{path}.{name}" for name in spellings ^ set(properties))
    yield from [] if schema["additionalProperties"] is False else [f"{path}: accepts other options"]
    for name, argument in spec.items():
        found, here = properties[name], f"{path}.{name}"
        alternatives = found.get("items", found).get("anyOf", [])
        enum = next((set(each["enum"]) for each in alternatives if "enum" in each), set())
        if not set(argument.get("choices", ())) <= enum:
            yield f"{here}: choices"
        if found.get("default") != argument.get("default"):
            yield f"{here}: default"
        if not found["description"].strip() or "C(" in found["description"] or "O(" in found["description"]:
            yield f"{here}: description"
        if any("$ref" not in properties[alias] for alias in argument.get("aliases", ())):
            yield f"{here}: aliases"
        if "options" in argument:
            yield from disagreements(argument["options"], found.get("items", found), here)


@pytest.mark.parametrize("name", RESOURCE_TYPES)
def test_the_schema_has_the_options_of_a_resource_type(name):
    spec = arguments.argument_spec(RESOURCE_TYPES[name])
    assert list(disagreements(spec, SCHEMA["definitions"][name], name)) == []


def test_the_schema_has_the_options_of_an_inference_endpoint():
    spec = ENTRY_TYPES[INFERENCE_ENDPOINT].options.spec
    assert list(disagreements(spec, SCHEMA["definitions"][INFERENCE_ENDPOINT], INFERENCE_ENDPOINT)) == []


def test_the_schema_has_the_variables_of_the_playbooks():
    table = yaml.safe_load((ROOT / "meta" / "variables.yml").read_text(encoding="utf-8"))["variables"]
    shared = {
        name
        for name, variable in table.items()
        if {"converge", "cost", "drift", "teardown"} & set(variable["playbooks"])
    }
    assert set(SCHEMA["properties"]) == shared
    assert set(SCHEMA["properties"]["fleet_prune"]["properties"]) == set(RESOURCE_TYPES)


def fields_with_schemas(fields, schema, path):
    """Yield the fields of a mapping at any depth, each with its path and the schemas of its options by their names."""
    for field in fields:
        if field.option:
            found, here = schema["properties"][field.name], f"{path}.{field.name}"
            yield field, here, {name: schema["properties"][name] for name in field.own_arguments()}
            yield from fields_with_schemas(getattr(field, "fields", ()), found.get("items", found), here)
            if isinstance(field, Scalars):
                yield field.item, f"{here}[]", {field.item.name: found["items"]}


def all_fields():
    for name, resource_type in RESOURCE_TYPES.items():
        for table in arguments.option_tables(resource_type):
            yield from fields_with_schemas(table.fields, SCHEMA["definitions"][name], name)
    variables = {name.removeprefix("fleet_"): schema for name, schema in SCHEMA["properties"].items()}
    fields = [field for field in options.SETTINGS.fields if field.name in variables]
    yield from fields_with_schemas(fields, {"properties": variables}, "fleet")


def numbers_of(field):
    """Return all numbers in the declaration of a field, and those next to them. A limit is one of them."""
    values = [getattr(field, name) for name in dir(field) if not name.startswith("_")]
    flat = [number for value in values for number in (value if isinstance(value, tuple) else (value,))]
    numbers = {number for number in flat if isinstance(number, (int, float)) and not isinstance(number, bool)}
    return sorted({near for number in {0, SHORTEST, *numbers} for near in (number - 1, number, number + 1)})


def texts_of(field):
    return [
        *field.choices,
        *field.printed_choices,
        "another",
        *("x" * length for length in numbers_of(field) if length > 0),
    ]


def lists_of(field):
    return [[f"{{{{ {number} }}}}" for number in range(length)] for length in numbers_of(field) if length >= 0]


def variables_of(field):
    lengths = [length for length in numbers_of(field) if length > 0]
    for length in lengths:
        yield from ({"n" * length: "v"}, {"n": "v" * length}, {f"n{number}": "v" for number in range(length)})


def limits_agree(field, schemas, value):
    """Return whether the schema refuses a value that breaks a declared limit, and accepts one that breaks no rule."""
    breaks_limit = bool(field.broken_limit(value))
    if not isinstance(field, (Scalars, Items)):
        breaks_limit |= bool(schema_violations(validator(field.schema()), value))
        breaks_limit |= value not in field.argument().get("choices", [value])
    refused = bool(errors_of(value, schemas[field.name]))
    if breaks_limit:
        return refused
    if isinstance(field, (Scalars, Items)):
        return not refused
    return bool(field.rule_violations(field.desired_in({field.name: value}), field.name)) or not refused


def disagreeing(belongs, values):
    return [
        (path, value)
        for field, path, schemas in all_fields()
        if belongs(field)
        for value in values(field)
        if not limits_agree(field, schemas, value)
    ]


def test_every_range_of_a_number_is_in_the_schema():
    assert disagreeing(lambda field: isinstance(field, (Integer, Float)), numbers_of) == []


def test_every_limit_of_a_text_is_in_the_schema():
    assert disagreeing(lambda field: isinstance(field, Text), texts_of) == []


def test_every_limit_of_a_list_is_in_the_schema():
    assert disagreeing(lambda field: isinstance(field, (Scalars, Items)), lists_of) == []


def test_every_limit_of_an_environment_is_in_the_schema():
    wrong = [
        (path, value)
        for field, path, schemas in all_fields()
        if isinstance(field, Environment)
        for value in variables_of(field)
        if bool(errors_of(value, schemas[field.name]))
        != bool(field.range_violations(value, None, "envs") or field.conflicts(value, "envs"))
    ]
    assert wrong == []


@pytest.mark.parametrize("field", RULES.fields, ids=lambda field: field.name)
@pytest.mark.parametrize(
    "rule",
    [
        "^ci-",
        7,
        {"name": "^ci-"},
        {"name": 7},
        {"name": "^ci-", "older_than": "24h"},
        True,
        1.5,
        ["^ci-"],
        {},
        {"older_than": "24h"},
        {"name": None},
        {"name": ["^ci-"]},
        {"name": "^ci-", "age": "24h"},
        {"name": "^ci-", "older_than": 24},
        {"name": "^ci-", "older_than": "24"},
        {"name": "^ci-", "older_than": "0h"},
        {"name": "^ci-", "older_than": "1d12h"},
    ],
    ids=str,
)
def test_a_rule_of_prune_that_the_module_refuses_is_refused_by_its_schema(field, rule):
    refused = bool(field.rule_violations(rule, "prune"))
    assert bool(schema_violations(validator(field.schema()), rule)) is refused
    # The schema of a file accepts null, as for any option.
    if rule != {"name": None}:
        assert bool(errors_of(rule, SCHEMA["properties"]["fleet_prune"]["properties"][field.name])) is refused


# -- entries -----------------------------------------------------------------------------------------------------------


def values_of_options(schema):
    """Yield the schemas of all options of a mapping, at any depth."""
    for name, found in schema["properties"].items():
        if "$ref" not in found:
            yield name, found
            inner = found.get("items", found)
            if "properties" in inner:
                yield from values_of_options(inner)


@pytest.mark.parametrize("name", RESOURCE_TYPES)
def test_every_option_can_be_a_template_or_null(name):
    refused = [
        option
        for option, schema in values_of_options(SCHEMA["definitions"][name])
        for value in (TEMPLATE, "{% if a %}1{% endif %}", None)
        if errors_of(value, schema)
    ]
    assert refused == []


@pytest.mark.parametrize(
    "written",
    [
        {"fleet_resources": TEMPLATE},
        fleet(TEMPLATE),
        fleet({"vast_endpoint": TEMPLATE}),
        {**fleet(), "team": "a", "prices": [1, 2]},
        fleet({"vast_endpoint": {"name": 7, "max_workers": "8", "target_util": "0.9", "wait": "no"}}),
        fleet({"vast_endpoint": {"endpoint_name": "tts", "max_workers": 8.0, "min_load": 1, "wait": 1}}),
        fleet({"vast_workergroup": {"endpoint_name": "tts", "template_id": "12", "search_params": {"gpu_ram": None}}}),
        fleet({"vast_workergroup": {"endpoint_id": 12, "search_params": {"gpu_ram": {"gte": "{{ ram }}"}}}}),
        fleet({"novita_endpoint": {"id": "a1", "products": "7, 8", "ports": 8000, "worker_config": "max_num=4"}}),
        fleet({"novita_instance": {"name": "a", "envs": {"A": "b", "C": 1}, "ports": ["8000/http", TEMPLATE]}}),
        fleet({"novita_endpoint": {"name": "a", "image": {"command": ""}, "volume_mounts": [TEMPLATE]}}),
        {**fleet(), "fleet_prune": {"vast_endpoint": {"name": "^a-", "older_than": "24h"}, "ppio_endpoint": None}},
        {**fleet(), "fleet_prune": {"novita_endpoint": {"name": "^a-"}, "vast_endpoint": TEMPLATE}},
        {**fleet(), "fleet_prune": {"vast_endpoint": {"name": TEMPLATE, "older_than": TEMPLATE}}},
        {**fleet(), "fleet_prune": {"vast_endpoint": "^a-"}, "fleet_max_deletes": "2", "drift_fail": False},
    ],
)
def test_a_valid_file_is_accepted(written):
    assert errors_of(written) == []


ENDPOINT = "$.fleet_resources[0].vast_endpoint"


@pytest.mark.parametrize(
    "name, option",
    [
        ("novita_instance", "image_auth"),
        ("novita_registry_auth", "password"),
        ("vast_env_var", "value"),
        ("vast_template", "docker_login_pass"),
        ("vast_workergroup", "secret_launch_args"),
    ],
)
def test_a_short_secret_is_refused(name, option):
    schema = SCHEMA["definitions"][name]["properties"][option]
    assert errors_of("s" * SHORTEST, schema) == []
    assert errors_of("s" * (SHORTEST - 1), schema) == [("$", "anyOf")]


@pytest.mark.parametrize("name", ["novita_endpoint", "novita_instance", "ppio_endpoint", "vast_template"])
def test_a_short_secret_variable_is_refused(name):
    schema = SCHEMA["definitions"][name]["properties"]["secret_envs"]
    assert errors_of({"TOKEN": "s" * SHORTEST, "OTHER": TEMPLATE}, schema) == []
    assert errors_of({"TOKEN": "s" * (SHORTEST - 1)}, schema) == [("$.TOKEN", "anyOf")]


@pytest.mark.parametrize(
    "written, error",
    [
        ({}, ("$", "required")),
        (fleet("tts"), ("$.fleet_resources[0]", "pattern")),
        (fleet({}), ("$.fleet_resources[0]", "minProperties")),
        (fleet({"vast_endpoit": {"name": "a"}}), ("$.fleet_resources[0]", "additionalProperties")),
        (
            fleet({"vast_endpoint": {"name": "a"}, "ppio_endpoint": {"name": "a"}}),
            ("$.fleet_resources[0]", "maxProperties"),
        ),
        (fleet({"vast_endpoint": "tts"}), (ENDPOINT, "pattern")),
        (fleet({"vast_endpoint": {"name": "a", "max_wrokers": 1}}), (ENDPOINT, "additionalProperties")),
        (fleet({"vast_endpoint": {"name": "a", "api_key": "k"}}), (ENDPOINT, "additionalProperties")),
        (fleet({"vast_endpoint": {"max_workers": 1}}), (ENDPOINT, "required")),
        (fleet({"vast_endpoint": {"name": ""}}), (f"{ENDPOINT}.name", "anyOf")),
        (fleet({"vast_endpoint": {"name": "a "}}), (f"{ENDPOINT}.name", "anyOf")),
        (fleet({"vast_endpoint": {"name": "a", "endpoint_state": "idle"}}), (f"{ENDPOINT}.endpoint_state", "anyOf")),
        (fleet({"vast_endpoint": {"name": "a", "max_workers": -1}}), (f"{ENDPOINT}.max_workers", "minimum")),
        (fleet({"vast_endpoint": {"name": "a", "max_workers": "many"}}), (f"{ENDPOINT}.max_workers", "pattern")),
        (fleet({"vast_endpoint": {"name": "a", "max_workers": True}}), (f"{ENDPOINT}.max_workers", "type")),
        (fleet({"vast_endpoint": {"name": "a", "wait": "maybe"}}), (f"{ENDPOINT}.wait", "pattern")),
        (fleet({"vast_endpoint": {"name": "a", "wait": 2}}), (f"{ENDPOINT}.wait", "maximum")),
        (fleet({"vast_endpoint": {"name": "a", "wait": -1}}), (f"{ENDPOINT}.wait", "minimum")),
        (fleet({"vast_endpoint": {"name": "a", "wait_timeout": 0}}), (f"{ENDPOINT}.wait_timeout", "minimum")),
        (
            fleet({"novita_registry_auth": {"name": "registry.example.org"}}),
            ("$.fleet_resources[0].novita_registry_auth", "dependencies"),
        ),
        (
            fleet({"novita_endpoint": {"name": "a", "envs": {"DEBUG": True}}}),
            ("$.fleet_resources[0].novita_endpoint.envs.DEBUG", "type"),
        ),
        (
            fleet({"novita_endpoint": {"name": "a", "volume_mounts": [{"type": "local"}]}}),
            ("$.fleet_resources[0].novita_endpoint.volume_mounts[0]", "required"),
        ),
        ({**fleet(), "fleet_max_deletes": -1}, ("$.fleet_max_deletes", "minimum")),
        ({**fleet(), "fleet_concurrency": 65}, ("$.fleet_concurrency", "maximum")),
        ({**fleet(), "fleet_prune": {"vast_endpoit": "^a"}}, ("$.fleet_prune", "additionalProperties")),
        ({**fleet(), "fleet_prune": {"vast_endpoint": ["^a"]}}, ("$.fleet_prune.vast_endpoint", "type")),
        (
            {**fleet(), "fleet_prune": {"vast_endpoint": {"older_than": "1d"}}},
            ("$.fleet_prune.vast_endpoint", "required"),
        ),
        (
            {**fleet(), "fleet_prune": {"vast_endpoint": {"name": "^a", "older_than": 24}}},
            ("$.fleet_prune.vast_endpoint.older_than", "anyOf"),
        ),
        (
            {**fleet(), "fleet_prune": {"novita_endpoint": {"name": "^a", "older_than": "24h"}}},
            ("$.fleet_prune.novita_endpoint", "additionalProperties"),
        ),
    ],
)
def test_an_invalid_file_is_refused_with_its_place(written, error):
    assert errors_of(written) == [error]
