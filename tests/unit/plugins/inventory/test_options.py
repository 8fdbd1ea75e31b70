# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of an inventory file: which are refused, and where they come from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader

from ansible_collections.gpufleet.cloud.plugins.module_utils import _user_patterns as user_patterns

from .harness import NAME, new_plugin


def test_a_missing_file_is_not_accepted(tmp_path):
    assert not new_plugin([]).verify_file(str(tmp_path / "novita.yml"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"api_key": None}, "NOVITA_API_KEY"),
        ({"api_key": "two words"}, "api_key: must not contain spaces"),
        ({"api_timeout": 0}, "api_timeout: must be from 1 to 3600, not 0"),
        ({"api_retries": 21}, "api_retries: must be from 0 to 20, not 21"),
        ({"api_retries": True}, "api_retries: must be a number"),
        ({"concurrency": 0}, "concurrency: must be from 1 to 64, not 0"),
        ({"concurrency": 65}, "concurrency: must be from 1 to 64, not 65"),
        ({"api_url": "http://example.com"}, "api_url: must begin with https"),
        ({"filters": {"state": "running"}}, "filters.state"),
        ({"filters": {"name": "("}}, "filters.name: must be a valid regular expression"),
        ({"filters": {"name": "(" * 20_000}}, "filters.name: must be a valid regular expression"),
        ({"filters": {"name": "(?:x?){2000000000}"}}, "filters.name: must be a regular expression that needs"),
        ({"filters": {"name": False}}, "filters.name: must be a string"),
        ({"filters": {"status": [None]}}, "filters.status[0]: must not be null"),
        ({"filters": {"status": ""}}, "filters.status[0]: must not be empty"),
        ({"filters": {"status": "{{ '' }}"}}, "filters.status[0]: must not be empty"),
        ({"filters": {"cluster_id": ["eu-1", " "]}}, "filters.cluster_id[1]: must not be empty"),
        ({"filters": {"product_id": "a,,b"}}, "filters.product_id[1]: must not be empty"),
        ({"filters": {"product_id": "['a', 'b']"}}, "filters.product_id: must be a list, or text"),
        ({"filters": {"name": ""}}, "filters.name: must not be empty"),
        ({"api_url": ""}, "api_url: must not be empty"),
        ({"filters": {"product_id": ["********"]}}, "filters.product_id[0]: must not contain ********, which"),
        ({"filters": {"name": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}, "filters.name: must not contain VALUE"),
        ({"api_key": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}, "api_key: must not contain VALUE_SPECIFIED"),
        ({"api_url": "https://********.example.com"}, "api_url: must not contain ********"),
        ({"filter": {"status": "running"}}, "filter: is not an option of this plugin"),
        ({"keyed_group": []}, "keyed_group: is not an option of this plugin"),
        ({"concurrency": "lots"}, "concurrency"),
        ({"compose": "text"}, "compose"),
        ({"groups": ["text"]}, "groups"),
    ],
)
def test_invalid_options_are_refused_before_any_request(fleet, options, words):
    fleet.refused(words, "The inventory contains no hosts from this file.", **options)
    assert fleet.operations == []


def test_a_file_that_is_not_yaml_is_refused(fleet):
    path = Path(fleet.file())
    path.write_text(f"plugin: {NAME}\nfilters: {{\n", encoding="utf-8")
    with pytest.raises(AnsibleParserError, match="The inventory contains no hosts from this file"):
        new_plugin([]).parse(InventoryData(), DataLoader(), str(path))


def test_an_empty_environment_variable_counts_as_not_set(fleet, monkeypatch):
    monkeypatch.setenv("NOVITA_API_URL", "")
    monkeypatch.setenv("NOVITA_API_KEY", "")
    fleet.refused("api_key: must be set", api_key=None, api_url=None)


def test_options_can_be_templates(fleet):
    fleet.seed("a")
    fleet.seed("b")
    half = len(fleet.cloud.key) // 2
    key = f"{{{{ '{fleet.cloud.key[:half]}' + '{fleet.cloud.key[half:]}' }}}}"
    assert list(fleet.hosts(api_key=key, filters={"name": "{{ 'a' }}"})) == ["a"]


@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_a_missing_library_is_reported(fleet, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    error = fleet.refused(library, "required Python library")
    assert isinstance(error, AnsibleParserError)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?:|){50}(?!)"])
def test_a_name_filter_that_is_too_slow_is_refused(fleet, monkeypatch, pattern):
    monkeypatch.setattr(user_patterns, "SECONDS", 1)
    fleet.seed("a" * 60 + "-")
    fleet.refused("filters.name: must be a regular expression that needs at most 1 second", filters={"name": pattern})
