# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of inventory plugins: resources at providers as hosts.

A subclass describes the options and reads the resources. Everything else is here and in the base classes: the options
of the file, the host names, the groups, the cache, and the message if the plugin fails.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import Any, ClassVar

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.context import error_context, learn_secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.resource import Resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import CurrentState
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.yaml_input import safe_for_ansible, yaml_violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import CloudError, OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.client import Client
from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import library_problem
from ansible_collections.gpufleet.cloud.plugins.module_utils._masking import mask_violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.named_hosts import NamedHosts
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_cache import ResourceCache
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_filters import pattern_violations

_NO_HOSTS = (
    "The inventory contains no hosts from this file. Ansible continues without them, unless "
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED is true."
)


class ResourceInventory(ResourceCache, NamedHosts):
    """Resources at providers as hosts. The name of the plugin is also that of its files: ``novita.yml``."""

    NAME: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._secrets: list[Secrets] = []

    def argument_spec(self) -> dict[str, Any]:
        """Return the argument spec of the options that are not those of Ansible."""
        raise NotImplementedError

    def option_violations(self, options: dict[str, Any]) -> list[Violation]:
        """Return the violations of options that have the types of the argument spec."""
        raise NotImplementedError

    def hosts(self, options: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """Return the variables of each host. Raises ``CloudError``.

        :param path: the path of the inventory file.
        :param cache: whether a cache entry may be used.
        """
        raise NotImplementedError

    def mask(self, text: str) -> str:
        for secrets in self._secrets:
            text = secrets.scrub(text)
        return text

    def verify_file(self, path: str) -> bool:
        name = self.NAME.rpartition(".")[2]
        endings = (f".{name}.yml", f".{name}.yaml")
        return super().verify_file(path) and f".{os.path.basename(path)}".endswith(endings)

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        try:
            self.add(inventory, self._built(inventory, path, cache))
        except (CloudError, AnsibleError) as error:
            message = f"{str(error).rstrip('.')}. {_NO_HOSTS}"
            raise AnsibleParserError(message, obj=getattr(error, "obj", None)) from None
        self.warn_about_failures()

    # -- options -----------------------------------------------------------------------------------------------------

    def _built(self, inventory: InventoryData, path: str, cache: bool) -> InventoryData:
        problem = library_problem()
        if problem:
            raise CloudError(problem)
        options = self._options_of(self._read_config_data(path))
        return self.build_named(inventory, self.hosts(options, path, cache), path)

    def _options_of(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the options, with templates resolved. Raises ``OptionError`` with all violations."""
        spec = self.argument_spec()
        options = self.resolved(spec, config)
        checked = ArgumentSpecValidator(spec).validate(safe_for_ansible(spec, options))
        # The options as written show conversions by YAML, and the resolved ones show the values of templates.
        violations = yaml_violations(spec, config) or yaml_violations(spec, options)
        violations = violations or [Violation("", message) for message in checked.error_messages]
        if not violations:
            options = checked.validated_parameters
            options["filters"] = options["filters"] or {}
            violations = self.option_violations(options)
            violations += pattern_violations(options["filters"]) + mask_violations(options)
        violations += [
            Violation(str(name), "is not an option of this plugin") for name in config if name not in self._options
        ]
        violations += self.construction_violations()
        if violations:
            raise OptionError(violations)
        return options

    def resolved(self, names: Iterable[str], config: dict[str, Any]) -> dict[str, Any]:
        """Return the values of options, with templates resolved. Raises ``OptionError``.

        :param config: the options in the file.
        """
        self.templar.available_variables = self._vars or {}
        options, violations = {}, []
        for name in names:
            try:
                options[name] = self.templar.template(self.get_option(name))
            except AnsibleError as error:
                violations.append(Violation(name, f"must be a template that Ansible can evaluate: {error}"))
        if violations:
            raise OptionError(violations)
        return options

    # -- reading -----------------------------------------------------------------------------------------------------

    def learn(self, client: Client) -> None:
        """Mask the secrets of a client in all messages from now on."""
        self._secrets.append(client.secrets)

    def read_all(self, resource: Resource, account: str = "") -> list[CurrentState]:
        """Return all resources of a type except those in removal, and mask their secrets. Raises ``CloudError``.

        :param account: the name of the account, for messages.
        """
        with error_context(resource, f"list the {resource.noun}s{f' of the account {account}' if account else ''}"):
            resources = resource.conclusive(resource.list_resources())
        for current in resources:
            learn_secrets(resource, current, {})
        return [current for current in resources if stays(current)]

    def entry_key(self, path: str, connection: dict[str, Any]) -> str:
        """Return the name of a cache entry: one for each account and each inventory file.

        Only some bits of a digest of the API key are part of it.
        """
        account = hashlib.sha256(f"{connection['api_url']} {connection['api_key']}".encode()).hexdigest()[:8]
        return f"{self.get_cache_key(path)}_{account}"


def stays(resource: CurrentState) -> bool:
    """Return whether a resource is not in removal."""
    return not (resource.being_removed or resource.gone)
