#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_instance_info
short_description: Read GPU instances of Vast.ai
version_added: 1.0.0
description:
  - Returns all GPU instances of an account, the instances with a label, or the instance with an ID. It does not return
    the workers of serverless endpoints, except by their IDs.
  - You can use the C(spec) of an instance as the options of M(gpufleet.cloud.vast_instance).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
options:
  id:
    description: Return only the instance with this ID.
    type: str
  name:
    description: Return only instances with exactly this label. Several instances can have the same label.
    type: str
    aliases:
      - label
  return_env_values:
    description:
      - Whether to return the values of environment variables, C(onstart) and C(args) in C(spec), in clear text.
      - The values can be secrets. Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
  return_logs:
    description:
      - Whether to return the last lines of the log of each instance in RV(instances[].log). It requires two or more
        requests for each instance.
      - Vast.ai stores the log at another address, to which the module does not send the API key. The module masks the
        secrets that it knows. The log can contain others, so protect the result.
      - If a log cannot be read, or is larger than 1 MiB, the module returns a warning.
    type: bool
    default: false
  log_tail:
    description:
      - Number of lines to return of each log.
      - "Range: 1 to 1000."
    type: int
    default: 100
seealso:
  - module: gpufleet.cloud.vast_instance
"""

EXAMPLES = r"""
- name: List all instances
  gpufleet.cloud.vast_instance_info:
  register: all_instances

- name: Show the names of the instances that run
  ansible.builtin.debug:
    msg: "{{ all_instances.instances | selectattr('status', 'equalto', 'running') | map(attribute='name') }}"

- name: Read an instance with the last lines of its log
  gpufleet.cloud.vast_instance_info:
    name: batch-1
    return_logs: true
    log_tail: 20
"""

RETURN = r"""
instances:
  description: The instances, sorted by name and ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
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
    log:
      description: With O(return_logs=true), the last lines of the log. Otherwise empty.
      type: list
      elements: str
      sample: [ready]
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, MODE]
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(envs) is included only with O(return_env_values=true), or if the instance has no environment variables.
          C(onstart) and C(args) are included only with this option, or if they are empty.
      type: dict
      sample:
        name: batch-1
        image: registry.example.org/batch:3
        template_hash_id: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
        disk: 64.0
        bid_price: 0.3
        ports: [8000/tcp]
        runtype: ssh_direct
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance import VastInstance

MODULE = info_module(VastInstance)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
