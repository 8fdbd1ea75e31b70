#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_instance
short_description: Manage GPU instances of Vast.ai
version_added: 1.0.0
description:
  - Rents, changes, starts, stops, restarts, recycles, replaces and deletes GPU instances of Vast.ai, and waits until
    they are ready.
  - The module finds an instance by its exact label, which is the option O(name), or by its ID. If several instances
    have the label, the task fails and lists their IDs.
  - The module never repeats an order, so it never rents a second instance. If an offer is gone, it tries the next one
    that fits, at most 5 in all, and only after a definite refusal. If Vast.ai returns an error and has created an
    instance nevertheless, the task goes on with this instance, and its ID is in the result.
  - B(The disk is billed until the instance is deleted,) also while the instance is stopped. Traffic is billed in
    addition to the price per hour.
  - The workers of serverless endpoints are instances, too. Their labels begin with the name and the ID of the endpoint.
    No task finds them by name. With O(id), the module refuses to change a worker of an existing endpoint, which
    requires one more request.
  - If an option does not describe the effect of a change on a running instance, the provider does not document it.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
  - gpufleet.cloud.cost
  - gpufleet.cloud.cost.usd
  - gpufleet.cloud.envs
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
options:
  state:
    description:
      - V(present) rents the instance or changes it, and accepts any power state. With O(wait=true), the instance must
        be running at the end if the task has created it, or if it was running before.
      - V(started) also starts the instance. Its machine can be in use by somebody else. The start is then queued, and
        the module waits until O(wait_timeout). After that, the start remains queued, and the message contains the task
        that withdraws it.
      - V(stopped) stops the instance, or withdraws a start that is queued.
      - V(restarted) restarts the instance in every run, and keeps the disk. V(recycled) pulls the image again and
        creates the container again in every run. It keeps the ID and the ports, loses the data on the disk, and
        requires O(accept_data_loss=true). Both also start a stopped instance, and always report a change. Vast.ai can
        be done before a read shows the change. The module then waits for O(settle_timeout).
      - V(absent) deletes the instance and the data on its disk.
      - V(stopped), V(restarted) and V(recycled) fail if the instance does not exist.
    type: str
    choices:
      - present
      - started
      - stopped
      - restarted
      - recycled
      - absent
    default: present
  name:
    description:
      - B(Required to create the instance.) Label of the instance. The module compares the exact label.
      - "Length: 1 to 256 characters. Must not start or end with whitespace or contain control characters. Must not have
        the form V(text:7:), which is that of the label of a worker."
      - With O(id), a different name changes the label in place.
    type: str
    aliases:
      - label
  offer_id:
    description:
      - ID of the offer to rent, from M(gpufleet.cloud.vast_offer_info). An offer can be rented once. If it is gone, the
        task fails.
      - It has an effect only when the task rents something. An existing instance is never replaced because of it. You
        cannot set O(search_params) with it.
      - "Minimum: 1."
    type: str
  search_params:
    description:
      - Filter for machines, as text in the query language
        of Vast.ai, or as a mapping. The language, the units and the checks are those of
        O(gpufleet.cloud.vast_workergroup#module:search_params).
      - The module sends one search, also in check mode, checks every condition again, and rents the first offer that
        fits. The plan shows this offer. It is not reserved, so the run can rent the next one.
      - It has an effect only when the task rents something. An existing instance is never replaced because a better
        offer exists.
      - The module adds no conditions. For conditions on C(verified), C(rentable) and C(rented) that are not set,
        Vast.ai's documentation mentions the defaults true, true and false.
    type: raw
  order:
    description:
      - Property by which the offers are sorted, for example V(dph_total), the price per hour. A hyphen before it
        reverses the order, for example V(-dlperf_per_dphtotal). Must not be empty.
      - It has an effect only when the task rents something.
    type: str
    default: dph_total
  max_hourly_price:
    description:
      - Maximum price in USD per hour, including the disk. If all offers that fit cost more, or if their price is
        unknown, the module rents nothing and the task fails. For a bid, the price is O(bid_price) and that of the disk.
      - It has an effect only when the task rents something. Must be greater than 0.
    type: float
  image:
    description:
      - B(Required to create the instance) unless O(template_hash_id) is set. Container image. Without a tag, it is the
        image with the tag V(latest). With a template, it replaces the image of the template.
      - "Length: 1 to 1024 characters."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  template:
    description:
      - Exact name of one of your templates instead of its hash. The template must exist, or another entry of the same
        M(gpufleet.cloud.fleet) task must create it. If there are several, the task fails and lists their IDs.
      - The module compares the hash of the instance with the current hash of the template. If the template was edited,
        the task therefore changes the instance, like a change of O(template_hash_id).
      - A task with this option also lists your templates. You cannot set O(template_hash_id) with it.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  template_hash_id:
    description:
      - B(Required to create the instance) unless O(image) is set. Hash of a template, whose values apply where the task
        sets none. You can also name it with O(template). Must not be empty.
      - The variables and ports of a template join those of the task. With a template, the module therefore compares
        only the variables and ports that the task sets, and never removes one.
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  disk:
    description:
      - B(Required to create the instance.) Size of the disk in GB. It is part of the price, and cannot change later.
      - "Minimum: 8."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: float
  envs:
    description:
      - Environment variables of the container, as a mapping of names to values. Results and diffs show the values.
      - "Names: at most 256 characters. Values: at most 256 characters. Together with O(secret_envs): at most 32768
        characters. A name must not begin with a hyphen."
      - Values must be strings or integers. Put all other values in quotes, because YAML would change them. Examples are
        C(no), C(12.80) and C(010). For the result of an expression, use the filter C(string).
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: dict
  ports:
    description:
      - Ports of the container to open, such as V(8000/tcp) or V(9000/udp). The machine must have open ports, for which
        a condition on C(direct_port_count) is useful. Vast.ai chooses the ports outside, which are in
        RV(instance.ports_outside). The list replaces all current ports, except those of a template. The order is
        ignored.
      - A port number of V(70000) or more stands for one random port, which is the same inside and outside. In the form
        V(80:8000/tcp), the first number is the port that is asked for outside.
      - "At most 64 entries. Range of each port: 1 to 65535, or 70000 to 99999."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: list
    elements: str
  onstart:
    description:
      - Commands that run at the start. At most 4048 characters. An empty text removes the value.
      - Results show it only if the same task sets it. Results mask what is probably a secret in it. Store secrets in
        O(secret_envs).
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  args:
    description:
      - Arguments of the image's entrypoint as one text, which is split as a shell splits it. They require V(args) as
        O(runtype). An empty text removes the value.
      - "Together with O(onstart): at most 4096 characters."
      - Results show it only if the same task sets it. Results mask what is probably a secret in it. Store secrets in
        O(secret_envs).
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  runtype:
    description:
      - How the instance starts, and how it is reached. V(ssh) leaves open whether it is reached directly or through a
        proxy, and so does V(jupyter).
      - "Supported values: V(ssh), V(jupyter), V(args), V(ssh_proxy), V(ssh_direct), V(jupyter_proxy),
        V(jupyter_direct)."
      - "Immutable: a different value requires O(recreate=true), which replaces the instance."
    type: str
  bid_price:
    description:
      - Bid in USD per hour, without the disk. With this option, the instance is interruptible. A higher bid of somebody
        else stops it. Without it, the instance is rented on demand.
      - "Range: 0.001 to 128."
      - The bid changes in place. The module compares this value only if the provider returns it. That an instance is
        interruptible is immutable, and requires O(recreate=true).
    type: float
  registry_login:
    description:
      - Login at the registry of the image, in the form C(-u USER -p PASSWORD registry.example.org). At least 8
        characters. An empty text means none.
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - "Write-only: the provider never returns this value, so it is never compared. A task that replaces an instance
        must set it."
    type: str
    aliases:
      - image_login
  wait_for_ssh:
    description:
      - With O(wait=true), whether to wait also until an SSH server responds. It applies to running instances only.
    type: bool
    default: false
  accept_data_loss:
    description:
      - Whether the task may recycle or replace the instance, although this loses the data on its disk. With V(false),
        such a task fails before any write.
      - O(state=absent) does not need it.
    type: bool
    default: false
  settle_timeout:
    description:
      - Time limit in seconds for a write to become visible in a read. The module verifies each write by a read.
      - The default is longer than that of other modules, because a new instance was observed to be missing in list
        responses for a minute.
      - "Range: 0 to 3600."
    type: int
    default: 60
seealso:
  - module: gpufleet.cloud.vast_instance_info
  - module: gpufleet.cloud.vast_offer_info
  - module: gpufleet.cloud.vast_template
  - name: Create instance
    description: API reference of Vast.ai.
    link: https://docs.vast.ai/api-reference/instances/create-instance
"""

EXAMPLES = r"""
- name: Rent a GPU for at most 60 cents per hour
  gpufleet.cloud.vast_instance:
    name: batch-1
    state: started
    search_params: gpu_name=RTX_4090 num_gpus=1 verified=true rentable=true rented=false
    max_hourly_price: 0.60
    image: registry.example.org/batch:3
    disk: 64
    runtype: ssh_direct
    ports:
      - 8000/tcp
    envs:
      MODE: nightly
    secret_envs:
      HUGGING_FACE_TOKEN: "{{ hugging_face_token }}"
  register: batch

- name: Show the SSH command and the address of the service
  ansible.builtin.debug:
    msg:
      - "ssh -p {{ batch.instance.ssh_port }} {{ batch.instance.ssh_user }}@{{ batch.instance.ssh_host }}"
      - "{{ batch.instance.public_ip }}:{{ batch.instance.ports_outside['8000/tcp'] | default('unknown') }}"

- name: Show what an interruptible instance would rent, and at which price
  gpufleet.cloud.vast_instance:
    name: batch-2
    search_params: gpu_name=RTX_4090 num_gpus=1 verified=true rentable=true rented=false
    bid_price: 0.30
    image: registry.example.org/batch:3
    disk: 32
  check_mode: true
  register: planned

- name: Show the plan
  ansible.builtin.debug:
    var: planned.plan

- name: Stop the instance, whose disk is still billed
  gpufleet.cloud.vast_instance:
    name: batch-1
    state: stopped

- name: Start it again, and give up after 5 minutes if its machine is in use
  gpufleet.cloud.vast_instance:
    name: batch-1
    state: started
    wait_timeout: 300

- name: Pull the image again, and lose the data on the disk
  gpufleet.cloud.vast_instance:
    name: batch-1
    state: recycled
    accept_data_loss: true

- name: Delete the instance
  gpufleet.cloud.vast_instance:
    name: batch-1
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the instance, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:vast_instance:batch-1). Later tasks of the
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
      sample: '70001234'
    name:
      description: Label of the instance.
      type: str
      sample: batch-1
    status:
      description: >-
        Status that Vast.ai reports, for example C(loading), C(running), C(stopped) or C(exited). Empty at first.
      type: str
      sample: running
    status_message:
      description: Text that Vast.ai adds to the status.
      type: str
      sample: success, running
    intended_status:
      description: >-
        Status that Vast.ai tries to reach, C(running) or C(stopped). If it is C(running) and C(status) is C(stopped),
        the start is queued until the machine is free.
      type: str
      sample: running
    gpu_name:
      description: Name of the GPU.
      type: str
      sample: RTX 4090
    num_gpus:
      description: Number of GPUs.
      type: int
      sample: 1
    machine_id:
      description: ID of the machine.
      type: str
      sample: '10437'
    hourly_price:
      description: Price in USD per hour, including the disk. C(null) if it is unknown. Traffic is billed in addition.
      type: float
      sample: 0.41
    disk_hourly_price:
      description: The part of it for the disk, which is also billed while the instance is stopped. C(null) if unknown.
      type: float
      sample: 0.013
    is_bid:
      description: Whether the instance is interruptible.
      type: bool
      sample: false
    min_bid:
      description: Lowest bid in USD per hour that runs on this machine. C(null) if it is unknown.
      type: float
      sample: 0.2
    geolocation:
      description: Location of the machine.
      type: str
      sample: Sweden, SE
    template_name:
      description: Name of the template. Empty without one.
      type: str
      sample: ""
    public_ip:
      description: Public address of the machine.
      type: str
      sample: 203.0.113.20
    ports_outside:
      description: >-
        The ports at the public address, by the ports of the container. Empty if the instance is not running. A start
        can change them.
      type: dict
      sample: {8000/tcp: 40123, 22/tcp: 40124}
    ssh_host:
      description: Host for SSH. This is the machine itself if port 22 is open, otherwise a proxy of Vast.ai.
      type: str
      sample: 203.0.113.20
    ssh_port:
      description: Port for SSH. 0 if it is unknown.
      type: int
      sample: 40124
    ssh_user:
      description: User for SSH.
      type: str
      sample: root
    ssh_ready:
      description: Whether the instance is running and has an address for SSH.
      type: bool
      sample: true
    created_at:
      description: Time of creation, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    end_date:
      description: Time until which the machine is offered, in UTC. Empty if it is unknown.
      type: str
      sample: "2026-12-28T12:26:40Z"
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, MODE]
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(envs) contains only the variables that the task sets in O(envs) to these values. C(envs_mode) is V(merge) if
          there are other variables. C(onstart) and C(args) are included only if they are empty or the task sets them.
      type: dict
      sample:
        name: batch-1
        image: registry.example.org/batch:3
        template_hash_id: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
        disk: 64.0
        bid_price: 0.3
        envs: {MODE: nightly}
        envs_mode: merge
        ports: [8000/tcp]
        onstart: ""
        args: ""
        runtype: ssh_direct
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
        - Action of the step, one of C(create), C(update), C(replace), C(delete), C(start), C(stop), C(restart),
          C(recycle) and C(none).
      type: str
    fields:
      description:
        - Paths of the options that the step sets, for example C(disk) or C(envs.MODE).
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
      description: What the step loses, for example the data on its disk.
      returned: when the step recycles or replaces the instance
      type: str
    offer_id:
      description: The offer that the step rents. If it is gone, the run rents the next one that fits.
      returned: when the step rents an instance
      type: str
    hourly_price:
      description: Its price in USD per hour, including the disk. C(null) if it is unknown.
      returned: when the step rents an instance
      type: float
    storage_cost:
      description: Price of the disk in USD per GB and month. C(null) if it is unknown.
      returned: when the step rents an instance
      type: float
    inet_down_cost:
      description: Price of incoming traffic in USD per GB. C(null) if it is unknown.
      returned: when the step rents an instance
      type: float
    inet_up_cost:
      description: Price of outgoing traffic in USD per GB. C(null) if it is unknown.
      returned: when the step rents an instance
      type: float
  sample:
    - action: update
      fields: [bid_price]
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
    before: {bid_price: 0.3}
    after: {bid_price: 0.35}
hourly_cost:
  description:
    - With O(max_hourly_cost), the cost per hour before the task and after it. C(null) without O(max_hourly_cost).
    - A cost is C(null) if it is unknown. It does not contain traffic.
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
            - Cost of the instance with its disk. Of a stopped instance, only that of the disk.
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
      description: Name of the provider, C(vast).
      type: str
    operation:
      description: The API call that failed, for example C(instance.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(insufficient_credit), if its response contains one. If an error
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance import VastInstance

MODULE = resource_module(VastInstance)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
