#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_instance_info
short_description: Read GPU instances of PPIO
version_added: 1.0.0
description:
  - Returns all GPU instances of an account, the instances with a name, or the instance with an ID.
  - List responses do not contain the SSH address. With O(id) or O(name), the module sends one more request for each
    instance and returns all values.
  - You can use the C(spec) of an instance as the options of M(gpufleet.cloud.ppio_instance).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.ppio
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.ppio
options:
  id:
    description: Return only the instance with this ID.
    type: str
  name:
    description: Return only instances with exactly this name. Several instances can have the same name.
    type: str
  return_env_values:
    description:
      - Whether to return the values of environment variables in C(spec), in clear text.
      - The values can be secrets. Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
  return_credentials:
    description:
      - Whether to return passwords in RV(instances[].ssh_password) and RV(instances[].web_terminal_password), in clear
        text.
      - Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.ppio_instance
"""

EXAMPLES = r"""
- name: List all instances
  gpufleet.cloud.ppio_instance_info:
  register: all_instances

- name: Show the names of the instances that are not stopped
  ansible.builtin.debug:
    msg: "{{ all_instances.instances | rejectattr('status', 'equalto', 'exited') | map(attribute='name') }}"

- name: Read all values of an instance
  gpufleet.cloud.ppio_instance_info:
    name: trainer-1

- name: Read the passwords of an instance
  gpufleet.cloud.ppio_instance_info:
    name: trainer-1
    return_credentials: true
  no_log: true
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
      description: Host for SSH. Empty if the provider has not assigned it, or without O(id) and O(name).
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
        - C(envs) is included only with O(return_env_values=true), or if the instance has no environment variables.
          C(command) and C(entrypoint) are included only with this option if they probably contain a secret.
      type: dict
      sample:
        name: trainer-1
        type: gpu
        product_id: 4090.demo
        image: registry.example.org/team/train:2
        registry_auth_id: auth-1
        entrypoint: ""
        command: ""
        resource: {gpu_num: 1, rootfs_size_gb: 60}
        billing: {mode: prepaid, prepaid: {auto_renew: {enabled: true, months: 1}}}
        ports: [8888/http]
        volumes: []
        network: {id: net-1, ip: 10.0.0.5}
        candidate_regions: [cn-demo-1]
        tools: {jupyter: {enabled: false, port: 8888}}
        auto_migrate: {enabled: true, include_system_disk: false}
        web_terminal: false
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.instance import PpioInstance

MODULE = info_module(PpioInstance)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
