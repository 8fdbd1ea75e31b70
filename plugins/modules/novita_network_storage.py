#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_network_storage
short_description: Manage network storages of Novita AI
version_added: 1.0.0
description:
  - Creates, renames, enlarges and deletes network storages of Novita AI. Endpoints and instances in the same cluster
    can mount them.
  - The module finds a storage by its exact name, over all pages of the list, or by its ID. If several storages have the
    name, O(cluster_id) selects those in that cluster. If several remain, the task fails and lists their IDs.
  - Novita AI bills a storage by its size for as long as it exists. It releases the storages of an account that is in
    arrears.
  - The options are those of the
    L(API reference,https://novita.ai/docs/api-reference/gpu-instance-create-network-storage), with C(name) for
    C(storageName) and C(size) for C(storageSize).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
options:
  state:
    description:
      - V(present) creates the storage, renames or enlarges it.
      - V(absent) deletes the storage and all data in it. The module returns a warning that says so, also in check mode.
        Novita AI refuses to delete a storage that an endpoint or an instance mounts.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - B(Required to create the network storage.) Name of the storage. The module compares the exact name. Novita AI
        determines which characters are allowed; letters, digits and hyphens are.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
      - With O(id), this is the new name of the storage. A change takes effect without a restart.
    type: str
    aliases:
      - storage_name
  cluster_id:
    description:
      - B(Required to create the network storage.) ID of a cluster that supports network storages, see
        M(gpufleet.cloud.novita_cluster_info). Must not be empty.
      - "Immutable: the module never replaces the network storage, because its data would be lost."
    type: str
  size:
    description:
      - B(Required to create the network storage.) Size of the storage in GB. This is the total, not the size to add.
        The size can only grow. The module refuses a smaller size than the current one before any write.
      - "Minimum: 10. A change takes effect without a restart."
    type: int
    aliases:
      - storage_size
  recreate:
    description:
      - Has no effect. Other modules can replace a resource. This module never does, because the data would be lost.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.novita_network_storage_info
  - module: gpufleet.cloud.novita_cluster_info
  - module: gpufleet.cloud.novita_endpoint
  - module: gpufleet.cloud.novita_instance
"""

EXAMPLES = r"""
- name: Create a storage
  gpufleet.cloud.novita_network_storage:
    name: models
    cluster_id: us-demo-1
    size: 50
  register: models

- name: Enlarge the storage to 100 GB
  gpufleet.cloud.novita_network_storage:
    name: models
    cluster_id: us-demo-1
    size: 100

- name: Mount the storage in an endpoint
  gpufleet.cloud.novita_endpoint:
    name: llm-with-storage
    image:
      image: registry.example.org/team/llm:1.4
    products: ["7"]
    worker_config:
      min_num: 0
      max_num: 1
      free_timeout: 300
      max_concurrent: 4
      gpu_num: 1
      request_timeout: 600
    policy:
      type: queue
      value: 15
    ports: [8000]
    healthy:
      path: /health
    cluster_id: us-demo-1
    volume_mounts:
      - type: network
        id: "{{ models.id }}"
        mount_path: /models

- name: Delete the endpoint, which mounts the storage
  gpufleet.cloud.novita_endpoint:
    name: llm-with-storage
    state: absent

- name: Delete the storage and its data
  gpufleet.cloud.novita_network_storage:
    name: models
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the storage. Empty if the storage does not exist.
    - Also returned on failure, if the ID is known.
    - In check mode, a new resource has a planned ID such as C(planned:novita_network_storage:models). Later tasks of
      the same check run can use it as an ID.
  returned: always
  type: str
  sample: 5f0c1d2e-0000-4000-8000-000000000001
network_storage:
  description:
    - The storage. Empty if it does not exist. In check mode, its expected state.
    - Facts that only the provider can know are empty for a storage that does not exist yet.
  returned: always
  type: dict
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
deleted_id:
  description:
    - ID of the storage that the task deleted, or in check mode would have deleted. Empty if there is none.
  returned: always
  type: str
  sample: ''
plan:
  description: Steps that the module has taken or, in check mode, would take.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: One of C(create), C(update), C(delete) and C(none).
      type: str
    fields:
      description: Paths of the options that the step changes.
      type: list
      elements: str
    effect:
      description: Effect on running workers, C(none), C(in_place) or C(unknown).
      type: str
    id:
      description: ID of the storage that the step deletes. Only in this step.
      type: str
  sample:
    - action: update
      fields: [size]
      effect: in_place
diff:
  description: Values before and after the task, for the options that it sets.
  returned: always
  type: dict
  contains:
    before:
      description: Values before the task.
      type: dict
    after:
      description: Values after the task.
      type: dict
  sample:
    before: {size: 50}
    after: {size: 100}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(novita).
      type: str
    operation:
      description: The API call that failed, for example C(network_storage.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(NETWORK_STORAGE_IN_USE), if its response contains one. If an error
          response has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(ambiguous_name),
          C(similar_name), C(not_found), C(immutable), C(locked), C(not_applied), C(outcome_unknown), C(not_ready),
          C(wait_timeout), C(cancelled), C(not_the_provider), C(internal) and C(error).
        - C(bad_answer) means that the response of the provider is not valid or contradicts itself, for example if it
          has the status of a success and also contains an error. C(not_the_provider) means that something other than
          the API returned the response, for example a proxy. C(locked) means that another task on the same host was
          working on the resource. C(internal) and C(error) mean unexpected errors.
      type: str
    message:
      description: Cause of the failure, without the advice in RV(ignore:msg).
      type: str
    request_id:
      description: The provider's ID of the request, if the provider returns one.
      type: str
    retryable:
      description: Whether the same task can succeed if you run it again without changes.
      type: bool
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.resource_module import resource_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.network_storage import NovitaNetworkStorage

MODULE = resource_module(NovitaNetworkStorage)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
