#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_endpoint
short_description: Manage serverless GPU endpoints of PPIO
version_added: 1.0.0
description:
  - Creates, changes, replaces and deletes serverless GPU endpoints of PPIO, and waits until they are usable.
  - An endpoint is found by its exact name over all pages of the listing, or by its id. Several endpoints of one name
    are an error that names their ids.
  - Every update starts from the endpoint as it is, with the task's options laid over it, so that a task that names one
    option leaves all others as they were.
  - The options are those of L(the provider's page,https://ppio.com/docs/gpus/endpoint/reference-v2-create-endpoint).
    The ranges that it prints are enforced before the first request.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.ppio
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.ppio
  - gpufleet.cloud.envs
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
options:
  state:
    description:
      - V(present) makes the endpoint exist as described, V(absent) makes it not exist.
      - Deleting an endpoint removes its workers.
    type: str
    choices:
      - present
      - absent
    default: present
  type:
    description:
      - Whether requests are answered at once or collected later.
      - Listings do not show it, so that a task that gives it costs one more request.
      - Required to create an endpoint. Cannot be changed in place, see O(recreate).
    type: str
    choices:
      - sync
      - async
  name:
    description:
      - Name of the endpoint, 1 to 255 characters, compared exactly.
      - It must neither begin nor end with a blank.
      - With O(id), the name that the endpoint shall have.
    type: str
  app_name:
    description:
      - Application name, up to 255 characters, a part of the endpoint's URL. It can be used only once.
      - Cannot be changed in place, see O(recreate).
    type: str
  product_id:
    description:
      - Id of the serverless product that the workers run on, 1 to 255 characters. Ids of instance products are others.
      - Required to create an endpoint.
      - What a change does to running workers is not documented by the provider.
    type: str
  image:
    description:
      - Address of the container image, 1 to 500 characters.
      - Required to create an endpoint.
    type: str
  registry_auth_id:
    description:
      - Id of a stored registry credential, up to 255 characters.
    type: str
  entrypoint:
    description: Entrypoint of the container. An empty string stands for the image's own.
    type: str
  command:
    description: Start command of the container. An empty string stands for the image's own.
    type: str
  worker_config:
    description:
      - The workers. A task may give any key alone.
      - What a change does to running workers is not documented by the provider.
    type: dict
    suboptions:
      max_replicas:
        description: Greatest number of workers, 0 to 1000. Required to create an endpoint.
        type: int
      min_replicas:
        description:
          - Least number of workers, 0 to 1000, and at most O(worker_config.max_replicas). V(0) scales to zero when
            idle.
        type: int
      idle_timeout:
        description: Seconds until an idle worker is released, 1 to 1000.
        type: int
      max_concurrent_per_worker:
        description: Greatest number of requests that a worker handles at the same time, 1 to 1000.
        type: int
      gpu_num:
        description: Number of GPUs of each worker, 1 to 8.
        type: int
      rootfs_size_gb:
        description: Size of the root file system in GB, 10 to 100.
        type: int
      min_cuda_version:
        description:
          - Least version of CUDA, one of V(12.4), V(12.6), V(12.8), V(12.9) and V(13.0).
          - Write it in quotes; an unquoted C(12.8) is a number to YAML, and is refused.
          - Another word, such as V(any), is accepted only where the endpoint has it already.
        type: str
      request_timeout:
        description: Seconds until a request is given up, 1 to 1800.
        type: int
  policy:
    description:
      - What makes the number of workers grow.
    type: dict
    suboptions:
      type:
        description:
          - V(queue) scales on the time that requests wait in the queue, V(concurrency) on the number of requests in it.
        type: str
        choices:
          - queue
          - concurrency
      value:
        description:
          - With O(policy.type=queue) seconds of waiting, with O(policy.type=concurrency) a number of requests; 1 to
            1000.
        type: int
  volumes:
    description:
      - Storage mounted into the workers. The list is compared whole, in any order, by type and mount point.
    type: list
    elements: dict
    suboptions:
      id:
        description: Id of the storage.
        type: str
      type:
        description:
          - V(network) for a network storage. V(local) is deprecated by the provider and leads to a warning.
        type: str
        required: true
        choices:
          - network
          - local
      size:
        description:
          - Size of local storage. Only with O(volumes[].type=local). Not compared when the provider does not answer it.
        type: int
      mount_point:
        description: Where it is mounted, up to 4095 characters.
        type: str
        required: true
  ports:
    description:
      - Ports of the container, each 1 to 65535. The list is compared whole, in any order.
    type: list
    elements: int
  health_check:
    description:
      - The HTTP health check of the workers.
    type: dict
    suboptions:
      path:
        description: The path that is asked for.
        type: str
      port:
        description: The port that is asked, 0 to 65535.
        type: int
  region_id:
    description:
      - Id of the region.
    type: str
seealso:
  - module: gpufleet.cloud.ppio_endpoint_info
  - name: Create Endpoint
    description: The provider's page.
    link: https://ppio.com/docs/gpus/endpoint/reference-v2-create-endpoint
"""

EXAMPLES = r"""
- name: Serve a model, with no worker while nobody asks
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    type: sync
    product_id: "7"
    image: registry.example.org/team/llm:1.4
    worker_config:
      min_replicas: 0
      max_replicas: 2
      idle_timeout: 300
      max_concurrent_per_worker: 4
      gpu_num: 1
      rootfs_size_gb: 60
      min_cuda_version: "12.8"
      request_timeout: 600
    policy:
      type: queue
      value: 15
    ports: [8000]
    health_check:
      path: /ready
      port: 8000
    envs:
      LOG_LEVEL: info
    secret_envs:
      HUGGING_FACE_TOKEN: "{{ hugging_face_token }}"
  register: llm

- name: Show where it answers
  ansible.builtin.debug:
    msg: "{{ llm.endpoint.url }} is {{ llm.endpoint.status }}"

- name: Allow more workers, and leave everything else as it is
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    worker_config:
      max_replicas: 5

- name: Change one environment variable and leave the others alone
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    envs_mode: merge
    envs:
      LOG_LEVEL: debug

- name: See what a new image would change, without changing it
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    image: registry.example.org/team/llm:1.5
  check_mode: true
  diff: true

- name: Rename the endpoint by its id
  gpufleet.cloud.ppio_endpoint:
    id: "{{ llm.id }}"
    name: llm-8b-blue

- name: Make it asynchronous, which needs a replacement
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b-blue
    type: async
    recreate: true

- name: Delete it
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b-blue
    state: absent
"""

RETURN = r"""
id:
  description: Id of the endpoint; an empty string without one. Present after a failure, too, as soon as it is known.
  returned: always
  type: str
  sample: 0a1b2c3d4e5f6071
endpoint:
  description:
    - The endpoint as it is, or in check mode as it would be; an empty mapping without one.
  returned: always
  type: dict
  contains:
    id:
      description: Id of the endpoint.
      type: str
      sample: 0a1b2c3d4e5f6071
    name:
      description: Name of the endpoint.
      type: str
      sample: llm-8b
    status:
      description: The provider's word for its state, for example C(creating), C(serving) or C(failed).
      type: str
      sample: serving
    status_message:
      description: The provider's text on that state.
      type: str
      sample: ""
    url:
      description: Where the endpoint answers.
      type: str
      sample: https://0a1b2c3d4e5f6071-llm.runsync.serverless.example.com
    workers:
      description:
        - The workers, each with C(id), C(status), C(status_message), C(healthy) and C(log).
        - One that is gone, going or draining is never C(healthy), and is not counted when workers are awaited.
      type: list
      elements: dict
      sample: []
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, LOG_LEVEL]
    spec:
      description:
        - The settable options as the endpoint has them. Given to a task, they change nothing.
        - Of the environment only those variables are in it whose values this task gives under C(envs).
      type: dict
      sample:
        name: llm-8b
        worker_config: {min_replicas: 0, max_replicas: 2, idle_timeout: 300, max_concurrent_per_worker: 4}
