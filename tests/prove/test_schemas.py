# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The validator of options and responses finds the same errors as JSON Schema, for any value."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.validators import extend

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import validator

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 100) | st.floats() | st.text("ab/8", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["image", "min_num", "path", "port", "ports", "type", "value"]), inner)
    ),
)


@pytest.mark.fast
@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(schema, id=f"{name} {subject}")
        for name, resource_type in RESOURCE_TYPES.items()
        for subject, schema in (
            ("option", resource_type.table.schema()),
            ("response", resource_type.table.response_schema()),
        )
    ],
)
def test_our_validator_finds_the_same_errors_as_json_schema(schema):
    ours = validator(schema)
    plain = extend(Draft7Validator, {"pattern": ours.VALIDATORS["pattern"]})(schema)

    @hypothesis.given(st.fixed_dictionaries({}, optional=dict.fromkeys(schema["properties"], ANYTHING)))
    def example(value):
        found, expected = (
            [(*error.absolute_path, *error.absolute_schema_path, error.message) for error in checker.iter_errors(value)]
            for checker in (ours, plain)
        )
        assert found == expected

    example()
