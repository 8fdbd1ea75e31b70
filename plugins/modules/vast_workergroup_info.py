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
  - Returns all workergroups of an account, or those of an endpoint, or the one with an id.
  - The C(spec) of a workergroup can be given to M(gpufleet.cloud.vast_workergroup) as it is. Where an endpoint has
    several, give the C(id) with it.
  - It reads the endpoints, too, because the name of an endpoint in a workergroup may be an old one.
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
    description: Only the workergroup with this id.
    type: str
  endpoint:
    description: Only workergroups of endpoints with exactly this name; where there is none, those left over from one.
    type: str
    aliases:
      - endpoint_name
  endpoint_id:
    description: Only workergroups of the endpoint with this id; 1 or more.
    type: int
  return_launch_args:
    description:
      - Whether C(launch_args), which can hold secrets, is returned in C(spec).
      - Set C(no_log) on the task, or take care of the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_workergroup
"""

EXAMPLES = r"""
- name: List all workergroups
  gpufleet.cloud.vast_workergroup_info:
  register: all_workergroups

- name: Show which template works for which endpoint
  ansible.builtin.debug:
    msg: "{{ item.endpoint_name }}: {{ item.spec.template_hash | default(item.spec.template_id, true) }}"
  loop: "{{ all_workergroups.workergroups }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find those of an endpoint
  gpufleet.cloud.vast_workergroup_info:
    endpoint: tts

- name: Read them with the arguments that start their workers, without printing these
  gpufleet.cloud.vast_workergroup_info:
    endpoint: tts
    return_launch_args: true
  no_log: true
"""

RETURN = r"""
workergroups:
  description: The workergroups, sorted by the name of their endpoint and their id; an empty list without any.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workergroup.
      type: str
      sample: '61230'
    endpoint_id:
      description: Id of its endpoint.
      type: str
      sample: '50871'
    endpoint_name:
      description: Name of its endpoint as the workergroup has it. A renamed endpoint may have another one.
      type: str
      sample: tts
    created_at:
      description: When it was created, in UTC.
      type: str
      sample: "2026-08-29T14:46:40Z"
    spec:
      description: The settable options as the workergroup has them. Given to a task, they change nothing.
      type: dict
      sample:
        endpoint: tts
        template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import run_info
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workergroup import VastWorkergroup


def main() -> None:
    run_info(VastWorkergroup)


if __name__ == "__main__":
    main()
