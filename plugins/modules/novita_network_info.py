#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_network_info
short_description: Read private networks of Novita AI
version_added: 1.0.0
description:
  - Returns all private networks of an account, the networks with a name, or the network with an ID.
  - You can use the C(spec) of a network as the options of M(gpufleet.cloud.novita_network).
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
    description: Return only the network with this ID.
    type: str
  name:
    description: Return only networks with exactly this name. Several networks can have the same name.
    type: str
seealso:
  - module: gpufleet.cloud.novita_network
"""

EXAMPLES = r"""
- name: List all networks
  gpufleet.cloud.novita_network_info:
  register: all_networks

- name: Show the addresses of the instances by network
  ansible.builtin.debug:
    msg: "{{ dict(all_networks.networks | map(attribute='name') | zip(all_networks.networks |
      map(attribute='addresses'))) }}"

- name: Find the networks with a name
  gpufleet.cloud.novita_network_info:
    name: training
"""

RETURN = r"""
networks:
  description: The networks, sorted by name and ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the network.
      type: str
      sample: 8c1d2e3f4a5b6c7d
    name:
      description: Name of the network.
      type: str
      sample: training
    status:
      description: Status that the provider reports, for example C(creating) or C(ready).
      type: str
      sample: ready
    status_message:
      description: Error that the provider reports.
      type: str
      sample: ""
    segment:
      description: Address range of the network.
      type: str
      sample: 10.0.0.0/24
    addresses:
      description: Instances in the network.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the instance.
          type: str
        ip:
          description: Private address of the instance.
          type: str
      sample:
        - id: 0a1b2c3d4e5f6071
          ip: 10.0.0.5
    created_at:
      description: Time of creation, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    spec:
      description: Current values of the options. A task with these values changes nothing.
      type: dict
      sample:
        name: training
        cluster_id: us-demo-1
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.network import NovitaNetwork

MODULE = info_module(NovitaNetwork)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
