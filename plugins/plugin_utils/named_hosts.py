# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``hostnames`` of an inventory plugin, and host names that other sources of the inventory already use.

A host that another source has added stays as it is. Otherwise the tasks for one machine would run on another machine
that has the same name.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData

from ansible_collections.gpufleet.cloud.plugins.plugin_utils.constructed_hosts import ConstructedHosts
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.host_names import (
    RESERVED,
    Identity,
    safe_host_name,
    unique_host_names,
)

_MOST_QUOTED = 5


class NamedHosts(ConstructedHosts):
    """An inventory plugin that gives each resource a host name of its own."""

    name_variable: ClassVar[str]
    id_variable: ClassVar[str]
    noun: ClassVar[str]
    """The resource in messages, for example ``instance``."""

    def unique_id(self, variables: Mapping[str, Any]) -> str | None:
        """Return an ID that no other resource of this plugin has, or ``None`` for a host of another source."""
        return variables.get(self.id_variable)

    def build_named(self, inventory: InventoryData, resources: list[dict[str, Any]], source: str) -> InventoryData:
        """Return an inventory of these resources alone, whose host names differ from all names in ``inventory``."""
        # Several files of one plugin can select the same resource, which stays one host.
        added: dict[Any, str] = {self.unique_id(host.vars): name for name, host in inventory.hosts.items()}
        taken = {*inventory.hosts, *inventory.groups, *self.composed_group_names()}
        while True:
            self.forget_failures()
            identities = {self.unique_id(variables): self._identity(variables) for variables in resources}
            new = [identity for identity in identities.values() if identity.id not in added]
            names = {**added, **dict(zip((identity.id for identity in new), unique_host_names(new, taken)))}
            hosts = {names[self.unique_id(variables)]: variables for variables in resources}
            built = self.build(dict(sorted(hosts.items())), source)
            # A group is named by the user of the inventory, a resource perhaps by somebody else: the host gives way.
            clashes = set(built.hosts) & set(built.groups)
            if clashes <= taken:
                break
            taken |= set(built.groups)
        self._warn_about_names([(identity, names[identity.id]) for identity in new], taken)
        return built

    def _identity(self, variables: dict[str, Any]) -> Identity:
        """Return the preferred host name of a resource, and its ID."""
        resource_id = self.unique_id(variables) or ""
        for number, expression in enumerate(self.get_option("hostnames") or []):
            with self.attempt(f"hostnames[{number}]", f"the {self.noun} {resource_id}"):
                name = _text(self.evaluated(expression, variables))
                if name:
                    return Identity(name, resource_id)
        return Identity(variables[self.name_variable], resource_id)

    def _warn_about_names(self, hosts: list[tuple[Identity, str]], taken: set[str]) -> None:
        conflicting, changed = [], []
        for identity, host in hosts:
            safe = safe_host_name(identity.name)
            shown = f"{identity.name!r} ({identity.id}) is the host {host}"
            if safe in taken:
                conflicting.append(shown)
            elif identity.name and host != identity.name and (safe != identity.name or safe in RESERVED):
                changed.append(shown)
        if conflicting:
            self.warn(
                f"Other hosts or groups of the inventory have the names of these {self.noun}s, so the hosts of the "
                f"{self.noun}s have names with IDs: {_listed(conflicting)}. The other hosts and groups stay unchanged."
            )
        if changed:
            self.warn(
                "These names contain characters that are special in Ansible, are reserved, or are too long, so the "
                f"hosts have other names: {_listed(changed)}."
            )


def _listed(entries: list[str]) -> str:
    more = len(entries) - _MOST_QUOTED
    return ", ".join(entries[:_MOST_QUOTED]) + (f", and {more} more" if more > 0 else "")


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise AnsibleError(f"the result must be a string, not a {'mapping' if isinstance(value, dict) else 'list'}")
    return "" if value is None else str(value)
