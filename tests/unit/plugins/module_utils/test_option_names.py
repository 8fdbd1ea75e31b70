# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options have the providers' own names, so that a provider's page explains them."""

from __future__ import annotations

import re

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.arguments import argument_spec
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES

OTHER_NAMES = {
    ("novita_instance", "ports", "port_mappings"): "responses have objects instead of texts",
    ("novita_instance", "tools", "connect_component_jupyter"): "responses have one object for one tool",
    ("novita_instance", "network_storages", "volume_mounts"): "responses list all mounts, not only network storages",
    ("novita_instance", "network_id", "network"): "responses have an object with the id",
    ("ppio_instance", "resource", "resource_specs"): "responses call what an instance has its specs",
    ("ppio_instance", "candidate_regions", "region"): "responses have the region in which the instance runs",
    ("ppio_instance", "web_terminal", "tools"): "responses have the web terminal among the tools",
    ("vast_instance", "image", "image_uuid"): "requests call it image",
    ("vast_instance", "disk", "disk_space"): "requests call it disk",
    ("vast_instance", "args", "image_args"): "requests call it args",
    ("vast_instance", "runtype", "image_runtype"): "requests call it runtype",
    ("vast_instance", "bid_price", "price"): "not every price is a bid",
    ("vast_workergroup", "search_params", "search_query"): "requests call it search_params",
}
"""Names of a provider that are not names of the option, with the reason."""


def _fields(fields, path=""):
    """Yield all fields with an option, also those inside other fields, with their paths."""
    for field in fields:
        if field.option:
            yield f"{path}{field.name}", field
            yield from _fields(getattr(field, "fields", ()), f"{path}{field.name}.")


WIRE_NAMES = [
    (type_name, path, name)
    for type_name, resource_type in RESOURCE_TYPES.items()
    for path, field in _fields(resource_type.table.fields)
    for name in sorted({field.key, field.response_key})
]


@pytest.mark.parametrize(("type_name", "path", "wire"), WIRE_NAMES)
def test_each_name_of_a_provider_is_a_name_of_the_option(type_name, path, wire):
    field = dict(_fields(RESOURCE_TYPES[type_name].table.fields))[path]
    name = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", wire).lower()
    is_known = name in (field.name, *field.aliases)
    assert is_known is ((type_name, path, name) not in OTHER_NAMES), f"{name} should be an alias of {path}"


@pytest.mark.parametrize("type_name", RESOURCE_TYPES)
def test_no_alias_is_the_name_of_another_option(type_name):
    resource_type = RESOURCE_TYPES[type_name]
    for spec in (argument_spec(resource_type), info_options(resource_type).arguments()):
        aliases = [alias for argument in spec.values() for alias in argument.get("aliases", ())]
        assert len({*spec, *aliases}) == len(spec) + len(aliases)


@pytest.mark.parametrize("type_name", RESOURCE_TYPES)
def test_an_info_module_has_the_aliases_of_the_resource_module(type_name):
    spec = argument_spec(RESOURCE_TYPES[type_name])
    for name, argument in info_options(RESOURCE_TYPES[type_name]).arguments().items():
        assert argument.get("aliases") == spec[name].get("aliases")
