#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_instance_info
short_description: Read GPU instances of Novita AI
version_added: 1.0.0
description:
  - Returns all GPU instances of an account, the instances with a name, or the instance with an ID.
  - List responses do not contain the SSH address. With O(id) or O(name), the module sends two more requests for each
    instance and returns all values.
  - You can use the C(spec) of an instance as the options of M(gpufleet.cloud.novita_instance).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
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
  - module: gpufleet.cloud.novita_instance
"""

EXAMPLES = r"""
- name: List all instances
  gpufleet.cloud.novita_instance_info:
  register: all_instances

- name: Show the names of the instances that are not stopped
  ansible.builtin.debug:
    msg: "{{ all_instances.instances | rejectattr('status', 'equalto', 'exited') | map(attribute='name') }}"

- name: Read all values of an instance
  gpufleet.cloud.novita_instance_info:
    name: trainer-1

- name: Read the passwords of an instance
  gpufleet.cloud.novita_instance_info:
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
      description: Host for SSH. Empty if the provider has not assigned it, or without O(id) and O(name).
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
        - C(envs) is included only with O(return_env_values=true), or if the instance has no environment variables.
          C(command) and C(entrypoint) are included only with this option if they probably contain a secret.
      type: dict
      sample:
        name: trainer-1
        product_id: 4090.16c62g
        gpu_num: 1
        rootfs_size: 60
        image_url: docker.io/example/cuda-ssh:12.4
        image_auth_id: ""
        ports: [8888/http]
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
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance

MODULE = info_module(NovitaInstance)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
