# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-inventory`, and write the seconds of CPU time of its parts, in all threads, as JSON.

Usage: profiled_inventory.py <report> <argument of ansible-inventory> ...
"""

from __future__ import annotations

import collections
import importlib
import inspect
import json
import pathlib
import sys
import threading
import time

from ansible.cli.inventory import InventoryCLI
from ansible.inventory.manager import InventoryManager

PLUGINS = "ansible_collections.gpufleet.cloud.plugins"
COLLECTION = (
    ("module_utils._http.exchange", "Connections", "_response", "requests and responses, with the library requests"),
    ("module_utils._http.response_reader", "ResponseReader", "refusal", "decode and validate the responses"),
    ("module_utils._http.response_reader", "ResponseReader", "data", "decode and validate the responses"),
    ("plugin_utils.resource_inventory", "ResourceInventory", "_built", "facts of the resources"),
    ("plugin_utils.instance_inventory", "", "_detail", "facts of the resources"),
    ("plugin_utils.endpoint_inventory", "EndpointInventory", "_read", "facts of the resources"),
    ("plugin_utils.named_hosts", "NamedHosts", "build_named", "build the hosts"),
    ("plugin_utils.constructed_hosts", "ConstructedHosts", "add", "Ansible adds the hosts and their variables"),
)
"""Functions of the collection: the module, the class, the function, and the part to which it belongs."""
OTHER = "start of Ansible, imports"


class Parts:
    """The CPU time of functions, without that of the functions of other parts that they call."""

    def __init__(self):
        self.seconds = collections.Counter()
        self._lock, self._thread = threading.Lock(), threading.local()

    def measure(self, owner, name, part):
        """Replace a function by one that measures it."""
        original = getattr(owner, name)

        def measured(*arguments, **options):
            before, outside = time.thread_time(), getattr(self._thread, "inside", 0.0)
            self._thread.inside = 0.0
            try:
                return original(*arguments, **options)
            finally:
                spent = time.thread_time() - before
                with self._lock:
                    self.seconds[part] += spent - self._thread.inside
                self._thread.inside = outside + spent

        is_static = isinstance(inspect.getattr_static(owner, name), staticmethod)
        setattr(owner, name, staticmethod(measured) if is_static else measured)


def main():
    report, *arguments = sys.argv[1:]
    parts, parse_sources = Parts(), InventoryManager.parse_sources

    def parse(manager, *options, **named):
        # Only now can Ansible import the collection.
        for module, owner, name, part in COLLECTION:
            imported = importlib.import_module(f"{PLUGINS}.{module}")
            parts.measure(getattr(imported, owner) if owner else imported, name, part)
        return parse_sources(manager, *options, **named)

    InventoryManager.parse_sources = parse
    for name in ("json_inventory", "dump"):
        parts.measure(InventoryCLI, name, "Ansible prints the hosts")
    try:
        InventoryCLI(["ansible-inventory", *arguments]).run()
    finally:
        parts.seconds[OTHER] = time.process_time() - sum(parts.seconds.values())
        pathlib.Path(report).write_text(json.dumps(parts.seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
