# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache for the list of resources, which never makes an inventory fail: the plugin can always read the list again.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable

from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import first_violation
from ansible_collections.gpufleet.cloud.plugins.module_utils._version import VERSION
from ansible_collections.gpufleet.cloud.plugins.module_utils._visible import printable

Facts = dict[str, Any]
"""The facts of one resource."""


class ResourceCache(BaseInventoryPlugin, Cacheable):
    """An inventory plugin that keeps the facts of resources in a cache plugin."""

    uncached_facts: ClassVar[tuple[str, ...]]
    """Facts that the cache must not contain."""
    noun: ClassVar[str]
    """The resource in messages, for example ``instance``."""

    def set_options(self, *args: Any, **kwargs: Any) -> None:
        """Set the options. Without a usable cache plugin, the option ``cache`` becomes false."""
        super().set_options(*args, **kwargs)
        if self.get_option("cache"):
            try:
                self.load_cache_plugin()
            except Exception as error:  # each cache plugin has its own errors
                self._warn("The cache is not used", error)
                self.set_option("cache", False)

    def update_cache_if_changed(self) -> None:
        if not self.get_option("cache"):
            return
        try:
            super().update_cache_if_changed()
        except Exception as error:  # each cache plugin has its own errors
            self._warn(f"The list of {self.noun}s could not be written to the cache", error)

    def cached(self, key: str) -> list[Facts] | None:
        """Return the resources of a cache entry, or ``None`` if it does not exist or is not usable."""
        try:
            if key not in self._cache:
                return None
            entry = self._cache[key]
            problem = first_violation(self._schema(), entry)
            if problem:
                raise ValueError(f"it is not a list of {self.noun}s from version {VERSION} of this plugin: {problem}")
        except Exception as error:  # each cache plugin has its own errors
            self._warn(f"The cache entry {key} is not used, and the list of {self.noun}s is read again", error)
            return None
        resources: list[Facts] = entry["resources"]
        return resources

    def keep(self, key: str, resources: list[Facts]) -> None:
        """Keep resources in a cache entry. Ansible writes it at the end."""
        self._cache[key] = {"version": VERSION, "resources": resources}

    def _warn(self, consequence: str, error: Exception) -> None:
        plugin, place = self.get_option("cache_plugin"), self.get_option("cache_connection")
        why = printable(" ".join(str(error).split())).rstrip(".")
        where = f"cache plugin {plugin}" + (f", {place}" if place else "")
        self.display.warning(f"{consequence} ({where}): {why}.")

    def _schema(self) -> dict[str, Any]:
        text = {"type": "string"}
        resource = {
            "type": "object",
            "properties": {"id": {**text, "minLength": 1}, "name": text, "status": text},
            "required": ["id", "name", "status"],
            "propertyNames": {"not": {"enum": list(self.uncached_facts)}},
        }
        return {
            "type": "object",
            "properties": {"version": {"enum": [VERSION]}, "resources": {"type": "array", "items": resource}},
            "required": ["version", "resources"],
        }
