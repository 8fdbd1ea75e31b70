#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_instance
short_description: Manage GPU instances of PPIO
version_added: 1.0.0
description:
  - Creates, updates, starts, stops, restarts, replaces and deletes GPU instances of PPIO, and waits until they are
    ready.
  - PPIO bills an instance by the second from the moment it pulls the image. The module never repeats an order, so it
    never creates a second instance.
  - B(A stop loses data.) According to the guide of PPIO, the root disk and the volume disk are not kept after a stop;
    only a network volume is. The module stops or replaces an instance only with O(accept_data_loss=true), and the plan
    names what is lost.
  - The module finds an instance by its exact name, over all pages of the list, or by its ID. If several instances have
    the name, the task fails and lists their IDs. An instance that is being removed counts as absent.
  - If an option does not describe the effect of a change on a running instance, the provider does not document it.
  - The module does not renew subscriptions and does not migrate instances, because both are orders and not states.
  - The options are those of the L(API reference,https://ppio.com/docs/gpus/instance/reference-v2-create-instance). The
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
      - V(present) creates or updates the instance, and accepts any power state. With O(wait=true), the instance must be
        running at the end if the task has created it, or if it was running before.
      - V(started) also starts the instance.
      - V(stopped) stops the instance, which loses the data on its disks, and requires O(accept_data_loss=true).
        V(restarted) restarts it in every run, and always reports a change. Both states fail if the instance does not
        exist.
      - V(absent) deletes the instance and the data on its disks.
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
  type:
    description:
      - Whether the instance has GPUs. If omitted, a new instance has GPUs.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
    choices:
      - gpu
      - cpu
  product_id:
    description:
      - B(Required to create the instance) unless O(product) is set. ID of the instance product.
        M(gpufleet.cloud.ppio_product_info) with C(category=instance) lists them. Serverless products have different
        IDs. With O(type=cpu), you need the ID of a CPU product.
      - "Length: 1 to 255 characters."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  product:
    description:
      - The product on which the instance runs, by its properties instead of its ID. The ID is in RV(product).
      - The module searches for the product when it creates the instance, and when the current product lacks one of
        these properties. Otherwise it keeps the current product, even if there is a cheaper one. A change of the
        product requires O(recreate=true). With O(type=cpu), set O(product_id).
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
          - ID or exact name of the region. It is also the only entry of O(candidate_regions).
          - Must not be empty.
        type: str
      gpu_num:
        description:
          - Number of GPUs. It is also the value of O(resource.gpu_num). If omitted, the product must support the value
            of that option.
          - "Range: 1 to 8."
        type: int
      billing:
        description:
          - Billing mode. It is also the value of O(billing.mode). V(on_demand) stands for V(postpaid) of that option,
            and V(monthly) for V(prepaid).
          - If omitted, the product must support the value of O(billing.mode), or V(on_demand) without it.
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
  image:
    description:
      - B(Required to create the instance.) Address of the container image.
      - "Length: 1 to 500 characters."
      - A change restarts the instance; see O(save_data).
    type: str
  registry_auth_id:
    description:
      - ID of a stored registry credential, which you can also name with O(registry_auth). At most 255 characters. An
        empty text removes the value.
      - A change restarts the instance; see O(save_data).
    type: str
  registry_auth:
    description:
      - The registry credential by its registry and username instead of its ID. The credential must exist; PPIO
        documents no call that creates one.
      - If several credentials have these properties, the task fails and lists their IDs.
      - A task with this option sends one more request, to list the credentials. You cannot set O(registry_auth_id) with
        it.
    type: dict
    suboptions:
      name:
        description:
          - Address of the registry, exactly as M(gpufleet.cloud.ppio_registry_auth_info) returns it.
          - Required in O(registry_auth). Must not be empty. Must not start or end with whitespace or contain control
            characters.
        type: str
      username:
        description:
          - Username at the registry. If omitted, the registry must have only one credential.
          - Must not be empty. Must not start or end with whitespace or contain control characters.
        type: str
  entrypoint:
    description:
      - Entrypoint. An empty text removes the value.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
      - A change restarts the instance; see O(save_data).
    type: str
  command:
    description:
      - Start command. An empty text removes the value.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
      - A change restarts the instance; see O(save_data).
    type: str
  envs:
    description:
      - Environment variables of the container, as a mapping of names to values. Results and diffs show the values.
      - Values must be strings or integers. Put all other values in quotes, because YAML would change them. Examples are
        C(no), C(12.80) and C(010). For the result of an expression, use the filter C(string).
      - A change restarts the instance; see O(save_data).
    type: dict
  resource:
    description:
      - What the instance gets of its machine.
    type: dict
    suboptions:
      gpu_num:
        description:
          - B(Required to create the instance.) Number of GPUs. With O(type=cpu), omit this option.
          - "Minimum: 1."
          - The product limits the number. A different number requires O(recreate=true), which replaces the instance.
        type: int
      rootfs_size_gb:
        description:
          - B(Required to create the instance.) Size of the root disk in GB.
          - "Minimum: 10."
          - The product limits the size.
          - You can increase the size in place. A smaller size requires O(recreate=true), which replaces the instance.
          - The provider takes the difference to the current size. If two tasks order the same growth at the same time,
            the disk grows twice. The task that then reads a larger size than desired fails.
        type: int
      min_cuda_version:
        description:
          - Minimum CUDA version, such as V(12.4). Put it in quotes. An empty text removes the value.
          - "Write-only: the provider never returns this value, so it is never compared. A task that replaces an
            instance must set it again."
        type: str
  billing:
    description:
      - How the instance is paid.
    type: dict
    suboptions:
      mode:
        description:
          - B(Required to create the instance.) V(postpaid) is billed by the second. V(prepaid) is a subscription for
            some months, which the provider does not delete before it ends. PPIO can take a V(spot) instance away.
          - You can change V(postpaid) to V(prepaid) in place, which orders a subscription, and V(prepaid) to
            V(postpaid). The provider does not document when the latter takes effect. A change to or from V(spot)
            requires O(recreate=true), which replaces the instance.
        type: str
        choices:
          - postpaid
          - prepaid
          - spot
      prepaid:
        description:
          - Settings of a subscription. Must be omitted unless O(billing.mode) is V(prepaid).
        type: dict
        suboptions:
          months:
            description:
              - Number of months to order when the instance is created, or when its mode changes to V(prepaid). If
                omitted, a change orders 1 month.
              - "Minimum: 1."
              - "Write-only: the provider never returns this value, so it is never compared."
            type: int
          auto_renew:
            description:
              - Automatic renewal of the subscription.
            type: dict
            suboptions:
              enabled:
                description: Whether the provider renews the subscription automatically.
                type: bool
              months:
                description:
                  - Number of months of each renewal.
                  - "Minimum: 0."
                type: int
  ports:
    description:
      - Open ports, such as V(8888/http) or V(22022/tcp). The list replaces all current ports. The order is ignored.
      - "Range of each entry: 1 to 65535."
      - A change takes effect without a restart.
    type: list
    elements: str
  volumes:
    description:
      - Mounted volumes. The list replaces all current volumes. The order is ignored.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: list
    elements: dict
    suboptions:
      type:
        description: Type of the volume, for example V(network). Must not be empty.
        type: str
        required: true
      id:
        description: ID of the volume. Must not be empty.
        type: str
        required: true
      mount_point:
        description: Path in the container. Must not be empty.
        type: str
        required: true
  network:
    description:
      - Private network of the instance.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: dict
    suboptions:
      id:
        description: ID of the network. An empty text removes the value.
        type: str
      ip:
        description: Address of the instance in the network. Requires O(network.id). Must not be empty.
        type: str
  candidate_regions:
    description:
      - IDs of the regions in which the instance can run, which M(gpufleet.cloud.ppio_region_info) lists. The region in
        which it runs is in RV(instance.region).
      - A list that contains the region in which the instance runs changes nothing. Omit the option to allow all
        regions.
      - "At least 1 entry."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: list
    elements: str
  tools:
    description:
      - Tools of the official images of the provider.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: dict
    suboptions:
      jupyter:
        description: Jupyter. Its address is in RV(instance.jupyter_url).
        type: dict
        suboptions:
          enabled:
            description: Whether Jupyter runs.
            type: bool
          port:
            description:
              - Port of Jupyter.
              - "Range: 1 to 65535."
            type: int
          protocol:
            description:
              - Protocol of the port.
              - "Write-only: the provider never returns this value, so it is never compared. A task that replaces an
                instance must set it again."
            type: str
            choices:
              - tcp
              - http
  auto_migrate:
    description:
      - Automatic migration to another machine if this one fails.
    type: dict
    suboptions:
      enabled:
        description: Whether the provider migrates the instance.
        type: bool
      include_system_disk:
        description: Whether it also migrates the root disk.
        type: bool
  web_terminal:
    description:
      - Whether the web terminal is on. Its address is in RV(instance.web_terminal_url).
      - "Update-only: a create request does not accept this option, so the module sets it right after the create."
    type: bool
  save_data:
    description:
      - Whether to keep the data on the root disk when the module restarts the instance to apply a change.
    type: bool
    default: true
  accept_data_loss:
    description:
      - Whether the task may stop or replace the instance, although this loses the data on the root disk and the volume
        disk. With V(false), such a task fails before any write. A network volume keeps its data.
      - O(state=absent) does not need it.
    type: bool
    default: false
  max_hourly_price:
    description:
      - Maximum price in CNY per hour, for all GPUs of the instance together. If the price is higher, or if the module
        cannot read it, the module does not create or start the instance and the task fails. With
        O(billing.mode=spot), the limit applies to the spot price. Not allowed with O(billing.mode=prepaid).
      - The plan contains the price as C(hourly_price). A task that sets this option lists the products when it creates
        or starts an instance, with one request a page.
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
  - module: gpufleet.cloud.ppio_instance_info
  - name: Create an instance
    description: API reference of PPIO.
    link: https://ppio.com/docs/gpus/instance/reference-v2-create-instance
"""

EXAMPLES = r"""
- name: Start a GPU instance for at most 3 CNY per hour
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    state: started
    product:
      gpu: RTX 4090
      region: cn-demo-1
      gpu_num: 1
      billing: on_demand
      pick: cheapest
    image: registry.example.org/team/train:2
    resource:
      rootfs_size_gb: 60
    ports:
      - 8888/http
    envs:
      MODE: train
    secret_envs:
      HUGGING_FACE_TOKEN: "{{ hugging_face_token }}"
    max_hourly_price: 3
  register: trainer

- name: Show the SSH command
  ansible.builtin.debug:
    msg: "ssh -p {{ trainer.instance.ssh_port }} {{ trainer.instance.ssh_user }}@{{ trainer.instance.ssh_host }}"

- name: Open another port without a restart
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    ports:
      - 8888/http
      - 6006/http

- name: Increase the size of the root disk
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    resource:
      rootfs_size_gb: 100

- name: Turn on the web terminal and the migration to another machine
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    web_terminal: true
    auto_migrate:
      enabled: true
      include_system_disk: true

- name: Preview the change to a new image
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    image: registry.example.org/team/train:3
  check_mode: true
  diff: true

- name: Stop the instance and lose the data on its disks
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    state: stopped
    accept_data_loss: true

- name: Start the instance again
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    state: started

- name: Delete the instance
  gpufleet.cloud.ppio_instance:
    name: trainer-1
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the instance, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:ppio_instance:trainer-1). Later tasks of the
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
    region:
      description: ID of the region in which the instance runs.
      type: str
      sample: cn-demo-1
    cpu_num:
      description: Number of CPUs. 0 if the provider does not return it.
      type: int
      sample: 16
    memory_gb:
      description: Memory in GB. 0 if the provider does not return it.
      type: int
      sample: 92
    port_mappings:
      description: Open ports.
      type: list
      elements: dict
      contains:
        port:
          description: Port of the container.
          type: int
        protocol:
          description: Protocol of the port, C(http) or C(tcp).
          type: str
        endpoint:
          description: Address under which the port is reachable.
          type: str
      sample:
        - port: 8888
          protocol: http
          endpoint: https://0a1b2c3d4e5f6071-8888.cn-demo-1.example.com
    ssh_host:
      description: Host for SSH. Empty if the provider has not assigned it, or if the task did not read it.
      type: str
      sample: proxy.cn-demo-1.example.com
    ssh_port:
      description: Port for SSH. It changes with every start.
      type: int
      sample: 30022
    ssh_user:
      description: User for SSH.
      type: str
      sample: root
    ssh_ready:
      description: Whether the provider returns an SSH command.
      type: bool
      sample: true
    jupyter_url:
      description: Address of Jupyter.
      type: str
      sample: ""
    web_terminal_url:
      description: Address of the web terminal.
      type: str
      sample: ""
    instance_log:
      description: Address of the log of the instance.
      type: str
      sample: https://logs.example.com/i
    system_log:
      description: Address of the log of the system.
      type: str
      sample: https://logs.example.com/s
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
        type: gpu
        product_id: 4090.demo
        image: registry.example.org/team/train:2
        registry_auth_id: auth-1
        entrypoint: ""
        command: ""
        envs: {MODE: train}
        envs_mode: merge
        resource: {gpu_num: 1, rootfs_size_gb: 60}
        billing: {mode: prepaid, prepaid: {auto_renew: {enabled: true, months: 1}}}
        ports: [8888/http]
        volumes: []
        network: {id: net-1, ip: 10.0.0.5}
        candidate_regions: [cn-demo-1]
        tools: {jupyter: {enabled: false, port: 8888}}
        auto_migrate: {enabled: true, include_system_disk: false}
        web_terminal: false
product:
  description:
    - The product that O(product) describes, with the keys that M(gpufleet.cloud.ppio_product_info) returns. Empty
      without O(product), if the instance does not exist after the task, and if the provider does not list the current
      product.
  returned: always
  type: dict
  sample:
    id: "4090.demo"
    name: RTX 4090
    hourly_price: 0.35
    currency: CNY
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
        - Paths of the options that the step sets, for example C(image) or C(envs.MODE).
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
    data_loss:
      description: What the step loses, for example the data on its root disk and its volume disk.
      returned: when the step stops or replaces the instance
      type: str
    hourly_price:
      description: With O(max_hourly_price), the price of the instance in CNY per hour.
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
    currency: CNY
    before: {present: 0.0, worst: 0.0}
    after: {present: 0.35, worst: 0.35}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(ppio).
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.instance import PpioInstance

MODULE = resource_module(PpioInstance)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
