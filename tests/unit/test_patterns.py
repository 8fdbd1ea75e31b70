# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No message of the collection contains a regular expression: each pattern has a form, in words."""

from __future__ import annotations

import importlib
import inspect
import pathlib
import re

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connection_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.options import SETTINGS
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import PROVIDERS, RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.call import Call
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import (
    first_violation,
    schema_violations,
    validator,
)

UTILS = pathlib.Path(inspect.getfile(arguments)).parents[1]
PACKAGE = arguments.__name__.rsplit(".", 2)[0]
EXPRESSION = re.compile(r"\^|\[0-9|\[a-z|\\[dsw]|\$$")


def tables():
    """All schemas of options."""
    for resource_type in RESOURCE_TYPES.values():
        for table in (resource_type.table, resource_type.options, arguments.lifecycle(resource_type), arguments.NAMING):
            yield table.schema()
    yield SETTINGS.schema()
    for provider in PROVIDERS.values():
        yield connection_options(provider).schema()


def calls():
    """All schemas of responses."""
    for path in sorted(UTILS.glob("_*/*.py")):
        module = importlib.import_module(f"{PACKAGE}.{path.parent.name}.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, Call) and value.shape is not None:
                yield value.shape
            if isinstance(value, dict) and value and all(isinstance(each, Call) for each in value.values()):
                yield from (each.shape for each in value.values() if each.shape is not None)


def parts(schema):
    """A schema, and all schemas inside it."""
    if isinstance(schema, dict):
        yield schema
    members = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for member in members:
        yield from parts(member)


WITH_PATTERN = [
    part for schema in [*tables(), *calls()] for part in parts(schema) if isinstance(part.get("pattern"), str)
]


def test_the_collection_has_patterns():
    assert len(WITH_PATTERN) > 5


@pytest.mark.parametrize("schema", WITH_PATTERN, ids=lambda schema: schema["pattern"])
def test_a_message_about_a_pattern_shows_its_form_instead(schema):
    wrong = "\x00no such value"
    for message in (
        first_violation(schema, wrong),
        *(violation.text for violation in schema_violations(validator(schema), wrong)),
    ):
        assert f"must be {schema['description']}" in message
        assert schema["description"] and not EXPRESSION.search(schema["description"])
        assert schema["pattern"] not in message
