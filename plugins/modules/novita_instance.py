#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_instance
short_description: Manage GPU instances of Novita AI
version_added: 1.0.0
description:
  - Creates, updates, starts, stops, restarts, replaces and deletes GPU instances of Novita AI, and waits until they are
    ready.
  - Novita AI bills an instance from the moment it pulls the image. The module never repeats an order, so it never
    creates a second instance.
  - The module finds an instance by its exact name, over all pages of the list, or by its ID. If several instances have
    the name, the task fails and lists their IDs. An instance that is being removed counts as absent.
  - A task that replaces an instance must also set O(tools), O(image_auth), O(month) and O(min_cuda_version), because
    the provider does not return these values. Empty values and V(0) are allowed.
  - If an option does not describe the effect of a change on a running instance, the provider does not document it.
  - The options are those of the L(API reference,https://novita.ai/docs/api-reference/gpu-instance-create-instance) in
    snake case. The module checks the ranges of that page before any write.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
  - gpufleet.cloud.cost
  - gpufleet.cloud.cost.usd
  - gpufleet.cloud.envs
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
options:
  state:
    description:
      - V(present) creates or updates the instance, and accepts any power state. With O(wait=true), the instance must be
        running at the end if the task has created it, or if it was running before.
      - V(started) also starts the instance.
      - V(stopped) stops the instance. V(restarted) restarts it in every run, and always reports a change. Both states
        fail if the instance does not exist.
      - V(absent) deletes the instance and the data on its disk.
      - If the instance is in transition, the module waits before it changes, starts or stops it.
    type: str
    choices:
      - present
      - started
      - stopped
      - restarted
      - absent
    default: present
  name:
    description:
      - B(Required to create the instance.) Name of the instance. The module compares the exact name.
      - "Length: 1 to 255 characters. Must not start or end with whitespace or contain control characters."
      - "Immutable: the provider cannot rename the instance."
    type: str
  product_id:
    description:
      - B(Required to create the instance) unless O(product) is set. ID of the instance product, for example
        V(4090.16c62g). M(gpufleet.cloud.novita_product_info) with C(category=instance) lists them. Serverless products
        have different IDs. With O(kind=cpu), you need the ID of a CPU product.
      - "Length: 1 to 255 characters."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  product:
    description:
      - The product on which the instance runs, by its properties instead of its ID. The ID is in RV(product).
      - The module searches for the product when it creates the instance, and when the current product lacks one of
        these properties. Otherwise it keeps the current product, even if there is a cheaper one. A change of the
        product requires O(recreate=true). With O(kind=cpu), set O(product_id).
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
          - ID or exact name of the region. It is also the value of O(cluster_id).
          - Must not be empty.
        type: str
      gpu_num:
        description:
          - Number of GPUs. It is also the value of O(gpu_num). If omitted, the product must support the value of that
            option.
          - "Range: 1 to 8."
        type: int
      billing:
        description:
          - Billing mode. It is also the value of O(billing_mode). V(on_demand) stands for V(onDemand) of that option.
          - If omitted, the product must support the value of O(billing_mode), or V(on_demand) without it.
        type: str
        choices:
          - on_demand
          - monthly
          - spot
      pick:
        description:
          - V(cheapest) selects the cheapest of several products that is not out of stock. Products with an unknown
            price do not count.
        type: str
        choices:
          - cheapest
  gpu_num:
    description:
      - B(Required to create the instance.) Number of GPUs. With O(kind=cpu), omit this option.
      - "Range: 1 to 8."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: int
  rootfs_size:
    description:
      - B(Required to create the instance.) Size of the root disk in GB. With O(kind=cpu), omit this option, because the
        product determines the size.
      - "Range: 10 to 6144."
      - You can increase the size in place. A smaller size requires O(recreate=true), which replaces the instance.
      - The provider takes the difference to the current size. If two tasks order the same growth at the same time, the
        disk grows twice. The task that then reads a larger size than desired fails.
    type: int
  image_url:
    description:
      - B(Required to create the instance.) Address of the container image.
      - "Length: 1 to 500 characters."
      - A change restarts the instance; see O(save_data).
    type: str
  image_auth:
    description:
      - Credential for the registry of the image, in the form C(user:password). An empty text means no credential.
      - "Length: 8 to 10239 characters."
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - "Write-only: the provider never returns this value, so it is never compared."
    type: str
  image_auth_id:
    description:
      - ID of a stored registry credential, which you can also name with O(registry_auth). An empty text removes the
        value.
      - A change restarts the instance; see O(save_data).
    type: str
  registry_auth:
    description:
      - The registry credential by its registry and username instead of its ID. The credential must exist, or another
        entry of the same M(gpufleet.cloud.fleet) task must create it.
      - If several credentials have these properties, the task fails and lists their IDs.
      - A task with this option sends one more request, to list the credentials. You cannot set O(image_auth_id) with
        it.
    type: dict
    suboptions:
      name:
        description:
          - Address of the registry, exactly as in O(gpufleet.cloud.novita_registry_auth#module:name).
          - Required in O(registry_auth). Must not be empty. Must not start or end with whitespace or contain control
            characters.
        type: str
      username:
        description:
          - Username at the registry. If omitted, the registry must have only one credential.
          - Must not be empty. Must not start or end with whitespace or contain control characters.
        type: str
  ports:
    description:
      - Open ports, such as V(8888/http) or V(22022/tcp). The list replaces all current ports. The order is ignored.
      - "At most 15 entries, including those of O(tools). Range of each entry: 1 to 65535. Reserved ports: 2222, 2223,
        2224."
      - A change takes effect without a restart.
    type: list
    elements: str
  tools:
    description:
      - Tools of the official images of the provider.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
      - The provider returns a port for Jupyter even for an instance without Jupyter. This port counts as a tool if the
        provider reports that Jupyter is on. It counts as an open port if the task omits this option and O(ports)
        contains the port.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the tool.
        type: str
        required: true
        choices:
          - Jupyter
      port:
        description:
          - Port of the tool.
          - "Range: 1 to 65535. Reserved ports: 2222, 2223, 2224."
        type: int
      type:
        description:
          - Type of the port. The module compares this value only if the provider returns it.
        type: str
        choices:
          - tcp
          - http
  command:
    description:
      - Start command. At most 2047 characters. An empty text removes the value.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
      - A change restarts the instance; see O(save_data).
    type: str
  entrypoint:
    description:
      - Entrypoint. At most 2047 characters. An empty text removes the value.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
      - A change restarts the instance; see O(save_data).
    type: str
  cluster_id:
    description:
      - ID of the cluster. Must not be empty. If omitted, the provider selects a cluster.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  network_storages:
    description:
      - Network storages to mount. The list replaces all current entries. The module identifies an entry by its ID, and
        ignores the order. It never detaches a storage that stays in the list.
      - At most 30 entries.
      - A change restarts the instance; see O(save_data).
    type: list
    elements: dict
    suboptions:
      id:
        description: ID of the storage, unless O(network_storages[].storage) is set. Must not be empty.
        type: str
      storage:
        description:
          - Exact name of the storage instead of its ID. The storage must exist, or another entry of the same
            M(gpufleet.cloud.fleet) task must create it. If O(cluster_id) is set, only storages in this cluster count.
            If there are several, the task fails and lists their IDs.
          - A task with this option also lists the network storages.
          - Must not be empty.
        type: str
      mount_point:
        description:
          - Path at which the storage is mounted. If omitted, the module sends V(/network) for a new entry.
          - "Length: 1 to 4095 characters."
        type: str
  network_id:
    description:
      - ID of a private network, which you can also name with O(network). Must not be empty.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  network:
    description:
      - Exact name of a private network instead of its ID. The network must exist, or another entry of the same
        M(gpufleet.cloud.fleet) task must create it. If O(cluster_id) is set, only networks in this cluster count. If
        there are several, the task fails and lists their IDs.
      - A task with this option also lists the private networks. You cannot set O(network_id) with it.
      - Must not be empty.
    type: str
  envs:
    description:
      - Environment variables of the container, as a mapping of names to values. Results and diffs show the values.
      - "Names: at most 511 characters. Values: at most 4095 characters. At most 100 variables, including those in
        O(secret_envs)."
      - Values must be strings or integers. Put all other values in quotes, because YAML would change them. Examples are
        C(no), C(12.80) and C(010). For the result of an expression, use the filter C(string).
      - A change restarts the instance; see O(save_data).
    type: dict
  kind:
    description:
      - B(Required to create the instance.) Whether the instance has GPUs.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
    choices:
      - gpu
      - cpu
  month:
    description:
      - Number of months of a subscription. A positive number selects monthly billing.
      - It applies when the module creates the instance, and when O(billing_mode) changes to V(monthly). For this
        change, the default is V(1). It never renews a subscription.
      - "Minimum: 0."
      - "Write-only: the provider never returns this value, so it is never compared."
    type: int
  billing_mode:
    description:
      - How the provider bills the instance. The default of the provider is V(onDemand).
      - "Immutable: a different value requires O(recreate=true), which replaces the instance. The only exception is a
        change from V(onDemand) to V(monthly), which is made in place and cannot be undone."
      - The provider does not delete a subscription before it ends. The module refuses to replace one, because you would
        pay for both instances. After the subscription has ended, delete the instance with O(state=absent) and create a
        new one.
      - If the first generation of the API does not return this value, a task that sets this option sends one more
        request, to the second generation. The module compares this value only if the provider returns it.
    type: str
    choices:
      - onDemand
      - monthly
      - spot
  auto_renew:
    description:
      - Whether the subscription renews itself. V(true) requires monthly billing. A task that sets this option sends one
        more request.
    type: bool
  auto_renew_month:
    description:
      - Number of months of each renewal. Requires O(auto_renew=true).
      - "Range: 1 to 12."
    type: int
  min_cuda_version:
    description:
      - Minimum CUDA version, such as V(12.4). Put it in quotes. At most 255 characters.
      - An empty text removes the value.
      - "Write-only: the provider never returns this value, so it is never compared."
    type: str
  save_data:
    description:
      - Whether to keep the data on the root disk when the module restarts the instance to apply a change.
    type: bool
    default: true
  max_hourly_price:
    description:
      - Maximum price in USD per hour, for all GPUs of the instance together. If the price is higher, or if the module
        cannot read it, the module does not create or start the instance and the task fails. With O(billing_mode=spot),
        the limit applies to the spot price. Not allowed with monthly billing.
      - The plan contains the price as C(hourly_price). A task that sets this option sends one more request when it
        creates or starts an instance.
      - Must be greater than 0.
    type: float
  wait_for_ssh:
    description:
      - With O(wait=true), whether to wait also until an SSH server responds. It applies to running instances only.
    type: bool
    default: false
  recreate_order:
    description:
      - Order of the steps with O(recreate=true).
      - V(create_first) deletes the old instance only after the new one is ready.
      - V(delete_first) starts in the same way. If the provider refuses the new instance because of stock or quota, the
        module deletes the old instance first and tries again. If the provider refuses again, you have neither instance.
    type: str
    choices:
      - create_first
      - delete_first
    default: create_first
  return_credentials:
    description:
      - Whether to return passwords in RV(instance.ssh_password) and RV(instance.web_terminal_password), in clear text.
      - Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.novita_instance_info
  - name: Create GPU Instance
    description: API reference of Novita AI.
    link: https://novita.ai/docs/api-reference/gpu-instance-create-instance
"""

EXAMPLES = r"""
- name: Ensure that the credential for the private image exists
  gpufleet.cloud.novita_registry_auth:
    name: registry.example.org
    username: team-bot
    password: "{{ registry_password }}"

- name: Ensure that the storage for the data exists
  gpufleet.cloud.novita_network_storage:
    name: datasets
    cluster_id: us-demo-1
    size: 50

- name: Ensure that the private network exists
  gpufleet.cloud.novita_network:
    name: training
    cluster_id: us-demo-1

- name: Start a GPU instance for at most 40 cents per hour
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: started
    product:
      gpu: RTX 4090
      region: us-demo-1
      gpu_num: 1
      pick: cheapest
    rootfs_size: 60
    image_url: registry.example.org/team/cuda-ssh:12.4
    registry_auth:
      name: registry.example.org
      username: team-bot
    network: training
    network_storages:
      - storage: datasets
        mount_point: /datasets
    kind: gpu
    ports:
      - 8888/http
    envs:
      MODE: train
    secret_envs:
      HUGGING_FACE_TOKEN: "{{ hugging_face_token }}"
    max_hourly_price: 0.40
  register: trainer

- name: Show the SSH command
  ansible.builtin.debug:
    msg: "ssh -p {{ trainer.instance.ssh_port }} {{ trainer.instance.ssh_user }}@{{ trainer.instance.ssh_host }}"

- name: Start a spot instance with two GPUs
  gpufleet.cloud.novita_instance:
    name: trainer-2
    state: started
    product:
      gpu: RTX 4090
      region: us-demo-1
      gpu_num: 2
      billing: spot
      pick: cheapest
    rootfs_size: 60
    image_url: docker.io/example/cuda-ssh:12.4
    kind: gpu
    max_hourly_price: 0.50
  register: spot

- name: Show what it costs
  ansible.builtin.debug:
    msg: "{{ spot.product.hourly_price }} {{ spot.product.currency }} an hour"

- name: Start an instance on a product with a known ID
  gpufleet.cloud.novita_instance:
    name: trainer-3
    state: started
    product_id: 4090.16c62g
    gpu_num: 1
    rootfs_size: 60
    image_url: docker.io/example/cuda-ssh:12.4
    kind: gpu

- name: Open another port without a restart
  gpufleet.cloud.novita_instance:
    name: trainer-1
    ports:
      - 8888/http
      - 6006/http

- name: Increase the size of the root disk
  gpufleet.cloud.novita_instance:
    name: trainer-1
    rootfs_size: 100

- name: Preview the change to a new image
  gpufleet.cloud.novita_instance:
    name: trainer-1
    image_url: registry.example.org/team/cuda-ssh:12.6
  check_mode: true
  diff: true

- name: Stop the instance
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: stopped

- name: Start the instance again
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: started

- name: Delete the instance
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the instance, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:novita_instance:trainer-1). Later tasks of the
      same check run can use it as an ID.
  returned: always
  type: str
  sample: 0a1b2c3d4e5f6071
instance:
  description:
    - The instance after the task, or in check mode as predicted. The mapping is empty if the instance does not exist.
  returned: always
  type: dict
  contains:
    id:
      description: ID of the instance.
      type: str
      sample: 0a1b2c3d4e5f6071
    name:
      description: Name of the instance.
      type: str
      sample: trainer-1
    status:
      description: Status that the provider reports, for example C(pulling), C(running) or C(exited).
      type: str
      sample: running
    status_message:
      description: Text that the provider adds to a failure, or that its SSH command could not be read.
      type: str
      sample: ""
    product_name:
      description: Name of the product.
      type: str
      sample: RTX 4090
    cluster_name:
      description: Name of the cluster.
      type: str
      sample: US-01
    port_mappings:
      description: Open ports.
      type: list
      elements: dict
      contains:
        port:
          description: Port of the container.
          type: int
        type:
          description: Type of the port, for example C(http) or C(tcp).
          type: str
        endpoint:
          description: Address under which the port is reachable.
          type: str
      sample:
        - port: 8888
          type: http
          endpoint: https://0a1b2c3d4e5f6071-8888.example.com
    ssh_host:
      description: Host for SSH. Empty if the provider has not assigned it, or if the task did not read it.
      type: str
      sample: proxy.us-demo-1.example.com
    ssh_port:
      description: Port for SSH. It changes with every start.
      type: int
      sample: 30022
    ssh_user:
      description: User for SSH.
      type: str
      sample: root
    ssh_ready:
      description: Whether the provider reports that SSH is running.
      type: bool
      sample: true
    spot_status:
      description: Status of a spot instance.
      type: str
      sample: ""
    spot_reclaim_time:
      description: Time at which the provider reclaims a spot instance, in UTC.
      type: str
      sample: ""
    end_time:
      description: Time at which a subscription ends, in UTC.
      type: str
      sample: ""
    created_at:
      description: Time of creation, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    last_started_at:
      description: Time of the last start, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    last_stopped_at:
      description: Time of the last stop, in UTC.
      type: str
      sample: ""
    ssh_password:
      description: With O(return_credentials=true), the password for SSH. Otherwise empty. It changes with every start.
      type: str
      sample: ""
    web_terminal_password:
      description: With O(return_credentials=true), the password for the web terminal. Otherwise empty.
      type: str
      sample: ""
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, MODE]
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(envs) contains only the variables that the task sets in O(envs) to these values. C(envs_mode) is V(merge) if
          there are other variables.
        - C(command) and C(entrypoint) are not included if they probably contain a secret.
      type: dict
      sample:
        name: trainer-1
        product_id: 4090.16c62g
        gpu_num: 1
        rootfs_size: 60
        image_url: docker.io/example/cuda-ssh:12.4
        image_auth_id: ""
        ports: [8888/http]
        envs: {MODE: train}
        envs_mode: merge
        tools: []
        command: ""
        entrypoint: ""
        cluster_id: us-demo-1
        network_storages: [{id: st-1, mount_point: /network}]
        network_id: net-1
        kind: gpu
        billing_mode: monthly
        auto_renew: true
        auto_renew_month: 1
