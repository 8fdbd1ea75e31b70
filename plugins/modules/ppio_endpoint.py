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
  - Creates, updates, replaces and deletes serverless GPU endpoints of PPIO, and waits until they are ready.
  - The module finds an endpoint by its exact name, over all pages of the list, or by its ID. If several endpoints have
    the name, the task fails and lists their IDs.
  - Every update sends the current values with the desired values merged into them. A task that sets a single option
    keeps all other values.
  - The provider does not document the effect of a change on running workers.
  - The options are those of the L(API reference,https://ppio.com/docs/gpus/endpoint/reference-v2-create-endpoint). The
    module checks the ranges of that page before any write.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.ppio
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.ppio
  - gpufleet.cloud.cost
  - gpufleet.cloud.cost.cny
  - gpufleet.cloud.envs
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
options:
  state:
    description:
      - V(present) creates or updates the endpoint.
      - V(absent) deletes the endpoint and its workers.
    type: str
    choices:
      - present
      - absent
    default: present
  type:
    description:
      - B(Required to create the endpoint.) V(sync) returns the result in the response to a request. With V(async),
        clients fetch the result later.
      - List responses do not contain the type, so a task that sets this option sends one more request.
      - "Immutable: a different value requires O(recreate=true), which replaces the endpoint."
    type: str
    choices:
      - sync
      - async
  name:
    description:
      - B(Required to create the endpoint.) Name of the endpoint. The module compares the exact name.
      - "Length: 1 to 255 characters. Must not start or end with whitespace or contain control characters."
      - With O(id), this is the new name of the endpoint.
    type: str
  app_name:
    description:
      - Application name, which is part of the URL of the endpoint. Every name can be used only once.
      - "Length: 1 to 255 characters."
      - "Immutable: a different value requires O(recreate=true), which replaces the endpoint. To replace an endpoint
        that has an application name, the task must set a new name."
    type: str
  product_id:
    description:
      - B(Required to create the endpoint) unless O(product) is set. ID of the serverless product on which the workers
        run. M(gpufleet.cloud.ppio_product_info) lists them. Serverless products and instance products have different
        IDs.
      - "Length: 1 to 255 characters."
    type: str
  product:
    description:
      - The product on which the endpoint runs, by its properties instead of its ID. The ID is in RV(product).
      - The module searches for the product when it creates the endpoint, and when the current product lacks one of
        these properties. Otherwise it keeps the current product, even if there is a cheaper one. A change of the
        product is an update of O(product_id).
      - If several products have these properties, the task fails and lists them with their prices, unless
        O(product.pick) is set. The module checks neither the stock nor the price, and warns about a product that is out
        of stock.
      - A task with this option also lists the products, with one request a page. You cannot set O(product_id) with it.
    type: dict
    suboptions:
      gpu:
        description:
          - Name of the GPU, for example V(RTX 4090), in upper or lower case. It must be the whole name, so an C(RTX
            4090 D) is another GPU. Only the size of its memory can be omitted.
          - Required in O(product). Must not be empty.
        type: str
      region:
        description:
          - ID or exact name of the region. It is also the value of O(region_id).
          - Must not be empty.
        type: str
      gpu_num:
        description:
          - Number of GPUs. It is also the value of O(worker_config.gpu_num). If omitted, the product must support the
            value of that option.
          - "Range: 1 to 8."
        type: int
      billing:
        description:
          - Billing mode that the product must support. V(on_demand), billing by use, is the only one for endpoints.
        type: str
        choices:
          - on_demand
      pick:
        description:
          - V(cheapest) selects the cheapest of several products that is not out of stock. Products with an unknown
            price do not count.
        type: str
        choices:
          - cheapest
  image:
    description:
      - B(Required to create the endpoint.) Address of the container image.
      - "Length: 1 to 500 characters."
    type: str
  registry_auth_id:
    description:
      - ID of a stored registry credential, which you can also name with O(registry_auth). Public images do not need
        one. At most 255 characters. An empty text removes the value.
    type: str
  registry_auth:
    description:
      - The registry credential by its name and username instead of its ID. The credential must exist. PPIO documents no
        call that creates one, so create it in the console. M(gpufleet.cloud.ppio_registry_auth_info) lists the
        credentials.
      - If several credentials have these properties, the task fails and lists their IDs.
      - A task with this option sends one more request, to list the credentials. You cannot set O(registry_auth_id) with
        it.
    type: dict
    suboptions:
      name:
        description:
          - Name of the credential, exactly as PPIO returns it.
          - Required in O(registry_auth). Must not be empty. Must not start or end with whitespace or contain control
            characters.
        type: str
      username:
        description:
          - Username at the registry. If omitted, only one credential must have the name.
          - Must not be empty. Must not start or end with whitespace or contain control characters.
        type: str
  entrypoint:
    description:
      - Entrypoint of the container. An empty text removes the value. The container then uses the entrypoint of the
        image.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
    type: str
  command:
    description:
      - Start command of the container. An empty text removes the value. The container then uses the command of the
        image.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
    type: str
  worker_config:
    description:
      - Workers of the endpoint. The module keeps the current values of the keys that you omit.
    type: dict
    suboptions:
      max_replicas:
        description:
          - B(Required to create the endpoint.) Maximum number of workers.
          - "Range: 0 to 1000."
        type: int
      min_replicas:
        description:
          - Minimum number of workers. With V(0), the endpoint scales to zero when it is idle.
          - "Range: 0 to 1000. Must not exceed O(worker_config.max_replicas)."
        type: int
      idle_timeout:
        description:
          - Time in seconds until an idle worker is released.
          - "Range: 1 to 1000."
        type: int
      max_concurrent_per_worker:
        description:
          - Maximum number of requests that a worker processes at the same time.
          - "Range: 1 to 1000."
        type: int
      gpu_num:
        description:
          - Number of GPUs of each worker.
          - "Range: 1 to 8."
        type: int
      rootfs_size_gb:
        description:
          - Size of the root file system in GB.
          - "Range: 10 to 100."
        type: int
      min_cuda_version:
        description:
          - Minimum CUDA version. Put it in quotes, because YAML reads an unquoted C(12.8) as a number.
          - "Supported values: V(12.4), V(12.6), V(12.8), V(12.9), V(13.0)."
          - Any other value, such as V(any), is accepted only if it is the current value of the endpoint.
        type: str
      request_timeout:
        description:
          - Time limit in seconds for a request.
          - "Range: 1 to 1800."
        type: int
  policy:
    description:
      - Policy by which the endpoint adds workers.
    type: dict
    suboptions:
      type:
        description:
          - V(queue) scales by the time that requests wait in the queue. V(concurrency) scales by the number of requests
            in the queue.
        type: str
        choices:
          - queue
          - concurrency
      value:
        description:
          - Waiting time in seconds with O(policy.type=queue). Number of requests with O(policy.type=concurrency).
          - "Range: 1 to 1000."
        type: int
  volumes:
    description:
      - Storage that is mounted into the workers. The list replaces all current entries. The module identifies an entry
        by its type and mount point, and ignores the order.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - ID of the storage. Must not be empty.
        type: str
      type:
        description:
          - V(network) mounts a network storage. PPIO has deprecated V(local), for which the module returns a warning.
        type: str
        required: true
        choices:
          - network
          - local
      size:
        description:
          - Size of the local storage. Allowed only with O(volumes[].type=local). The module compares this value only if
            the provider returns it.
        type: int
      mount_point:
        description:
          - Path at which the storage is mounted.
          - "Length: 1 to 4095 characters."
        type: str
        required: true
  ports:
    description:
      - Ports of the container. The list replaces all current ports. The order is ignored.
      - "Range of each entry: 1 to 65535."
    type: list
    elements: int
  envs:
    description:
      - Environment variables of the container, as a mapping of names to values. Results and diffs show the values.
      - "Names: at most 511 characters. Values: at most 4095 characters."
      - Values must be strings or integers. Put all other values in quotes, because YAML would change them. Examples are
        C(no), C(12.80) and C(010). For the result of an expression, use the filter C(string).
    type: dict
  health_check:
    description:
      - HTTP health check of the workers.
    type: dict
    suboptions:
      path:
        description:
          - Path that the health check requests. Must not be empty.
        type: str
      port:
        description:
          - Port to which the health check connects.
          - "Range: 0 to 65535."
        type: int
  region_id:
    description:
      - ID of the region. Must not be empty.
    type: str
seealso:
  - module: gpufleet.cloud.ppio_endpoint_info
  - module: gpufleet.cloud.ppio_registry_auth_info
  - name: Create Endpoint
    description: API reference of PPIO.
    link: https://ppio.com/docs/gpus/endpoint/reference-v2-create-endpoint
"""

EXAMPLES = r"""
- name: Create an endpoint that scales to zero when it is idle, on the cheapest product with an RTX 4090
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    type: sync
    product:
      gpu: RTX 4090
      pick: cheapest
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

- name: Show the URL and the status
  ansible.builtin.debug:
    msg: "{{ llm.endpoint.url }} is {{ llm.endpoint.status }}"

- name: Create an endpoint on a product with a known ID, with a private image
  gpufleet.cloud.ppio_endpoint:
    name: llm-70b
    type: sync
    product_id: "8"
    image: registry.example.org/team/llm:1.4
    registry_auth:
      name: registry.example.org
      username: team-bot
    worker_config:
      min_replicas: 0
      max_replicas: 1
    ports: [8000]
    health_check:
      path: /ready

- name: Increase the maximum number of workers and keep all other values
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    worker_config:
      max_replicas: 5

- name: Change one environment variable and keep the others
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    envs_mode: merge
    envs:
      LOG_LEVEL: debug

- name: Preview the change to a new image
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b
    image: registry.example.org/team/llm:1.5
  check_mode: true
  diff: true

- name: Rename the endpoint
  gpufleet.cloud.ppio_endpoint:
    id: "{{ llm.id }}"
    name: llm-8b-blue

- name: Replace the endpoint to make it asynchronous
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b-blue
    type: async
    recreate: true

- name: Delete the endpoint
  gpufleet.cloud.ppio_endpoint:
    name: llm-8b-blue
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the endpoint, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:ppio_endpoint:llm-8b). Later tasks of the same
      check run can use it as an ID.
  returned: always
  type: str
  sample: 0a1b2c3d4e5f6071
