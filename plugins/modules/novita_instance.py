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
  - Creates, changes, starts, stops, restarts, replaces and deletes GPU instances of Novita AI, and waits until they are
    usable.
  - An instance is billed from the moment its image is pulled. This module creates exactly one, and never repeats an
    order.
  - An instance is found by its exact name over all pages of the listing, or by its id. Several instances of one name
    are an error that names their ids. An instance that is being removed counts as absent.
  - The options are those of L(the provider's page,https://novita.ai/docs/api-reference/gpu-instance-create-instance) in
    snake case. Ranges that the page prints are enforced before the first request.
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
      - V(present) makes the instance exist as described, in whatever power state. When the task waits, an instance that
        it made and one that was running must run in the end.
      - V(started) also makes it run, and creates it if it does not exist.
      - V(stopped) makes it stop. V(restarted) restarts it at every run, which is a change each time. Both fail when
        there is no such instance.
      - V(absent) makes it not exist. What is on its disk is lost.
      - An instance in transition is waited for before it is changed or switched.
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
      - Name of the instance, 1 to 255 characters, compared exactly. Cannot be changed in place.
      - It must neither begin nor end with a blank.
    type: str
  product_id:
    description:
      - Id of the instance product, 1 to 255 characters, for example V(4090.16c62g). Ids of serverless products are
        others, and so are those of products without GPUs, which go with O(kind=cpu).
      - Required to create an instance. Cannot be changed in place, see O(recreate).
    type: str
  gpu_num:
    description:
      - Number of GPUs, 1 to 8. Cannot be changed in place, see O(recreate).
      - Required to create an instance with O(kind=gpu). With O(kind=cpu) it must be left out.
    type: int
  rootfs_size:
    description:
      - Size of the root disk in GB, 10 to 6144.
      - Required to create an instance with O(kind=gpu). With O(kind=cpu) it must be left out, because the provider
        takes no size when it creates such an instance; the product decides it.
      - It can grow in place. To make it smaller the instance must be replaced, see O(recreate).
      - The provider is told the difference. Two tasks that order the same growth at the same moment order it twice; the
        one that finds more than it wanted fails.
    type: int
  image_url:
    description:
      - Address of the container image, 1 to 500 characters. Required to create an instance.
      - A change resets the instance, see O(save_data).
    type: str
  image_auth:
    description:
      - Credential for the image's registry, as C(user:password), from 8 to 10239 characters, or empty for none.
      - The provider never answers it. It is sent when the instance is created, and never compared.
    type: str
  image_auth_id:
    description:
      - Id of a stored registry credential. A change resets the instance, see O(save_data).
    type: str
  ports:
    description:
      - Open ports such as V(8888/http) or V(22022/tcp), 1 to 65535 without 2222, 2223 and 2224, at most 15 together
        with O(tools).
      - The list is compared whole, in any order. A change works in place, without a restart.
    type: list
    elements: str
  tools:
    description:
      - Tools of the provider's official images. Cannot be changed in place, see O(recreate).
      - The provider returns a port for Jupyter even where there is none. It counts as a tool when the provider says
        that it is on, and as a port where O(ports) has it and this option is left out.
    type: list
    elements: dict
    suboptions:
      name:
        description: The tool.
        type: str
        required: true
        choices:
          - Jupyter
      port:
        description: Its port, 1 to 65535 without 2222, 2223 and 2224.
        type: int
      type:
        description: The port's type. The provider never answers it, so that it is not compared.
        type: str
        choices:
          - tcp
          - http
  command:
    description: Start command, up to 2047 characters. A change resets the instance, see O(save_data).
    type: str
  entrypoint:
    description: Entrypoint, up to 2047 characters. A change resets the instance, see O(save_data).
    type: str
  cluster_id:
    description:
      - Id of the cluster; without it the provider chooses one. Cannot be changed in place, see O(recreate).
    type: str
  network_storages:
    description:
      - Network storages to mount, at most 30. The list is compared whole, in any order, by id.
      - A change resets the instance, see O(save_data). A storage that stays in the list is never detached.
    type: list
    elements: dict
    suboptions:
      id:
        description: Id of the storage.
        type: str
        required: true
      mount_point:
        description: Where it is mounted, 1 to 4095 characters. If omitted for a new storage, C(/network) is sent.
        type: str
  network_id:
    description: Id of a private network. Cannot be changed in place, see O(recreate).
    type: str
  kind:
    description:
      - Kind of the instance. Required to create it. Cannot be changed in place, see O(recreate).
      - The product of an instance without GPUs decides its size, see O(gpu_num) and O(rootfs_size).
    type: str
    choices:
      - gpu
      - cpu
  month:
    description:
      - Number of months of a subscription; more than 0 enforces O(billing_mode=monthly).
      - The provider never answers it. It acts when the instance is created, and when O(billing_mode) changes to
        V(monthly), where it is 1 if omitted. It never renews a subscription.
    type: int
  billing_mode:
    description:
      - How the instance is billed. The provider's default is V(onDemand).
      - The change from V(onDemand) to V(monthly) is made in place and cannot be undone. All others need O(recreate).
      - The provider deletes a subscription only when it has ended. A task that would replace one is therefore refused,
        because both would be paid. When it has ended, delete it with O(state=absent), then create the new one.
      - Where the first generation of the provider's API leaves it out, it is read in the second, for one more request
        of a task that gives it. It is not compared when that does not tell it either.
    type: str
    choices:
      - onDemand
      - monthly
      - spot
  auto_renew:
    description:
      - Whether a subscription renews itself. Only with monthly billing. A task that gives it costs one more request.
    type: bool
  auto_renew_month:
    description: For how many months it renews itself, 1 to 12. Only with O(auto_renew=true).
    type: int
  min_cuda_version:
    description:
      - Least version of CUDA, such as V(12.4), in quotes, up to 255 characters.
      - The provider never answers it. It is sent when the instance is created, and never compared.
    type: str
  save_data:
    description: Whether the data on the root disk is kept when a change resets the instance.
    type: bool
    default: true
  max_hourly_price:
    description:
      - The highest price in USD for an hour, all GPUs counted, at which an instance is created or started. Above it, or
        when the provider's price list cannot be read, nothing is ordered. With O(billing_mode=spot) it is the price of
        a spot instance.
      - The plan then shows the price as C(hourly_price). A task that gives it costs one more request when it orders
        something.
    type: float
  wait_for_ssh:
    description: With O(wait=true), also wait until an SSH server answers, when the instance runs.
    type: bool
    default: false
  recreate_order:
    description:
      - With O(recreate=true), V(create_first) deletes the old instance only after the new one is usable.
      - V(delete_first) allows the other order when the new one is refused for lack of stock or quota. If the new one is
        then refused again, both are gone.
    type: str
    choices:
      - create_first
      - delete_first
    default: create_first
  return_credentials:
    description:
      - Whether passwords are returned, in clear, as C(instance.ssh_password) and C(instance.web_terminal_password).
      - Set C(no_log) on the task, or take care of the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.novita_instance_info
  - name: Create GPU Instance
    description: The provider's page.
    link: https://novita.ai/docs/api-reference/gpu-instance-create-instance
"""

EXAMPLES = r"""
- name: Have a GPU machine that runs, for at most 40 cents an hour
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: started
    product_id: 4090.16c62g
    gpu_num: 1
    rootfs_size: 60
    image_url: docker.io/example/cuda-ssh:12.4
    kind: gpu
    ports:
      - 8888/http
    envs:
      MODE: train
    secret_envs:
      HUGGING_FACE_TOKEN: "{{ hugging_face_token }}"
    max_hourly_price: 0.40
  register: trainer

- name: Show how to log in
  ansible.builtin.debug:
    msg: "ssh -p {{ trainer.instance.ssh_port }} {{ trainer.instance.ssh_user }}@{{ trainer.instance.ssh_host }}"

- name: Open another port, without a restart
  gpufleet.cloud.novita_instance:
    name: trainer-1
    ports:
      - 8888/http
      - 6006/http

- name: Let the root disk grow
  gpufleet.cloud.novita_instance:
    name: trainer-1
    rootfs_size: 100

- name: See what a new image would change, without changing it
  gpufleet.cloud.novita_instance:
    name: trainer-1
    image_url: docker.io/example/cuda-ssh:12.6
  check_mode: true
  diff: true

- name: Stop it over night
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: stopped

- name: Start it again
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: started

- name: Delete it
  gpufleet.cloud.novita_instance:
    name: trainer-1
    state: absent
"""

RETURN = r"""
id:
  description: Id of the instance; an empty string without one. Present after a failure, too, as soon as it is known.
  returned: always
  type: str
  sample: 0a1b2c3d4e5f6071
instance:
  description:
    - The instance as it is, or in check mode as it would be; an empty mapping without one.
  returned: always
  type: dict
  contains:
    id:
      description: Id of the instance.
      type: str
      sample: 0a1b2c3d4e5f6071
    name:
      description: Name of the instance.
      type: str
      sample: trainer-1
    status:
      description: The provider's word for its status, for example C(pulling), C(running) or C(exited).
      type: str
      sample: running
    status_message:
      description: The provider's text on a failure.
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
      description: The open ports, each with C(port), C(type) and C(endpoint), its address.
      type: list
      elements: dict
      sample: []
    ssh_host:
      description: Host for SSH; an empty string while there is none, or where it was not asked for.
      type: str
      sample: proxy.us-demo-1.example.com
    ssh_port:
      description: Port for SSH. It changes at every start.
      type: int
      sample: 30022
    ssh_user:
      description: User for SSH.
      type: str
      sample: root
    ssh_ready:
      description: Whether the provider says that SSH is running.
      type: bool
      sample: true
    spot_status:
      description: Status of a spot instance.
      type: str
      sample: ""
    spot_reclaim_time:
      description: When a spot instance will be reclaimed, in UTC.
      type: str
      sample: ""
    end_time:
      description: When a subscription ends, in UTC.
      type: str
      sample: ""
    created_at:
      description: When it was created, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    last_started_at:
      description: When it was last started, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    last_stopped_at:
      description: When it was last stopped, in UTC.
      type: str
      sample: ""
    ssh_password:
      description: With C(return_credentials=true) the password for SSH, otherwise an empty string. It changes at every
        start.
      type: str
      sample: ""
    web_terminal_password:
      description: With C(return_credentials=true) the password for the web terminal, otherwise an empty string.
      type: str
      sample: ""
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, LOG_LEVEL]
    spec:
      description:
        - The settable options as the instance has them. Given to a task, they change nothing.
        - Of the environment only those variables are in it whose values this task gives under C(envs).
      type: dict
      sample:
        name: trainer-1
        product_id: 4090.16c62g
        gpu_num: 1
        rootfs_size: 60
plan:
  description:
    - What was done, or would be done. The same in check mode and in the run that follows.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: One of C(create), C(update), C(replace), C(delete), C(start), C(stop), C(restart) and C(none).
      type: str
    fields:
      description: Paths of the options that differ, for example C(rootfs_size) or C(envs.MODE).
      type: list
      elements: str
    effect:
      description:
        - What it does to running workers, C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces) or
          C(unknown). Anything but C(unknown) is claimed only where a page of the provider says so.
      type: str
    hourly_price:
      description: With C(max_hourly_price), the price in USD for an hour of what this step orders.
      returned: when the step creates or starts an instance
      type: float
  sample:
    - action: update
      fields: [ports]
      effect: in_place
diff:
  description: C(before) and C(after) over the options that the task gives. Values of secrets are hidden.
  returned: always
  type: dict
  sample:
    before: {ports: [8888/http]}
    after: {ports: [6006/http, 8888/http]}
failure:
  description: What is known of a failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: The provider, C(novita).
      type: str
    operation:
      description: The operation that failed, for example C(instance.create); empty when none was sent.
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance


def main() -> None:
    run_resource(NovitaInstance)


if __name__ == "__main__":
    main()