plan:
  description:
    - What was done, or would be done. The same in check mode and in the run that follows.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: One of C(create), C(update), C(replace), C(delete) and C(none).
      type: str
    fields:
      description: Paths of the options that differ, for example C(worker_config.max_replicas) or C(envs.LOG_LEVEL).
      type: list
      elements: str
    effect:
      description:
        - What it does to running workers, C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces) or
          C(unknown). Anything but C(unknown) is claimed only where a page of the provider says so.
      type: str
  sample:
    - action: update
      fields: [worker_config.max_replicas]
      effect: unknown
diff:
  description: C(before) and C(after) over the options that the task gives. Values of secrets are hidden.
  returned: always
  type: dict
  sample:
    before: {worker_config: {max_replicas: 2}}
    after: {worker_config: {max_replicas: 5}}
failure:
  description: What is known of a failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: The provider, C(ppio).
      type: str
    operation:
      description: The operation that failed, for example C(endpoint.create); empty when none was sent.
      type: str
    status:
      description: The HTTP status, or null.
      type: int
    reason:
      description:
        - The provider's own error word, for example C(BALANCE_NOT_ENOUGH), or one of C(connection), C(redirect),
          C(bad_answer), C(not_the_provider) (something else than the API has answered, such as a proxy or a router),
          C(invalid_option), C(immutable), C(ambiguous_name), C(not_found), C(not_applied), C(outcome_unknown),
          C(not_ready), C(wait_timeout) and C(http_)RV(ignore:status).
      type: str
    message:
      description: What went wrong, without the advice that RV(ignore:msg) adds.
      type: str
    request_id:
      description: The provider's id of the request, where it gives one.
      type: str
    retryable:
      description: Whether the same task may succeed when run again, without anything being changed.
      type: bool
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.resource_module import run_resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.endpoint import PpioEndpoint


def main() -> None:
    run_resource(PpioEndpoint)


if __name__ == "__main__":
    main()
