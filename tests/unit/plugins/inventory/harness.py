# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory plugins as Ansible's loader creates them, and the instances that they read from the simulator."""

from __future__ import annotations

import importlib

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader

NAME = "gpufleet.cloud.novita"
CANARY = "canary-0123456789abcdef"
PROVIDERS = ("novita", "ppio", "vast")


class Files:
    """Inventories of the files of one plugin. ``warnings`` has what the plugin has displayed."""

    def __init__(self, cloud, folder, monkeypatch, plugin):
        self.cloud = cloud
        self.folder = folder
        self.plugin = plugin
        self.name = f"gpufleet.cloud.{plugin}"
        self.warnings = []
        monkeypatch.setattr(module_of(plugin).InventoryModule, "warnings", self.warnings, raising=False)
        for provider in PROVIDERS:
            monkeypatch.delenv(f"{provider.upper()}_API_KEY", raising=False)

    def connection(self):
        """Return the options without which the plugin cannot read the account of the simulator."""
        raise NotImplementedError

    def file(self, **options):
        path = self.folder / f"{self.plugin}.yml"
        content = {"plugin": self.name, **self.connection(), **options}
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return str(path)

    def inventory(self, inventory=None, flush=False, **options):
        """Return an inventory. The steps are those of ``InventoryManager``; ``flush`` stands for ``--flush-cache``.

        :param inventory: the inventory from earlier sources.
        """
        plugin = new_plugin(self.warnings, self.plugin)
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


class Fleet(Files):
    """The instances of one account."""

    def __init__(self, cloud, folder, monkeypatch, provider="novita"):
        super().__init__(cloud, folder, monkeypatch, provider)
        self.provider = provider
        self.account = cloud.account(provider)

    def connection(self):
        return {"api_key": self.cloud.key, "api_url": self.cloud.url(self.provider)}

    @property
    def store(self):
        return self.account.store("instances")

    def seed(self, name="trainer", **fields):
        """Create an instance at the provider and return its id.

        :param fields: those of the provider.
        """
        return str(self.store.seed({"label" if self.provider == "vast" else "name": name, **fields})["id"])

    @property
    def operations(self):
        """Return the operations of all requests so far, and clear the list of requests."""
        names = [request["operation"] for request in self.account.requests]
        self.account.clear()
        return names


class AnyFleet(Fleet):
    """The instances of an account of any provider, with one description for all of them."""

    def add(self, name="trainer", **description):
        """Create an instance at the provider and return its id."""
        return self.seed(name, **self.wire(**description))

    def change(self, instance_id, **description):
        self.store.change(instance_id, self.wire(**description))

    def wire(self, running=None, ssh=None, env=None, place=None, product=None, **fields):
        """Return the fields of the provider.

        :param running: whether the instance runs; without it, a new instance runs.
        :param ssh: the connection.
        :param env: the environment variables.
        :param place: the cluster, the region or the location.
        """
        is_vast = self.provider == "vast"
        pairs = (env or {}).items()
        given = {
            "actual_status" if is_vast else "status": None if running is None else self.status(running),
            "extra_env" if is_vast else "envs": env
            and ([list(pair) for pair in pairs] if is_vast else [{"key": key, "value": value} for key, value in pairs]),
            {"novita": "clusterId", "ppio": "region", "vast": "geolocation"}[self.provider]: place,
            {"novita": "productId", "ppio": "product_id", "vast": "gpu_name"}[self.provider]: product,
            "ssh": None if is_vast else ssh,
            **(_vast_connection(ssh) if is_vast and ssh else {}),
        }
        return {**{key: value for key, value in given.items() if value is not None}, **fields}

    def status(self, running):
        return "running" if running else "stopped" if self.provider == "vast" else "exited"

    @property
    def place(self):
        """Return the variable with the place of an instance, without the prefix."""
        return {"novita": "cluster_id", "ppio": "region", "vast": "geolocation"}[self.provider]

    @property
    def product(self):
        return "gpu_name" if self.provider == "vast" else "product_id"

    def var(self, name):
        """Return the name of a variable."""
        return f"{self.provider}_{name}"

    def reads(self, running):
        """Return the operations of an inventory without a cache."""
        return ["instance.list"] + ["instance.get"] * (0 if self.provider == "vast" else running)

    def reading(self):
        """Return options with which the plugin reads each running instance. At Vast.ai, it does so with a cache."""
        if self.provider != "vast":
            return {}
        self.hosts(**self.cache)
        self.account.clear()
        return self.cache


def _vast_connection(ssh):
    """Return the fields of an instance without a port of its own for SSH."""
    return {"direct_port_count": 0, **{f"ssh_{name}": ssh[name] for name in ("host", "port") if name in ssh}}


class Display:
    """A replacement for Ansible's display that keeps only the warnings."""

    def __init__(self, warnings):
        self.warning = warnings.append

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def module_of(plugin):
    """Return the Python module of an inventory plugin."""
    return importlib.import_module(f"ansible_collections.gpufleet.cloud.plugins.inventory.{plugin}")


def new_plugin(warnings, name="novita"):
    """Return the plugin as Ansible's loader creates it, with all options of its documentation."""
    document = yaml.safe_load(module_of(name).DOCUMENTATION)
    options = dict(document["options"])
    for fragment in document["extends_documentation_fragment"]:
        options = {**fragment_options(fragment), **options}
    full_name = f"gpufleet.cloud.{name}"
    constants.config.initialize_plugin_configuration_definitions("inventory", full_name, options)
    plugin = module_of(name).InventoryModule()
    plugin._load_name = plugin.ansible_name = full_name
    plugin._redirected_names = [full_name]
    plugin.display = Display(warnings)
    return plugin


def fragment_options(name):
    """Return the options in a documentation fragment."""
    place, _dot, rest = name.removeprefix("gpufleet.").partition(".")
    fragment, _dot, section = rest.removeprefix("builtin.").partition(".")
    package = "ansible.plugins" if place == "ansible" else "ansible_collections.gpufleet.cloud.plugins"
    texts = importlib.import_module(f"{package}.doc_fragments.{fragment}").ModuleDocFragment
    return yaml.safe_load(getattr(texts, section.upper() or "DOCUMENTATION"))["options"]
