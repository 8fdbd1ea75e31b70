#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_endpoint_info
short_description: Read serverless GPU endpoints of Novita AI
version_added: 1.0.0
description:
  - Returns all serverless GPU endpoints of an account, or those of a name, or the one with an id.
  - The C(spec) of an endpoint can be given to M(gpufleet.cloud.novita_endpoint) as it is.
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
    description: Only the endpoint with this id.
    type: str
  name:
    description: Only endpoints with exactly this name. There can be several.
    type: str
  return_env_values:
    description:
      - Whether the values of environment variables are returned, in clear, as a part of C(spec).
      - They can hold secrets. Set C(no_log) on the task, or take care of the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.novita_endpoint
"""

EXAMPLES = r"""
- name: List all endpoints
  gpufleet.cloud.novita_endpoint_info:
  register: all_endpoints

- name: Show their names and states
  ansible.builtin.debug:
    msg: "{{ dict(all_endpoints.endpoints | map(attribute='name') | zip(all_endpoints.endpoints |
      map(attribute='status'))) }}"

- name: Find the endpoints of a name
  gpufleet.cloud.novita_endpoint_info:
    name: llm-8b

- name: Copy an endpoint's options, environment included, without printing them
  gpufleet.cloud.novita_endpoint_info:
    name: llm-8b
    return_env_values: true
  no_log: true
"""

RETURN = r"""
endpoints:
  description: The endpoints, sorted by name and id; an empty list without any.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the endpoint.
      type: str
      sample: 0a1b2c3d4e5f6071
    name:
      description: Name of the endpoint.
      type: str
      sample: llm-8b
    status:
      description: The provider's word for its state.
      type: str
      sample: serving
    status_message:
      description: The provider's text on that state.
      type: str
      sample: ""
    url:
      description: Where the endpoint answers.
      type: str
      sample: https://0a1b2c3d4e5f6071-llm.runsync.serverless.example.com
    workers:
      description:
        - The workers, each with C(id), C(status), C(status_message), C(healthy) and C(log).
        - One that is gone, going or draining is never C(healthy), and is not counted when workers are awaited.
      type: list
      elements: dict
      sample: []
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, LOG_LEVEL]
    spec:
      description: The settable options as the endpoint has them. Given to a task, they change nothing.
      type: dict
      sample:
        name: llm-8b
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import run_info
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.endpoint import NovitaEndpoint


def main() -> None:
    run_info(NovitaEndpoint)


if __name__ == "__main__":
    main()
