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
  - Returns all serverless GPU endpoints of an account, the endpoints with a name, or the endpoint with an ID.
  - You can use the C(spec) of an endpoint as the options of M(gpufleet.cloud.novita_endpoint).
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
    description: Return only the endpoint with this ID.
    type: str
  name:
    description: Return only endpoints with exactly this name. Several endpoints can have the same name.
    type: str
  gather_workers:
    description:
      - Whether to return the workers of each endpoint. This needs no additional request.
    type: bool
    default: true
  gather_logs:
    description:
      - Whether to return the addresses of the logs in RV(endpoints[].logs). This needs no additional request.
      - No call of the API of Novita AI returns the lines of a log.
    type: bool
    default: false
  return_env_values:
    description:
      - Whether to return the values of environment variables in C(spec), in clear text.
      - The values can be secrets. Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.novita_endpoint
"""

EXAMPLES = r"""
- name: List all endpoints
  gpufleet.cloud.novita_endpoint_info:
  register: all_endpoints

- name: Show the names and statuses
  ansible.builtin.debug:
    msg: "{{ dict(all_endpoints.endpoints | map(attribute='name') | zip(all_endpoints.endpoints |
      map(attribute='status'))) }}"

- name: Find the endpoints with a name
  gpufleet.cloud.novita_endpoint_info:
    name: llm-8b

- name: Read the endpoints with the addresses of their logs
  gpufleet.cloud.novita_endpoint_info:
    gather_logs: true
  register: with_logs

- name: Show the workers and the addresses of the logs
  ansible.builtin.debug:
    msg:
      workers: "{{ with_logs.endpoints | map(attribute='worker_summary') }}"
      logs: "{{ with_logs.endpoints | map(attribute='logs') }}"

- name: Read the options of an endpoint with its environment variables
  gpufleet.cloud.novita_endpoint_info:
    name: llm-8b
    return_env_values: true
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
      sample: 0a1b2c3d4e5f6071
    name:
      description: Name of the endpoint.
      type: str
      sample: llm-8b
    status:
      description: Status that the provider reports, for example C(creating), C(serving) or C(failed).
      type: str
      sample: serving
    status_message:
      description: Text that the provider adds to the status.
      type: str
      sample: ""
    url:
      description: URL of the endpoint.
      type: str
      sample: https://0a1b2c3d4e5f6071-llm.runsync.serverless.example.com
    log:
      description: Address of the log of the endpoint.
      type: str
      sample: https://logs.example.com/endpoint
    workers:
      description:
        - Workers of the endpoint. Workers that are draining or being removed do not count when the module waits.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the worker.
          type: str
        status:
          description: Status that the provider reports.
          type: str
        status_message:
          description: Text that the provider adds to the status.
          type: str
        healthy:
          description:
            - Whether the worker is healthy. Always V(false) for a worker that has failed, is draining or is being
              removed.
          type: bool
        log:
          description: Address of the log of the worker.
          type: str
      sample:
        - id: w-1
          status: running
          status_message: ""
          healthy: true
          log: https://logs.example.com/w-1
    worker_summary:
      description:
        - The numbers and statuses of the workers in words, as in the message of a failed wait. It includes the
          addresses of their logs.
      type: str
      sample: "1 of 1 workers is healthy: worker w-1 is 'running', log https://logs.example.com/w-1."
    workers_gathered:
      description: Whether the module has read the workers. V(false) with O(gather_workers=false).
      type: bool
      sample: true
    logs:
      description: Addresses of the logs. Empty without O(gather_logs=true).
      type: list
      elements: dict
      contains:
        source:
          description: C(endpoint), or the ID of the worker.
          type: str
        address:
          description: Address of the log.
          type: str
        lines:
          description: Always empty, because no call of the API returns a log.
          type: list
          elements: str
      sample:
        - source: w-1
          address: https://logs.example.com/w-1
          lines: []
    logs_gathered:
      description: Whether the module has collected the addresses of the logs.
      type: bool
      sample: true
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, LOG_LEVEL]
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(envs) is included only with O(return_env_values=true), or if the endpoint has no environment variables.
          C(image.command) is included only with this option if it probably contains a secret.
      type: dict
      sample:
        name: llm-8b
        app_name: team-llm-8b
        worker_config: {min_num: 0, max_num: 2, free_timeout: 300, max_concurrent: 4, gpu_num: 1, request_timeout: 600}
        ports: [8000]
        policy: {type: queue, value: 15}
        image: {image: "registry.example.org/team/llm:1.4", auth_id: "", command: ""}
        products: ["7"]
        rootfs_size: 100
        volume_mounts: [{type: network, id: st-1, mount_path: /models}]
        cluster_id: us-demo-1
        healthy: {path: /ready}
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.endpoint import NovitaEndpoint

MODULE = info_module(NovitaEndpoint)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
