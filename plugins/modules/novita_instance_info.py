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
  - Returns all GPU instances of an account, or those of a name, or the one with an id.
  - Listings do not show how to log in. With O(id) or O(name) each instance is read in full, which costs two requests
    more for each.
  - The C(spec) of an instance can be given to M(gpufleet.cloud.novita_instance) as it is.
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
    description: Only the instance with this id.
    type: str
  name:
    description: Only instances with exactly this name. There can be several.
    type: str
  return_env_values:
    description:
      - Whether the values of environment variables are returned, in clear, as a part of C(spec).
      - They can hold secrets. Set C(no_log) on the task, or take care of the result.
    type: bool
    default: false
  return_credentials:
    description:
      - Whether passwords are returned, in clear, as C(ssh_password) and C(web_terminal_password).
      - Set C(no_log) on the task, or take care of the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.novita_instance
"""

EXAMPLES = r"""
- name: List all instances
  gpufleet.cloud.novita_instance_info:
  register: all_instances

- name: Show those that are billed for a GPU
  ansible.builtin.debug:
    msg: "{{ all_instances.instances | rejectattr('status', 'equalto', 'exited') | map(attribute='name') }}"

- name: Read one in full
  gpufleet.cloud.novita_instance_info:
    name: trainer-1

- name: Read the passwords, without printing them
  gpufleet.cloud.novita_instance_info:
    name: trainer-1
    return_credentials: true
  no_log: true
"""

RETURN = r"""
instances:
  description: The instances, sorted by name and id; an empty list without any.
  returned: success
  type: list
  elements: dict
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
      description: The settable options as the instance has them. Given to a task, they change nothing.
      type: dict
      sample:
        name: trainer-1
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import run_info
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance


def main() -> None:
    run_info(NovitaInstance)


if __name__ == "__main__":
    main()
