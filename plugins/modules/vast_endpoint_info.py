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
  - Returns all serverless endpoints of an account, the endpoints with a name, or the endpoint with an ID.
  - You can use the C(spec) of an endpoint as the options of M(gpufleet.cloud.vast_endpoint).
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
    description: Return only the endpoint with this ID.
    type: str
  name:
    description: Return only endpoints with exactly this name. Several endpoints can have the same name.
    type: str
    aliases:
      - endpoint_name
  gather_workers:
    description:
      - Whether to read the workers of each endpoint.
      - For each endpoint, the module sends one more request, to the host in O(autoscaler_url). The requests are sent
        one after the other.
      - Vast.ai does not list the workers of a new endpoint for a while. In this case, the module shows a warning with
        the text that Vast.ai returned, and RV(endpoints[].workers_gathered) is V(false).
    type: bool
    default: false
  gather_logs:
    description:
      - Whether to read the log of each endpoint. Results mask the secrets that the module knows.
      - For each endpoint, the module sends one more request, or two if Vast.ai requires the API key in the body, to the
        host in O(autoscaler_url).
      - A log that cannot be read causes a warning, and RV(endpoints[].logs_gathered) is V(false).
    type: bool
    default: false
  log_lines:
    description:
      - Number of lines that O(gather_logs) reads from the end of each log.
      - "Range: 1 to 1000."
    type: int
    default: 10
  return_api_key:
    description:
      - Whether to return the keys with which clients call the endpoints in RV(endpoints[].api_key), in clear text.
      - Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_endpoint
"""

EXAMPLES = r"""
- name: List all endpoints
  gpufleet.cloud.vast_endpoint_info:
  register: all_endpoints

- name: Show the names and statuses
  ansible.builtin.debug:
    msg: "{{ dict(all_endpoints.endpoints | map(attribute='name') | zip(all_endpoints.endpoints |
      map(attribute='status'))) }}"

- name: Find the endpoints with a name
  gpufleet.cloud.vast_endpoint_info:
    name: tts

- name: Read the endpoints with their workers and the end of their logs
  gpufleet.cloud.vast_endpoint_info:
    gather_workers: true
    gather_logs: true
    log_lines: 50
  register: with_workers

- name: Show the workers and the logs
  ansible.builtin.debug:
    msg:
      workers: "{{ with_workers.endpoints | map(attribute='worker_summary') }}"
      logs: "{{ with_workers.endpoints | map(attribute='logs') }}"

- name: Read the keys with which clients call the endpoints
  gpufleet.cloud.vast_endpoint_info:
    return_api_key: true
  no_log: true
"""

RETURN = r"""
endpoints:
  description: The endpoints, sorted by name and ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the endpoint.
      type: str
      sample: '50871'
    name:
      description: Name of the endpoint.
      type: str
      sample: tts
    status:
      description: Status that Vast.ai reports, one of C(active), C(suspended) and C(stopped).
      type: str
      sample: active
    created_at:
      description: Time of creation, in UTC.
      type: str
      sample: "2026-08-28T12:26:40Z"
    auto_delete_due_24h:
      description: Whether Vast.ai has announced that it will delete the endpoint within a day.
      type: bool
      sample: false
    workers:
      description: Workers of the endpoint. Empty without O(gather_workers=true).
      type: list
      elements: dict
      contains:
        id:
          description: ID of the worker.
          type: str
        status:
          description: Status that Vast.ai reports.
          type: str
        status_message:
          description: Always empty, because Vast.ai adds no text to the status.
          type: str
        healthy:
          description:
            - Whether the worker serves requests now, or is stopped and serves again soon after a request. A stopped
              worker counts only if it has loaded its model before and the endpoint is active.
            - This module reads the workers once. If Vast.ai does not return whether a stopped worker has loaded its
              model, the worker does not count here. M(gpufleet.cloud.vast_endpoint) observes such a worker for a while.
          type: bool
        log:
          description: Always empty, because Vast.ai has one log for each endpoint.
          type: str
      sample:
        - id: '7001'
          status: idle
          status_message: ""
          healthy: true
          log: ""
    worker_summary:
      description: The numbers and statuses of the workers in words, as in the message of a failed wait. Empty if the
        workers were not read.
      type: str
      sample: "1 of 1 workers is healthy (1 serving, 0 at rest): worker 7001 is 'idle'."
    workers_gathered:
      description: Whether the module has read the workers.
      type: bool
      sample: true
    serving_workers:
      description: Number of C(workers) that serve requests now.
      type: int
      sample: 1
    resting_workers:
      description: Number of C(workers) that are idle and serve again soon after a request.
      type: int
      sample: 0
    logs:
      description: Logs of the endpoint. Empty without O(gather_logs=true), or if the log cannot be read.
      type: list
      elements: dict
      contains:
        source:
          description: Always C(endpoint).
          type: str
        address:
          description: Always empty, because Vast.ai returns the lines themselves.
          type: str
        lines:
          description: The last lines, with masked secrets.
          type: list
          elements: str
      sample:
        - source: endpoint
          address: ""
          lines: ["endpoint 50871: 1 workers", "worker 7001: idle"]
    logs_gathered:
      description: Whether the module has read the logs.
      type: bool
      sample: true
    api_key:
      description: With O(return_api_key=true), the key with which clients call the endpoint. Otherwise empty.
      type: str
      sample: ""
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
      type: dict
      sample:
        name: tts
        min_load: 0.0
        min_cold_load: 0.0
        target_util: 0.85
        cold_mult: 2.0
        cold_workers: 1
        max_workers: 4
        max_queue_time: 30.0
        target_queue_time: 10.0
        inactivity_timeout: 900.0
        endpoint_state: active
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.endpoint import VastEndpoint

MODULE = info_module(VastEndpoint)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