endpoint:
  description:
    - The endpoint after the task, or in check mode as predicted. The mapping is empty if the endpoint does not exist.
  returned: always
  type: dict
  contains:
    id:
      description: ID of the endpoint.
      type: str
      sample: 0a1b2c3d4e5f6071
    name:
      description: Name of the endpoint.
      type: str
      sample: llm-8b
    status:
      description: Status that the provider reports, for example C(creating), C(serving) or C(failed).
      type: str
      sample: serving
    status_message:
      description: Text that the provider adds to the status.
      type: str
      sample: ""
    url:
      description: URL of the endpoint.
      type: str
      sample: https://0a1b2c3d4e5f6071-llm.runsync.serverless.example.com
    created_at:
      description: Time of creation, in UTC. Empty if the provider does not return it.
      type: str
      sample: "2026-08-28T12:26:40Z"
    workers:
      description:
        - Workers of the endpoint. Workers that are draining or being removed do not count when the module waits.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the worker.
          type: str
        status:
          description: Status that the provider reports.
          type: str
        status_message:
          description: Text that the provider adds to the status.
          type: str
        healthy:
          description:
            - Whether the worker is healthy. Always V(false) for a worker that has failed, is draining or is being
              removed.
          type: bool
        log:
          description: Address of the log of the worker.
          type: str
      sample:
        - id: w-1
          status: running
          status_message: ""
          healthy: true
          log: https://logs.example.com/w-1
    worker_summary:
      description:
        - The numbers and statuses of the workers in words, as in the message of a failed wait. It includes the
          addresses of their logs.
      type: str
      sample: "1 of 1 workers is healthy: worker w-1 is 'running', log https://logs.example.com/w-1."
    workers_gathered:
      description: Whether the module has read the workers. V(false) only for an endpoint that the provider has not
        returned yet.
      type: bool
      sample: true
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, LOG_LEVEL]
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(envs) contains only the variables that the task sets in O(envs) to these values. C(envs_mode) is V(merge) if
          there are other variables.
        - C(command) and C(entrypoint) are not included if they probably contain a secret.
      type: dict
      sample:
        type: sync
        name: llm-8b
        app_name: team-llm-8b
        product_id: "7"
        image: registry.example.org/team/llm:1.4
        registry_auth_id: auth-1
        entrypoint: ""
        command: ""
        worker_config:
          max_replicas: 2
          min_replicas: 0
          idle_timeout: 300
          max_concurrent_per_worker: 4
          gpu_num: 1
          rootfs_size_gb: 60
          min_cuda_version: "12.8"
          request_timeout: 600
        policy: {type: queue, value: 15}
        volumes: [{id: st-1, type: network, mount_point: /models}]
        envs: {LOG_LEVEL: info}
        envs_mode: merge
        ports: [8000]
        health_check: {path: /ready, port: 8000}
        region_id: cn-demo-1
