# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin as Ansible's loader creates it, and the instances that it reads from the simulator."""

from __future__ import annotations

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache

from ansible_collections.gpufleet.cloud.plugins.inventory import novita

NAME = "gpufleet.cloud.novita"
CANARY = "canary-0123456789abcdef"


class Fleet:
    """The instances of one account, and the inventories of these instances."""

    def __init__(self, cloud, folder, monkeypatch):
        self.cloud = cloud
        self.account = cloud.account("novita")
        self.folder = folder
        self.warnings = []
        monkeypatch.setattr(novita.InventoryModule, "warnings", self.warnings, raising=False)
        monkeypatch.delenv("NOVITA_API_KEY", raising=False)

    @property
    def store(self):
        return self.account.store("instances")

    def seed(self, name="trainer", **fields):
        """Create an instance at the provider and return its id."""
        return self.store.seed({"name": name, **fields})["id"]

    @property
    def operations(self):
        """Return the operations of all requests so far, and clear the list of requests."""
        names = [request["operation"] for request in self.account.requests]
        self.account.clear()
        return names

    def file(self, **options):
        path = self.folder / "novita.yml"
        connection = {"api_key": self.cloud.key, "api_url": self.cloud.url("novita")}
        path.write_text(yaml.safe_dump({"plugin": NAME, **connection, **options}), encoding="utf-8")
        return str(path)

    def inventory(self, inventory=None, flush=False, **options):
        """Return an inventory. The steps are those of ``InventoryManager``; ``flush`` stands for ``--flush-cache``.

        :param inventory: the inventory from earlier sources.
        """
        plugin = new_plugin(self.warnings)
        inventory = InventoryData() if inventory is None else inventory
        plugin.parse(inventory, DataLoader(), self.file(**options), cache=not flush)
        plugin.update_cache_if_changed()
        return inventory

    def groups(self, **options):
        """Return the names of the hosts of each group."""
        groups = self.inventory(**options).groups
        return {
            name: [host.name for host in group.hosts]
            for name, group in groups.items()
            if name not in ("all", "ungrouped")
        }

    def hosts(self, **options):
        """Return the variables of all hosts, by name."""
        return {name: host.vars for name, host in self.inventory(**options).hosts.items()}

    def refused(self, *words, **options):
        with pytest.raises(AnsibleError) as caught:
            self.inventory(**options)
        for word in words:
            assert word in str(caught.value)
        assert CANARY not in str(caught.value)
        return caught.value

    @property
    def cache(self):
        """Return the options that enable a cache in files."""
        return {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(self.folder / "cache")}

    @property
    def cached(self):
        """Return the whole content of the cache, with the names of its files."""
        files = sorted((self.folder / "cache").iterdir())
        return "\n".join(f"{file.name}\n{file.read_text(encoding='utf-8')}" for file in files)


class Display:
    """A replacement for Ansible's display that keeps only the warnings."""

    def __init__(self, warnings):
        self.warning = warnings.append

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def new_plugin(warnings):
    """Return the plugin as Ansible's loader creates it, with all options of its documentation."""
    document = yaml.safe_load(novita.DOCUMENTATION)
    options, fragments = document["options"], document["extends_documentation_fragment"]
    for fragment in (constructed, inventory_cache):
        assert fragment.__name__.replace("plugins.doc_fragments", "builtin") in fragments
        options.update(yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"])
    constants.config.initialize_plugin_configuration_definitions("inventory", NAME, options)
    plugin = novita.InventoryModule()
    plugin._load_name = plugin.ansible_name = NAME
    plugin._redirected_names = [NAME]
    plugin.display = Display(warnings)
    return plugin
