#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_endpoint
short_description: Manage serverless GPU endpoints of Novita AI
version_added: 1.0.0
description:
  - Creates, changes, replaces and deletes serverless GPU endpoints of Novita AI, and waits until they are usable.
  - An endpoint is found by its exact name over all pages of the listing, or by its id. Several endpoints of one name
    are an error that names their ids.
  - Every update starts from the endpoint as it is, with the task's options laid over it, so that a task that names one
    option leaves all others as they were.
  - The options are those of L(the provider's page,https://novita.ai/docs/api-reference/serverless-create-endpoint) in
    snake case. Where that page prints a range it is enforced before the first request; all other ranges differ from
    account to account and are left to the provider, whose refusal is passed on with the range that it allows.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
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
  name:
    description:
      - Name of the endpoint, 1 to 220 characters, compared exactly.
      - It must neither begin nor end with a blank.
      - With O(id), the name that the endpoint shall have.
    type: str
  app_name:
    description:
      - Application name, a part of the endpoint's URL. It can be used only once. The provider's default is the
        endpoint's id.
      - Cannot be changed in place, see O(recreate).
    type: str
  worker_config:
    description:
      - The workers. All keys are required to create an endpoint; after that a task may give any of them alone.
      - What a change does to running workers is not documented by the provider.
    type: dict
    suboptions:
      min_num:
        description:
          - Least number of workers. V(0) scales to zero when idle.
          - At most O(worker_config.max_num). The range is the account's.
        type: int
      max_num:
        description: Greatest number of workers. The range is the account's.
        type: int
      free_timeout:
        description: Seconds until an idle worker is released. The range is the account's.
        type: int
      max_concurrent:
        description: Greatest number of requests that a worker handles at the same time. The range is the account's.
        type: int
      gpu_num:
        description: Number of GPUs of each worker. The range is the account's.
        type: int
      request_timeout:
        description: Seconds until a request is given up. The range is the account's.
        type: int
  ports:
    description:
      - The HTTP port, as a list of exactly one, from 1 to 65535 without 2222, 2223 and 2224.
      - Required to create an endpoint.
    type: list
    elements: int
  policy:
    description:
      - What makes the number of workers grow. Both keys are required to create an endpoint.
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
          - With O(policy.type=queue) seconds of waiting, with O(policy.type=concurrency) a number of requests. The
            range is the account's.
        type: int
  image:
    description:
      - The container image.
    type: dict
    suboptions:
      image:
        description: Address of the image, up to 511 characters. Required to create an endpoint.
        type: str
      auth_id:
        description:
          - Id of a stored registry credential, up to 255 characters. Not needed for public images and images of the
            platform.
        type: str
      command:
        description: Start command of the container, up to 2047 characters. An empty string stands for the image's own.
        type: str
  products:
    description:
      - Ids of the serverless products that the workers may run on. Ids of instance products are others.
      - Required to create an endpoint. Cannot be changed in place, see O(recreate).
    type: list
    elements: str
  rootfs_size:
    description:
      - Size of the root file system in GB. If omitted, 100 is sent when the endpoint is created, which is the only
        value that the provider's page knows at present.
      - Cannot be changed in place, see O(recreate).
    type: int
  volume_mounts:
    description:
      - Storage mounted into the workers. The list is compared whole, in any order, by type and path. If omitted, an
        empty list is sent when the endpoint is created.
    type: list
    elements: dict
    suboptions:
      type:
        description: V(local) for storage of the worker, V(network) for a network storage.
        type: str
        required: true
        choices:
          - local
          - network
      size:
        description:
          - Size of local storage in GB. If omitted for a new mount, 30 is sent, the only value that the provider's page
            knows at present. Only with O(volume_mounts[].type=local).
        type: int
      id:
        description: Id of the network storage. Required with, and only with, O(volume_mounts[].type=network).
        type: str
      mount_path:
        description: Where it is mounted, up to 255 characters.
        type: str
        required: true
  cluster_id:
    description:
      - Id of the cluster, up to 255 characters. Required with a network storage, and then the cluster of that storage.
      - An endpoint can be placed in several clusters, which no option names. They are kept by every update, unless this
        option asks for another place; then the endpoint is moved to this one alone.
    type: str
  healthy:
    description:
      - The HTTP health check of the workers.
    type: dict
    suboptions:
      path:
        description: The path that is asked for. Required to create an endpoint.
        type: str
seealso:
  - module: gpufleet.cloud.novita_endpoint_info
  - name: Create Endpoint
    description: The provider's page.
    link: https://novita.ai/docs/api-reference/serverless-create-endpoint
"""

EXAMPLES = r"""
- name: Serve a model, with no worker while nobody asks
  gpufleet.cloud.novita_endpoint:
    name: llm-8b
    image:
      image: registry.example.org/team/llm:1.4
    products: ["7"]
    worker_config:
      min_num: 0
      max_num: 2
      free_timeout: 300
      max_concurrent: 4
      gpu_num: 1
      request_timeout: 600
    policy:
      type: queue
      value: 15
    ports: [8000]
    healthy:
      path: /ready
    envs:
      LOG_LEVEL: info
    secret_envs:
      HUGGING_FACE_TOKEN: "{{ hugging_face_token }}"
  register: llm

- name: Show where it answers
  ansible.builtin.debug:
    msg: "{{ llm.endpoint.url }} is {{ llm.endpoint.status }}"

- name: Allow more workers, and leave everything else as it is
  gpufleet.cloud.novita_endpoint:
    name: llm-8b
    worker_config:
      max_num: 5

- name: Change one environment variable and leave the others alone
  gpufleet.cloud.novita_endpoint:
    name: llm-8b
    envs_mode: merge
    envs:
      LOG_LEVEL: debug

- name: See what a new image would change, without changing it
  gpufleet.cloud.novita_endpoint:
    name: llm-8b
    image:
      image: registry.example.org/team/llm:1.5
  check_mode: true
  diff: true

- name: Rename the endpoint by its id
  gpufleet.cloud.novita_endpoint:
    id: "{{ llm.id }}"
    name: llm-8b-blue

- name: Move it to another product, which needs a replacement
  gpufleet.cloud.novita_endpoint:
    name: llm-8b-blue
    products: ["8"]
    recreate: true

- name: Delete it
  gpufleet.cloud.novita_endpoint:
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
        worker_config: {min_num: 0, max_num: 2, free_timeout: 300, max_concurrent: 4, gpu_num: 1, request_timeout: 600}
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
      description: Paths of the options that differ, for example C(worker_config.max_num) or C(envs.LOG_LEVEL).
      type: list
      elements: str
    effect:
      description:
        - What it does to running workers, C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces) or
          C(unknown). Anything but C(unknown) is claimed only where a page of the provider says so.
      type: str
  sample:
    - action: update
      fields: [worker_config.max_num]
      effect: unknown
diff:
  description: C(before) and C(after) over the options that the task gives. Values of secrets are hidden.
  returned: always
  type: dict
  sample:
    before: {worker_config: {max_num: 2}}
    after: {worker_config: {max_num: 5}}
failure:
  description: What is known of a failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: The provider, C(novita).
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.endpoint import NovitaEndpoint


def main() -> None:
    run_resource(NovitaEndpoint)


if __name__ == "__main__":
    main()
