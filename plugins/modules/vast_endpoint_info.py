#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_endpoint_info
short_description: Read serverless endpoints of Vast.ai
version_added: 1.0.0
description:
  - Returns all serverless endpoints of an account, or those of a name, or the one with an id.
  - The C(spec) of an endpoint can be given to M(gpufleet.cloud.vast_endpoint) as it is.
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
    description: Only the endpoint with this id.
    type: str
  name:
    description: Only endpoints with exactly this name. There can be several.
    type: str
    aliases:
      - endpoint_name
  return_api_key:
    description:
      - Whether the keys with which clients call the endpoints are returned, in clear, as C(api_key).
      - Set C(no_log) on the task, or take care of the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_endpoint
"""

EXAMPLES = r"""
- name: List all endpoints
  gpufleet.cloud.vast_endpoint_info:
  register: all_endpoints

- name: Show their names and states
  ansible.builtin.debug:
    msg: "{{ dict(all_endpoints.endpoints | map(attribute='name') | zip(all_endpoints.endpoints |
      map(attribute='status'))) }}"

- name: Find the endpoints of a name
  gpufleet.cloud.vast_endpoint_info:
    name: tts

- name: Read the keys with which clients call them, without printing these
  gpufleet.cloud.vast_endpoint_info:
    return_api_key: true
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
      sample: '50871'
    name:
      description: Name of the endpoint.
      type: str
      sample: tts
    status:
      description: The provider's word for its state, C(active), C(suspended) or C(stopped).
      type: str
      sample: active
    created_at:
      description: When it was created, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    auto_delete_due_24h:
      description: Whether Vast has announced to delete it by itself within a day.
      type: bool
      sample: false
    workers:
      description: Always empty here; only M(gpufleet.cloud.vast_endpoint) reads the workers.
      type: list
      elements: dict
      sample: []
    serving_workers:
      description: Always 0 here, like C(workers).
      type: int
      sample: 0
    resting_workers:
      description: Always 0 here, like C(workers).
      type: int
      sample: 0
    api_key:
      description: With C(return_api_key=true) the key with which clients call the endpoint, otherwise an empty string.
      type: str
      sample: ""
    spec:
      description: The settable options as the endpoint has them. Given to a task, they change nothing.
      type: dict
      sample:
        name: tts
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import run_info
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.endpoint import VastEndpoint


def main() -> None:
    run_info(VastEndpoint)


if __name__ == "__main__":
    main()
