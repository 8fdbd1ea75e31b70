#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_network_storage_info
short_description: Read network storages of Novita AI
version_added: 1.0.0
description:
  - Returns all network storages of an account, the storages with a name, or the storage with an ID.
  - You can use the C(spec) of a storage as the options of M(gpufleet.cloud.novita_network_storage).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
options:
  id:
    description: Return only the storage with this ID.
    type: str
  name:
    description: Return only storages with exactly this name. Several storages can have the same name.
    type: str
    aliases:
      - storage_name
seealso:
  - module: gpufleet.cloud.novita_network_storage
"""

EXAMPLES = r"""
- name: List all network storages
  gpufleet.cloud.novita_network_storage_info:
  register: all_storages

- name: Show the sizes by name
  ansible.builtin.debug:
    msg: "{{ dict(all_storages.network_storages | map(attribute='name') | zip(all_storages.network_storages |
      map(attribute='spec.size'))) }}"

- name: Find the storages with a name
  gpufleet.cloud.novita_network_storage_info:
    name: models
"""

RETURN = r"""
network_storages:
  description: The storages, sorted by name and ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the storage.
      type: str
      sample: 5f0c1d2e-0000-4000-8000-000000000001
    name:
      description: Name of the storage.
      type: str
      sample: models
    cluster_name:
      description: Name of the cluster.
      type: str
      sample: US-CA-06 (Demo City)
    price:
      description: Price as the provider returns it. The provider does not document its unit.
      type: str
      sample: "300"
    created_at:
      description: Time of creation, in UTC. Empty if the provider does not return it.
      type: str
      sample: "2026-08-28T12:26:40Z"
    spec:
      description: Current values of the options. A task with these values changes nothing.
      type: dict
      sample:
        name: models
        cluster_id: us-demo-1
        size: 50
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.network_storage import NovitaNetworkStorage

MODULE = info_module(NovitaNetworkStorage)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