product:
  description:
    - The product that O(product) describes, with the keys that M(gpufleet.cloud.novita_product_info) returns. Empty
      without O(product), if the instance does not exist after the task, and if the provider does not list the current
      product.
  returned: always
  type: dict
  sample:
    id: "4090.16c62g"
    name: RTX 4090 24GB
    hourly_price: 0.35
    currency: USD
deleted_id:
  description:
    - ID of the instance that the task deleted or replaced, or in check mode would have deleted or replaced. Empty if
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
        - Action of the step, one of C(create), C(update), C(replace), C(delete), C(start), C(stop), C(restart) and
          C(none).
      type: str
    fields:
      description:
        - Paths of the options that the step sets, for example C(rootfs_size) or C(envs.MODE).
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
    hourly_price:
      description: With O(max_hourly_price), the price of the instance in USD per hour.
      returned: when the step creates or starts an instance
      type: float
  sample:
    - action: update
      fields: [ports]
      effect: in_place
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
    before: {ports: [8888/http]}
    after: {ports: [6006/http, 8888/http]}
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
            - Cost of the instance. 0 if it is stopped. C(null) with monthly billing.
          type: float
        worst:
          description:
            - The same as C(present).
          type: float
    after:
      description: Cost after the task.
      type: dict
      contains:
        present:
          description: The same for the plan.
          type: float
        worst:
          description: The same for the plan.
          type: float
  sample:
    currency: USD
    before: {present: 0.0, worst: 0.0}
    after: {present: 0.35, worst: 0.35}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(novita).
      type: str
    operation:
      description: The API call that failed, for example C(instance.create). Empty if no single call failed.
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance

MODULE = resource_module(NovitaInstance)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
