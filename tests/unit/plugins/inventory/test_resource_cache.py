# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache that is damaged, foreign or not accessible: a warning, and a complete inventory from the provider."""

from __future__ import annotations

import json

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

DAMAGED = ["", "{", '{"__payload__": "[{"}', "\x00\x01", "[]", "null", "7", '"text"', '{"__payload__": 7}']


def entry_file(fleet):
    [path] = (fleet.folder / "cache").iterdir()
    return path


def change_entry(fleet, change):
    """Change the cache entry, in the format of this version of ansible-core."""
    path = entry_file(fleet)
    content = json.loads(path.read_text(encoding="utf-8"))
    wrapped = "__payload__" in content
    entry = change(json.loads(content["__payload__"]) if wrapped else content)
    path.write_text(json.dumps({"__payload__": json.dumps(entry)} if wrapped else entry), encoding="utf-8")


def assert_read_again(fleet, *words):
    """Check that the inventory is complete, that a warning names the cache entry, and that it is written again."""
    fleet.warnings.clear()
    fleet.account.clear()
    assert list(fleet.hosts(**fleet.cache)) == ["a", "b"]
    assert "instance.list" in fleet.operations
    [warning] = fleet.warnings
    for word in ("gpufleet.cloud.novita_", "jsonfile", str(fleet.folder / "cache"), "read again", *words):
        assert word in warning
    assert warning.isprintable() and fleet.cloud.key not in warning
    assert list(fleet.hosts(**fleet.cache)) == ["a", "b"]
    assert fleet.operations == [] and len(fleet.warnings) == 1


@pytest.fixture(autouse=True)
def _two_cached(fleet):
    fleet.seed("a", status="exited")
    fleet.seed("b", status="exited")
    fleet.hosts(**fleet.cache)


@pytest.mark.parametrize("text", DAMAGED, ids=ascii)
def test_a_damaged_file_is_replaced(fleet, text):
    entry_file(fleet).write_text(text, encoding="utf-8")
    assert_read_again(fleet)


def test_an_entry_that_ansible_treats_as_missing_is_replaced(fleet):
    """ansible-core 2.19 and later does not report that a file lacks its own envelope."""
    entry_file(fleet).write_text("{}", encoding="utf-8")
    fleet.account.clear()
    assert list(fleet.hosts(**fleet.cache)) == ["a", "b"]
    assert fleet.operations == ["instance.list"]


def test_a_file_that_is_not_utf_8_is_replaced(fleet):
    entry_file(fleet).write_bytes(b"\xff\xfe\x00")
    assert_read_again(fleet)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry["resources"],
        lambda entry: {**entry, "version": "0.9.0"},
        lambda entry: {"resources": entry["resources"]},
        lambda entry: {**entry, "resources": None},
        lambda entry: {**entry, "resources": [None]},
        lambda entry: {**entry, "resources": {"a": {}}},
        lambda entry: {**entry, "resources": [{"id": "1", "name": "a"}]},
        lambda entry: {**entry, "resources": [{"id": 1, "name": "a", "status": "exited"}]},
        lambda entry: {**entry, "resources": [{"id": "", "name": "a", "status": "exited"}]},
        lambda entry: {**entry, "resources": [{**entry["resources"][0], "ssh_host": "192.0.2.66"}]},
        lambda entry: {"ansible_facts": {"ansible_hostname": "a"}},
    ],
)
def test_an_entry_with_another_layout_is_replaced(fleet, change):
    change_entry(fleet, change)
    assert_read_again(fleet, "it is not a list of instances")


def test_an_unreadable_entry_is_ignored(fleet, capsys):
    """A folder in place of the file causes an error that even root gets. Before 2.19, Ansible itself displays it."""
    path = entry_file(fleet)
    path.unlink()
    path.mkdir()
    (path / "file").touch()
    fleet.account.clear()
    assert list(fleet.hosts(**fleet.cache)) == ["a", "b"]
    assert fleet.operations == ["instance.list"]
    assert "cache" in "".join(fleet.warnings) + capsys.readouterr().err


@pytest.mark.parametrize("place", ["/dev/null/cache", ""])
def test_without_a_usable_cache_folder_the_cache_is_not_used(fleet, place):
    options = {"cache": True, "cache_plugin": "jsonfile", **({"cache_connection": place} if place else {})}
    assert list(fleet.hosts(**options)) == ["a", "b"]
    assert fleet.warnings[0].startswith("The cache is not used (cache plugin jsonfile")


def test_without_a_cache_plugin_of_that_name_the_cache_is_not_used(fleet):
    assert list(fleet.hosts(cache=True, cache_plugin="nowhere", cache_connection=str(fleet.folder))) == ["a", "b"]
    assert fleet.warnings[0].startswith("The cache is not used (cache plugin nowhere")


def test_a_cache_that_cannot_be_written_causes_a_warning(fleet, monkeypatch):
    entry_file(fleet).unlink()

    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr("tempfile.mkstemp", fail)
    assert list(fleet.hosts(**fleet.cache)) == ["a", "b"]
    [warning] = fleet.warnings
    assert warning.startswith("The list of instances could not be written to the cache") and "disk is full" in warning


def test_text_in_the_cache_is_never_a_template(fleet):
    """ansible-core 2.19 and later can read from a cache that a text is trusted. Earlier versions trust all text."""
    text = "{{ 40 + 2 }}"
    tags = {"value": text, "tags": [{"__ansible_type": "TrustedAsTemplate"}], "__ansible_type": "_AnsibleTaggedStr"}
    trusted = tags if "__payload__" in entry_file(fleet).read_text(encoding="utf-8") else text

    def change(entry):
        first, *others = entry["resources"]
        return {**entry, "resources": [{**first, "command": trusted, "ports": [trusted]}, *others]}

    change_entry(fleet, change)
    host = fleet.hosts(**fleet.cache, compose={"composed": "novita_command"})["a"]
    for value in (host["novita_command"], host["novita_ports"][0], host["composed"]):
        assert Templar(loader=DataLoader()).template(value) == text
