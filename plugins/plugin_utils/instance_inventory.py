# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of inventory plugins whose hosts are the instances of an account.

The list of instances can come from a cache. What Ansible needs to log in never does: it changes at every start.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any, ClassVar

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.capabilities import Revealing, Switchable
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.context import learn_secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.resource import Resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import PENDING, CurrentState, Stage
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import (
    connect,
    connection_options,
    key_violations,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result import resource_result
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import CloudError, while_doing
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.shared_lists import SharedLists
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.field import Field
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Boolean, Integer
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Settings
from ansible_collections.gpufleet.cloud.plugins.module_utils._threads import in_threads
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_cache import Facts
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_filters import filter_option, selected
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_inventory import ResourceInventory, stays


class InstanceInventory(ResourceInventory):
    """The instances of one account as hosts. A subclass describes the resource type."""

    resource_type: ClassVar[type[Resource]]
    exact_filters: ClassVar[tuple[str, ...]]
    """Facts that the option ``filters`` compares."""
    own_options: ClassVar[tuple[Field, ...]] = ()
    """Options of this plugin alone."""
    hidden_facts: ClassVar[tuple[str, ...]] = ("envs", "envs_mode")
    """Facts that no host has as a variable, apart from the secret ones."""
    uncached_facts: ClassVar[tuple[str, ...]] = ("ssh_host", "ssh_port", "ssh_user", "ssh_ready")
    list_has_addresses: ClassVar[bool] = False
    """Whether list responses have the addresses of running instances."""
    noun = "instance"

    # -- for subclasses ----------------------------------------------------------------------------------------------

    def is_included(self, facts: Facts, options: dict[str, Any]) -> bool:
        """Return whether an instance can become a host."""
        return True

    def address_problem(self, facts: Facts) -> str:
        """Return why a running instance has no address, or an empty text."""
        message: str = facts["status_message"]
        return message

    # -- options -----------------------------------------------------------------------------------------------------

    def argument_spec(self) -> dict[str, Any]:
        return self._settings().arguments()

    def option_violations(self, options: dict[str, Any]) -> list[Violation]:
        settings, provider = self._settings(), self.resource_type.provider
        return settings.violations(settings.desired(options)) + key_violations(options["api_key"], provider)

    def resolved(self, names: Iterable[str], config: dict[str, Any]) -> dict[str, Any]:
        options = super().resolved(names, config)
        for field in self._settings().fields:
            if field.env and not options[field.name] and field.name not in config:
                options[field.name] = field.default  # an empty environment variable counts as not set
        return options

    def _settings(self) -> Settings:
        credentials = (Boolean("include_credentials", default=False),) if self._has_passwords() else ()
        return Settings(
            *connection_options(self.resource_type.provider).fields,
            filter_option(self.exact_filters),
            Integer("concurrency", minimum=1, maximum=64, default=8),
            *credentials,
            *self.own_options,
        )

    def _has_passwords(self) -> bool:
        return issubclass(self.resource_type, Revealing)

    # -- hosts -------------------------------------------------------------------------------------------------------

    def hosts(self, options: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        provider = self.resource_type.provider
        with closing(connect(provider, options, check_mode=True, connections=options["concurrency"])) as client:
            self.learn(client)
            # If the response for one instance lacks its address, all instances share one more list response.
            resource = self.resource_type(client, SharedLists(client))
            completed = self._completed(resource, options, *self._listed(resource, options, path, cache))
        return [
            {**{f"{provider.name}_{fact}": value for fact, value in facts.items()}, **access}
            for facts, access in completed
        ]

    def _listed(
        self, resource: Resource, options: dict[str, Any], path: str, cache: bool
    ) -> tuple[list[Facts], dict[str, CurrentState]]:
        """Return the facts of every instance without its address, from the cache if possible.

        Also returns the instances with an address, by their IDs, if they have just been listed.
        """
        key, caching = self.entry_key(path, options), self.get_option("cache")
        cached = self.cached(key) if caching and cache else None
        if cached is not None:
            return cached, {}
        instances = self.read_all(resource)
        listed = [self._facts(resource, current, self.uncached_facts) for current in instances]
        if caching:
            self.keep(key, listed)
        return listed, {current.id: current for current in instances} if self.list_has_addresses else {}

    def _completed(
        self, resource: Resource, options: dict[str, Any], listed: list[Facts], with_address: dict[str, CurrentState]
    ) -> list[tuple[Facts, dict[str, Any]]]:
        """Return the facts and the login variables of each selected instance, with the details of running instances."""
        filters = options["filters"]
        chosen = selected([facts for facts in listed if self.is_included(facts, options)], filters, lambda facts: facts)
        running = [facts for facts in chosen if self._is_running(facts)]
        read = in_threads(
            lambda facts: with_address.get(facts["id"]) or _detail(resource, facts), running, options["concurrency"]
        )
        for each in read:
            if isinstance(each, CurrentState):
                learn_secrets(resource, each, {})
        details = {facts["id"]: each for facts, each in zip(running, read)}
        defaults = {fact: resource.facts_before_create[fact] for fact in self.uncached_facts}
        completed = []
        for facts in chosen:
            detail, access = details.get(facts["id"]), {}
            if isinstance(detail, CloudError):
                self.display.warning(str(detail))
            elif detail:
                if not stays(detail):
                    continue
                facts, access = self._facts(resource, detail), self._login(detail, options)
                problem = "" if access or not self._is_running(facts) else self.address_problem(facts)
                if problem:
                    self.warn(f"{resource.noun} {detail.name!r} ({detail.id}): {problem}. Its host has no address.")
            completed.append(({**defaults, **facts}, access))
        return selected(completed, filters, lambda instance: instance[0])

    def _is_running(self, facts: Facts) -> bool:
        return issubclass(self.resource_type, Switchable) and self.resource_type.is_running(facts)

    def _login(self, instance: CurrentState, options: dict[str, Any]) -> dict[str, Any]:
        """Return the variables that Ansible needs to log in to a running instance."""
        host, port, user = (instance.facts[fact] for fact in ("ssh_host", "ssh_port", "ssh_user"))
        if not self._is_running(instance.facts) or not host:
            return {}
        access = {"ansible_host": host, "ansible_port": port}
        if user:
            access["ansible_user"] = user
        password = instance.private["ssh_password"] if options.get("include_credentials") else ""
        return {**access, "ansible_password": password} if password else access

    def _facts(self, resource: Resource, instance: CurrentState, without: tuple[str, ...] = ()) -> Facts:
        """Return the facts of an instance for the variables of its host, without secrets."""
        facts: Facts = resource_result(resource, instance, {}, {})
        facts.update(facts.pop("spec"))
        secret = resource.private_facts if isinstance(resource, Revealing) else ()
        return {fact: value for fact, value in facts.items() if fact not in (*self.hidden_facts, *secret, *without)}


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
