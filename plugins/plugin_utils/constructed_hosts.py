# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options ``compose``, ``groups`` and ``keyed_groups`` of an inventory plugin.

Ansible's own functions hide expressions that fail, or drop the whole inventory because of one value. Here an expression
that fails affects one host and is reported. The hosts are built apart from the inventory, so an error leaves no half of
them there.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation
from ansible_collections.gpufleet.cloud.plugins.module_utils._visible import printable
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.keyed_groups import entry_violations, group_names
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.unsafe import all_unsafe, unsafe, without_needless_marks

_SET_BY_ANSIBLE = ("inventory_file", "inventory_dir")


class ConstructedHosts(BaseInventoryPlugin, Constructable):
    """An inventory plugin that builds its hosts before it adds them to the inventory."""

    def __init__(self) -> None:
        super().__init__()
        self._failures: dict[str, dict[str, str]] = {}

    def mask(self, text: str) -> str:
        """Return a text without the secrets that this plugin knows."""
        raise NotImplementedError

    def warn(self, text: str) -> None:
        """Display a warning, which can quote the provider."""
        self.display.warning(self._shown(text))

    def evaluated(self, expression: str, variables: dict[str, Any]) -> Any:
        """Return the result of an expression that a user has written, with text of the provider in ``variables``."""
        return without_needless_marks(self._compose(expression, all_unsafe(variables)))

    @contextmanager
    def attempt(self, option: str, subject: str) -> Iterator[None]:
        """Note an error of an option for one host. Raises ``OptionError`` if the option ``strict`` is true."""
        try:
            yield
        except Exception as error:  # an expression can raise any error
            why = self._shown(str(error)).rstrip(".")
            if self.get_option("strict"):
                raise OptionError([Violation(option, f"it failed for {self._shown(subject)}: {why}")]) from None
            self._failures.setdefault(option, {})[subject] = why

    def forget_failures(self) -> None:
        """Forget all errors that were noted."""
        self._failures = {}

    def warn_about_failures(self) -> None:
        """Display one warning for each option that failed."""
        for option, subjects in self._failures.items():
            subject, why = next(iter(subjects.items()))
            others = f" and {len(subjects) - 1} more" if len(subjects) > 1 else ""
            self.warn(f"{option}: it failed for {subject}{others}, and is ignored there: {why}.")

    def construction_violations(self) -> list[Violation]:
        """Return the violations of ``keyed_groups``, whose content Ansible does not check."""
        return [
            violation
            for number, entry in enumerate(self.get_option("keyed_groups") or [])
            for violation in entry_violations(entry, f"keyed_groups[{number}]")
        ]

    def composed_group_names(self) -> set[str]:
        """Return the names of all groups in the option ``groups``."""
        return {self._sanitize_group_name(str(group)) for group in self.get_option("groups") or {}}

    def build(self, hosts: Mapping[str, dict[str, Any]], source: str) -> InventoryData:
        """Return an inventory of these hosts alone, with their variables and groups."""
        built, inventory = InventoryData(), self.inventory
        built.current_source = source
        self.inventory = built
        try:
            for host, variables in hosts.items():
                built.add_host(host)
                self._set_variables(built, host, variables)
            for host in hosts:
                self._add_to_groups(built, host)
        finally:
            self.inventory = inventory
        return built

    def add(self, inventory: InventoryData, built: InventoryData) -> None:
        """Add built hosts and groups to the inventory. Raises ``OptionError`` before the first host."""
        groups = [group for group in built.groups.values() if group.name not in ("all", "ungrouped")]
        for group in groups:
            inventory.add_group(group.name)
        for group in groups:
            for child in group.child_groups:
                # The group can be a child of its child in another source.
                with self.attempt("keyed_groups.parent_group", f"group {child.name}"):
                    inventory.add_child(group.name, child.name)
        for host in built.hosts.values():
            inventory.add_host(host.name)
            for name, value in host.vars.items():
                if name not in _SET_BY_ANSIBLE:
                    inventory.set_variable(host.name, name, value)
        for group in groups:
            for host in group.hosts:
                inventory.add_host(host.name, group.name)

    def _shown(self, text: str) -> str:
        return printable(self.mask(" ".join(text.split())))

    def _set_variables(self, built: InventoryData, host: str, variables: dict[str, Any]) -> None:
        for name, value in unsafe(variables).items():
            built.set_variable(host, name, value)
        for name, expression in (self.get_option("compose") or {}).items():
            with self.attempt(f"compose.{name}", f"host {host}"):
                built.set_variable(host, name, self.evaluated(expression, variables))

    def _add_to_groups(self, built: InventoryData, host: str) -> None:
        for group, condition in (self.get_option("groups") or {}).items():
            with self.attempt(f"groups.{group}", f"host {host}"):
                self._add_host_to_composed_groups({group: condition}, {}, host, strict=True)
        for number, entry in enumerate(self.get_option("keyed_groups") or []):
            with self.attempt(f"keyed_groups[{number}]", f"host {host}"):
                self._add_to_keyed_groups(built, entry, host)

    def _add_to_keyed_groups(self, built: InventoryData, entry: dict[str, Any], host: str) -> None:
        value = self.evaluated(entry["key"], built.hosts[host].get_vars())
        names = group_names(entry, value, self.get_option("leading_separator"))
        if not names and value in (None, "") and self.get_option("strict"):
            raise AnsibleError("the key is empty and default_value is not set")
        parent = self.templar.template(entry.get("parent_group")) if names else None
        for name in names:
            group = built.add_group(self._sanitize_group_name(name))
            built.add_host(host, group)
            if parent:
                built.add_child(built.add_group(self._sanitize_group_name(str(parent))), group)