product:
  description:
    - The product that O(product) describes, with the keys that M(gpufleet.cloud.ppio_product_info) returns. Empty
      without O(product), if the endpoint does not exist after the task, and if the provider does not list the current
      product.
  returned: always
  type: dict
  sample:
    id: "7"
    name: RTX 4090 24GB
    hourly_price: 2.4
    currency: CNY
deleted_id:
  description:
    - ID of the endpoint that the task deleted or replaced, or in check mode would have deleted or replaced. Empty if
      there is none.
  returned: always
  type: str
  sample: ''
plan:
  description:
    - The steps of the task. Check mode returns the same steps as the run that follows.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description:
        - Action of the step, one of C(create), C(update), C(replace), C(delete) and C(none).
      type: str
    fields:
      description:
        - Paths of the options that the step sets, for example C(worker_config.max_replicas) or C(envs.LOG_LEVEL).
      type: list
      elements: str
    effect:
      description:
        - Effect of the step on running workers. One of C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces)
          and C(unknown). The effect is C(unknown) unless the provider documents it.
      type: str
    id:
      description: ID of the resource that the step deletes or replaces. Only in these steps.
      type: str
  sample:
    - action: update
      fields: [worker_config.max_replicas]
      effect: unknown
diff:
  description: Values before and after the task, for the options that it sets. Secret values are hidden.
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
    before: {worker_config: {max_replicas: 2}}
    after: {worker_config: {max_replicas: 5}}
