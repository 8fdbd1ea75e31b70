# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugins of all providers: the instances of one account as hosts.

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
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import PENDING, CurrentState, Stage
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import (
    connect,
    connection_options,
    key_violations,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result import resource_result
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.yaml_input import safe_for_ansible, yaml_violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import CloudError, OptionError, while_doing
from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import library_problem
from ansible_collections.gpufleet.cloud.plugins.module_utils._masking import mask_violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Boolean, Integer
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Settings
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._threads import in_threads
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.instance_cache import Facts, InstanceCache
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.instance_filters import (
    filter_option,
    pattern_violations,
    selected,
)
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.named_hosts import NamedHosts

_NO_HOSTS = (
    "The inventory contains no hosts from this file. Ansible continues without them, unless "
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED is true."
)


class InstanceInventory(InstanceCache, NamedHosts):
    """The instances of one account as hosts. A subclass describes the resource type."""

    resource_type: ClassVar[type[Resource]]
    exact_filters: ClassVar[tuple[str, ...]]
    """Facts that the option ``filters`` compares."""
    hidden_facts: ClassVar[tuple[str, ...]]
    """Facts that no host has as a variable."""

    def login(self, instance: CurrentState, with_password: bool) -> dict[str, Any]:
        """Return the variables that Ansible needs to log in to a running instance."""
        raise NotImplementedError

    def mask(self, text: str) -> str:
        return self._secrets.scrub(text)

    def verify_file(self, path: str) -> bool:
        provider = self.resource_type.provider.name
        endings = (f".{provider}.yml", f".{provider}.yaml")
        return super().verify_file(path) and f".{os.path.basename(path)}".endswith(endings)

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        try:
            self.add(inventory, self._built(inventory, path, cache))
        except (CloudError, AnsibleError) as error:
            message = f"{str(error).rstrip('.')}. {_NO_HOSTS}"
            raise AnsibleParserError(message, obj=getattr(error, "obj", None)) from None
        self.warn_about_failures()

    def _built(self, inventory: InventoryData, path: str, cache: bool) -> InventoryData:
        problem = library_problem()
        if problem:
            raise CloudError(problem)
        options = self._options_of(self._read_config_data(path))
        return self.build_named(inventory, self._instances(options, path, cache), path)

    def _options_of(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the options, with templates resolved. Raises ``OptionError`` with all violations."""
        provider = self.resource_type.provider
        settings = Settings(
            *connection_options(provider).fields,
            filter_option(self.exact_filters),
            Integer("concurrency", minimum=1, maximum=64, default=8),
            Boolean("include_credentials", default=False),
        )
        spec = settings.arguments()
        options = self._resolved(spec)
        for field in settings.fields:
            if field.env and not options[field.name] and field.name not in config:
                options[field.name] = field.default  # an empty environment variable counts as not set
        checked = ArgumentSpecValidator(spec).validate(safe_for_ansible(spec, options))
        # The options as written show conversions by YAML, and the resolved ones show the values of templates.
        violations = yaml_violations(spec, config) or yaml_violations(spec, options)
        violations = violations or [Violation("", message) for message in checked.error_messages]
        if not violations:
            options = checked.validated_parameters
            options["filters"] = options["filters"] or {}
            violations = settings.violations(settings.desired(options)) + key_violations(options["api_key"], provider)
            violations += pattern_violations(options["filters"]) + mask_violations(options)
        violations += [
            Violation(str(name), "is not an option of this plugin") for name in config if name not in self._options
        ]
        violations += self.construction_violations()
        if violations:
            raise OptionError(violations)
        return options

    def _resolved(self, names: Iterable[str]) -> dict[str, Any]:
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

    def _instances(self, options: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """Return the variables of all selected instances."""
        provider = self.resource_type.provider
        client = connect(provider, options, check_mode=True, connections=options["concurrency"])
        self._secrets: Secrets = client.secrets
        try:
            resource = self.resource_type(client)
            listed = self._listed(resource, options, path, cache)
            chosen = selected(listed, options["filters"], lambda facts: facts)
            completed = self._completed(resource, chosen, options)
        finally:
            client.close()
        return [
            {**{f"{provider.name}_{fact}": value for fact, value in facts.items()}, **access}
            for facts, access in completed
        ]

    def _listed(self, resource: Resource, options: dict[str, Any], path: str, cache: bool) -> list[Facts]:
        """Return the facts of every instance without its details, from the cache if possible."""
        # Each account has its own cache entry. Only some bits of a digest of the API key are part of its name.
        account = hashlib.sha256(f"{options['api_url']} {options['api_key']}".encode()).hexdigest()[:8]
        key = f"{self.get_cache_key(path)}_{account}"
        caching = self.get_option("cache")
        cached = self.cached(key) if caching and cache else None
        if cached is not None:
            return cached
        with error_context(resource, f"list the {resource.noun}s"):
            instances = resource.conclusive(resource.list_resources())
        _learn_secrets(resource, instances)
        listed = [self._facts(resource, current, self.uncached_facts) for current in instances if _stays(current)]
        if caching:
            self.keep(key, listed)
        return listed

    def _completed(
        self, resource: Resource, listed: list[Facts], options: dict[str, Any]
    ) -> list[tuple[Facts, dict[str, Any]]]:
        """Return the facts and the login variables of each instance, with the details of running instances."""
        running = [facts for facts in listed if is_running(facts)]
        read = in_threads(lambda facts: _detail(resource, facts), running, options["concurrency"])
        _learn_secrets(resource, [detail for detail in read if isinstance(detail, CurrentState)])
        details = {facts["id"]: detail for facts, detail in zip(running, read)}
        defaults = {fact: resource.facts_before_create[fact] for fact in self.uncached_facts}
        completed = []
        for facts in listed:
            detail, access = details.get(facts["id"]), {}
            if isinstance(detail, CloudError):
                self.display.warning(str(detail))
            elif detail:
                if not _stays(detail):
                    continue
                facts, access = self._facts(resource, detail), self.login(detail, options["include_credentials"])
                if is_running(facts) and not access and facts["status_message"]:
                    subject = f"{resource.noun} {detail.name!r} ({detail.id})"
                    self.warn(f"{subject}: {facts['status_message']}. Its host has no address.")
            completed.append(({**defaults, **facts}, access))
        return selected(completed, options["filters"], lambda instance: instance[0])

    def _facts(self, resource: Resource, instance: CurrentState, without: tuple[str, ...] = ()) -> Facts:
        """Return the facts of an instance for the variables of its host, without secrets."""
        facts: Facts = resource_result(resource, instance, {}, {})
        facts.update(facts.pop("spec"))
        return {fact: value for fact, value in facts.items() if fact not in (*self.hidden_facts, *without)}


def is_running(facts: Facts) -> bool:
    """Return whether the provider reports that an instance runs."""
    return bool(facts["status"].lower() == "running")


def _stays(instance: CurrentState) -> bool:
    return not (instance.being_removed or instance.gone)


def _learn_secrets(resource: Resource, instances: Iterable[CurrentState]) -> None:
    """Mask the secrets of these instances in all messages from now on."""
    for instance in instances:
        learn_secrets(resource, instance, {})


def _detail(resource: Resource, facts: Facts) -> CurrentState | CloudError:
    """Read an instance and return it, with ``gone`` set if it does not exist, or return the error."""
    absent = CurrentState(facts["id"], facts["name"], {}, {}, Stage(PENDING, ""), gone=True)
    doing, advice = f"read {resource.noun} {absent.name!r} ({absent.id})", "Its host has no address."
    try:
        with while_doing(doing, advice):
            return resource.read_one(absent) or absent
    except CloudError as error:
        return error
    except Exception as error:  # one invalid response must not affect the other hosts
        return CloudError(f"the response is invalid ({type(error).__name__})", doing=doing, advice=advice)
