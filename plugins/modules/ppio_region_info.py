#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_region_info
short_description: List the regions of PPIO
version_added: 1.0.0
description:
  - Returns the regions of PPIO, with their GPUs and what they support.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.ppio
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.ppio
options:
  id:
    description:
      - Return only the region with this ID.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  gpu:
    description:
      - Return only regions with this GPU, for example V(RTX 4090), in upper or lower case.
      - If a GPU has exactly this name, other GPUs such as an C(RTX 4090 D) do not count. Otherwise, the words must
        occur in the name of the GPU in the same order.
      - Must not be empty.
    type: str
seealso:
  - module: gpufleet.cloud.ppio_product_info
  - module: gpufleet.cloud.ppio_endpoint
"""

EXAMPLES = r"""
- name: List all regions
  gpufleet.cloud.ppio_region_info:
  register: all_regions

- name: Show the regions in which a network storage is possible
  ansible.builtin.debug:
    msg: "{{ all_regions.regions | selectattr('network_storage') | map(attribute='id') }}"

- name: Find the regions with a GPU
  gpufleet.cloud.ppio_region_info:
    gpu: RTX 4090
"""

RETURN = r"""
regions:
  description: The regions, sorted by ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the region, for C(region_id) of M(gpufleet.cloud.ppio_endpoint).
      type: str
    name:
      description: Name of the region. It cannot be derived from the ID.
      type: str
    gpus:
      description: Names of the GPUs in the region.
      type: list
      elements: str
    network_storage:
      description: Whether the region supports network storages, or null if the provider does not return it.
      type: bool
    private_network:
      description: Whether the region supports private networks, or null if the provider does not return it.
      type: bool
  sample:
    - id: cn-demo-1
      name: CN-01 (Demo City)
      gpus: [RTX 4090 24GB, H100 SXM 80GB]
      network_storage: true
      private_network: true
count:
  description: Number of regions.
  returned: success
  type: int
  sample: 1
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_type_module import info_type_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.regions import PpioRegions

MODULE = info_type_module(PpioRegions)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
