#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_endpoint_info
short_description: Read serverless GPU endpoints of PPIO
version_added: 1.0.0
description:
  - Returns all serverless GPU endpoints of an account, the endpoints with a name, or the endpoint with an ID.
  - List responses do not contain the type of an endpoint. With O(id) or O(name), the module sends one more request for
    each endpoint, and C(spec) contains C(type).
  - You can use the C(spec) of an endpoint as the options of M(gpufleet.cloud.ppio_endpoint).
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
      - No call of the API of PPIO returns the lines of a log.
    type: bool
    default: false
  return_env_values:
    description:
      - Whether to return the values of environment variables in C(spec), in clear text.
      - The values can be secrets. Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.ppio_endpoint
"""

EXAMPLES = r"""
- name: List all endpoints
  gpufleet.cloud.ppio_endpoint_info:
  register: all_endpoints

- name: Show the names and statuses
  ansible.builtin.debug:
    msg: "{{ dict(all_endpoints.endpoints | map(attribute='name') | zip(all_endpoints.endpoints |
      map(attribute='status'))) }}"

- name: Find the endpoints with a name
  gpufleet.cloud.ppio_endpoint_info:
    name: llm-8b

- name: Read the endpoints with the addresses of their logs
  gpufleet.cloud.ppio_endpoint_info:
    gather_logs: true
  register: with_logs

- name: Show the workers and the addresses of the logs
  ansible.builtin.debug:
    msg:
      workers: "{{ with_logs.endpoints | map(attribute='worker_summary') }}"
      logs: "{{ with_logs.endpoints | map(attribute='logs') }}"

- name: Read the options of an endpoint with its environment variables
  gpufleet.cloud.ppio_endpoint_info:
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
    created_at:
      description: Time of creation, in UTC. Empty if the provider does not return it.
      type: str
      sample: "2026-08-28T12:26:40Z"
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
          description: ID of the worker.
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
          C(command) and C(entrypoint) are included only with this option if they probably contain a secret.
      type: dict
      sample:
        type: sync
        name: llm-8b
        app_name: team-llm-8b
        product_id: "7"
        image: registry.example.org/team/llm:1.4
        registry_auth_id: auth-1
        entrypoint: ""
        command: ""
        worker_config:
          max_replicas: 2
          min_replicas: 0
          idle_timeout: 300
          max_concurrent_per_worker: 4
          gpu_num: 1
          rootfs_size_gb: 60
          min_cuda_version: "12.8"
          request_timeout: 600
        policy: {type: queue, value: 15}
        volumes: [{id: st-1, type: network, mount_point: /models}]
        ports: [8000]
        health_check: {path: /ready, port: 8000}
        region_id: cn-demo-1
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.endpoint import PpioEndpoint

MODULE = info_module(PpioEndpoint)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
