#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_network
short_description: Manage private networks of Novita AI
version_added: 1.0.0
description:
  - Creates, renames, replaces and deletes private networks of Novita AI, and waits until they are ready. Instances in
    the same cluster and network reach each other at private addresses.
  - The module finds a network by its exact name, over all pages of the list, or by its ID. If several networks have the
    name, O(cluster_id) selects those in that cluster, unless O(recreate=true). If several remain, the task fails and
    lists their IDs.
  - Novita AI does not return the ID of a new network, and lists it only after some seconds. The module searches for it
    by name and cluster, for up to O(settle_timeout).
  - The options are those of the L(API reference,https://novita.ai/docs/api-reference/gpu-instance-create-vpc) in snake
    case.
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
      - V(present) creates or renames the network.
      - V(absent) deletes the network. If there are instances in it, the task fails before any write and lists them.
        Delete them first.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - B(Required to create the network.) Name of the network. The module compares the exact name.
      - "Length: 1 to 30 characters. Must not start or end with whitespace or contain control characters."
      - With O(id), this is the new name of the network. A change takes effect without a restart.
    type: str
  cluster_id:
    description:
      - B(Required to create the network.) ID of a cluster that supports private networks, see
        M(gpufleet.cloud.novita_cluster_info). Must not be empty.
      - "Immutable: a different value requires O(recreate=true), which replaces the network. The task fails if there are
        instances in the network."
    type: str
seealso:
  - module: gpufleet.cloud.novita_network_info
  - module: gpufleet.cloud.novita_cluster_info
  - module: gpufleet.cloud.novita_instance
"""

EXAMPLES = r"""
- name: Create a network and wait until it is ready
  gpufleet.cloud.novita_network:
    name: training
    cluster_id: us-demo-1
  register: training

- name: Create an instance in the network
  gpufleet.cloud.novita_instance:
    name: trainer-in-network
    product_id: 4090.16c62g
    gpu_num: 1
    rootfs_size: 60
    image_url: registry.example.org/team/train:12.4
    kind: gpu
    cluster_id: us-demo-1
    network_id: "{{ training.id }}"

- name: Delete the instance, because only an empty network can be deleted
  gpufleet.cloud.novita_instance:
    name: trainer-in-network
    state: absent

- name: Delete the network
  gpufleet.cloud.novita_network:
    name: training
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the network. Empty if the network does not exist.
    - Also returned on failure, if the ID is known.
    - In check mode, a new resource has a planned ID such as C(planned:novita_network:training). Later tasks of the same
      check run can use it as an ID.
  returned: always
  type: str
  sample: 8c1d2e3f4a5b6c7d
network:
  description:
    - The network. Empty if it does not exist. In check mode, its expected state.
    - Facts that only the provider can know are empty for a network that does not exist yet.
  returned: always
  type: dict
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
deleted_id:
  description:
    - ID of the network that the task deleted or replaced, or in check mode would have deleted or replaced. Empty if
      there is none.
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
      description: One of C(create), C(update), C(replace), C(delete) and C(none).
      type: str
    fields:
      description: Paths of the options that the step changes.
      type: list
      elements: str
    effect:
      description: Effect on running workers, one of C(none), C(in_place), C(replaces) and C(unknown).
      type: str
    id:
      description: ID of the network that the step deletes or replaces. Only in these steps.
      type: str
  sample:
    - action: update
      fields: [name]
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
    before: {name: training}
    after: {name: training-2}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(novita).
      type: str
    operation:
      description: The API call that failed, for example C(network.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(NETWORK_MAX_LIMIT), if its response contains one. If an error
          response has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(ambiguous_name),
          C(similar_name), C(not_found), C(immutable), C(in_use), C(locked), C(not_applied), C(outcome_unknown),
          C(not_ready), C(wait_timeout), C(cancelled), C(not_the_provider), C(internal) and C(error).
        - C(bad_answer) means that the response of the provider is not valid or contradicts itself, for example if it
          has the status of a success and also contains an error. C(not_the_provider) means that something other than
          the API returned the response, for example a proxy. C(locked) means that another task on the same host was
          working on the resource. C(in_use) means that there are instances in the network. C(internal) and C(error)
          mean unexpected errors.
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.network import NovitaNetwork

MODULE = resource_module(NovitaNetwork)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
