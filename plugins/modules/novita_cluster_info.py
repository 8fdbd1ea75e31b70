#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_cluster_info
short_description: List the clusters of Novita AI
version_added: 1.0.0
description:
  - Returns the clusters of Novita AI, which the second generation of its API calls regions. The module reads both lists
    and joins them by ID. If the two lists differ, the list of clusters has precedence.
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
    description:
      - Return only the cluster with this ID.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  gpu:
    description:
      - Return only clusters with this GPU, for example V(RTX 4090), in upper or lower case.
      - If a GPU has exactly this name, other GPUs such as an C(RTX 4090 D) do not count. Otherwise, the words must
        occur in the name of the GPU in the same order.
      - Must not be empty.
    type: str
seealso:
  - module: gpufleet.cloud.novita_product_info
  - module: gpufleet.cloud.novita_endpoint
  - module: gpufleet.cloud.novita_instance
"""

EXAMPLES = r"""
- name: List all clusters
  gpufleet.cloud.novita_cluster_info:
  register: all_clusters

- name: Show the clusters in which a network storage is possible
  ansible.builtin.debug:
    msg: "{{ all_clusters.clusters | selectattr('network_storage') | map(attribute='id') }}"

- name: Find the clusters with a GPU
  gpufleet.cloud.novita_cluster_info:
    gpu: RTX 4090
"""

RETURN = r"""
clusters:
  description: The clusters, sorted by ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the cluster, for C(cluster_id) of M(gpufleet.cloud.novita_endpoint) and
        M(gpufleet.cloud.novita_instance).
      type: str
    name:
      description: Name of the cluster. It cannot be derived from the ID.
      type: str
    gpus:
      description: Names of the GPUs in the cluster.
      type: list
      elements: str
    network_storage:
      description: Whether the cluster supports network storages, or null if the provider does not return it.
      type: bool
    private_network:
      description: Whether the cluster supports private networks, or null if the provider does not return it.
      type: bool
    listed_in:
      description:
        - The lists of the provider that contain the cluster, C(clusters) of the first generation of the API and
          C(regions) of the second one.
      type: list
      elements: str
  sample:
    - id: us-demo-1
      name: US-CA-06 (Demo City)
      gpus: [RTX 4090 24GB, H100 SXM 80GB]
      network_storage: true
      private_network: true
      listed_in: [clusters, regions]
count:
  description: Number of clusters.
  returned: success
  type: int
  sample: 1
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_type_module import info_type_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.clusters import NovitaClusters

MODULE = info_type_module(NovitaClusters)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
