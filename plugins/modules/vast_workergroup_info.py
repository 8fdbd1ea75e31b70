#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_workergroup_info
short_description: Read workergroups of Vast.ai
version_added: 1.0.0
description:
  - Returns all workergroups of an account, the workergroups of an endpoint, or the workergroup with an ID.
  - You can use the C(spec) of a workergroup as the options of M(gpufleet.cloud.vast_workergroup). If an endpoint has
    several workergroups, also set C(id).
  - The module also reads the endpoints, because the name of the endpoint in a workergroup can be out of date.
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
    description: Return only the workergroup with this ID.
    type: str
  endpoint:
    description:
      - Return only workergroups of endpoints with exactly this name. If no endpoint has this name, the module returns
        the workergroups that a deleted endpoint with this name has left.
    type: str
    aliases:
      - endpoint_name
  endpoint_id:
    description: Return only workergroups of the endpoint with this ID.
    type: str
  return_launch_args:
    description:
      - Whether to return C(launch_args) in C(spec). The text can contain secrets.
      - Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_workergroup
"""

EXAMPLES = r"""
- name: List all workergroups
  gpufleet.cloud.vast_workergroup_info:
  register: all_workergroups

- name: Show the template of every endpoint
  ansible.builtin.debug:
    msg: "{{ item.endpoint_name }}: {{ item.spec.template_hash | default(item.spec.template_id, true) }}"
  loop: "{{ all_workergroups.workergroups }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find the workergroups of an endpoint
  gpufleet.cloud.vast_workergroup_info:
    endpoint: tts

- name: Read the workergroups with their launch arguments
  gpufleet.cloud.vast_workergroup_info:
    endpoint: tts
    return_launch_args: true
  no_log: true
"""

RETURN = r"""
workergroups:
  description: The workergroups, sorted by the name of their endpoint and by their ID. The list is empty if there are
    none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the workergroup.
      type: str
      sample: '61230'
    endpoint_id:
      description: ID of the endpoint.
      type: str
      sample: '50871'
    endpoint_name:
      description: Name of the endpoint, as stored in the workergroup. It can be out of date after the endpoint was
        renamed.
      type: str
      sample: tts
    created_at:
      description: Time of creation, in UTC.
      type: str
      sample: "2026-08-29T14:46:40Z"
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(launch_args) is included only with O(return_launch_args=true), or if it is empty.
      type: dict
      sample:
        endpoint: tts
        template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
        search_params:
          num_gpus:
            eq: 1
        gpu_ram: 20.0
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workergroup import VastWorkergroup

MODULE = info_module(VastWorkergroup)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