hourly_cost:
  description:
    - With O(max_hourly_cost), the cost per hour before the task and after it. C(null) without O(max_hourly_cost).
    - A cost is C(null) if it is unknown. It contains neither traffic nor storage.
  returned: always
  type: dict
  contains:
    currency:
      description: Currency of the costs.
      type: str
    before:
      description: Cost before the task.
      type: dict
      contains:
        present:
          description:
            - Cost of the workers that exist. C(null) without workers, because the provider does not
              document what an idle endpoint costs.
          type: float
        worst:
          description:
            - Cost of the maximum number of workers at the price of the product.
          type: float
    after:
      description: Cost after the task, with the number of workers that run now, unless their limits change it.
      type: dict
      contains:
        present:
          description: The same for the plan.
          type: float
        worst:
          description: The same for the plan.
          type: float
  sample:
    currency: CNY
    before: {present: 1.39, worst: 2.78}
    after: {present: 1.39, worst: 5.56}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(ppio).
      type: str
    operation:
      description: The API call that failed, for example C(endpoint.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(BALANCE_NOT_ENOUGH), if its response contains one. If an error
          response has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(immutable), C(price),
          C(ambiguous_name), C(similar_name), C(not_found), C(locked), C(not_applied), C(outcome_unknown), C(not_ready),
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.endpoint import PpioEndpoint

MODULE = resource_module(PpioEndpoint)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
