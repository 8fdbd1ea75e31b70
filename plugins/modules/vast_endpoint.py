#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_endpoint
short_description: Manage serverless endpoints of Vast.ai
version_added: 1.0.0
description:
  - Creates, updates and deletes serverless endpoints of Vast.ai. The API also calls them endpoint groups.
  - An endpoint alone does not rent any machine. It needs a workergroup, which defines the machines and the software,
    see M(gpufleet.cloud.vast_workergroup).
  - The module finds an endpoint by its exact name or by its ID. If several endpoints have the name, the task fails and
    lists their IDs.
  - Every update sends the current values with the desired values merged into them. A task that sets a single option
    keeps all other values.
  - The module sends no default values of its own. If a task that creates an endpoint omits O(cold_workers),
    O(max_workers) and O(min_load), Vast.ai sets 5 cold workers, a maximum of 20 workers and a minimum load of 10. It
    rents these workers as soon as the endpoint has a workergroup. Set the three options in every task that creates an
    endpoint. The module returns a warning that lists the missing ones.
  - An endpoint that scales to zero counts as ready while it is idle. About ten minutes after the last request, its
    workers have the status C(stopped). Vast.ai then bills their storage but not their GPUs, and they serve again soon
    after the next request.
  - The provider does not document the effect of a change on running workers.
  - The options are those of the L(API reference,https://docs.vast.ai/api-reference/serverless/create-endpoint), and
    some options that Vast.ai's command-line client sends.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
options:
  state:
    description:
      - V(present) creates or updates the endpoint.
      - V(absent) deletes the endpoint, its workergroups and their workers. If Vast.ai does not delete a worker, the
        module returns a warning with its ID, because you continue to pay for it.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - B(Required to create the endpoint.) Name of the endpoint. The module compares the exact name. Vast.ai determines
        which characters are allowed.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
      - With O(id), this is the new name of the endpoint.
    type: str
    aliases:
      - endpoint_name
  min_load:
    description:
      - Minimum active capacity, in units of performance per second. Vast.ai's default is V(10).
      - With a value above zero, at least one worker is always running, and you pay for it.
      - "Minimum: 0."
    type: float
  min_cold_load:
    description:
      - Minimum capacity including cold workers, in units of performance per second.
      - "Minimum: 0."
    type: float
  target_util:
    description:
      - Desired utilization, as a fraction. Vast.ai's default is V(0.9).
      - Must be greater than 0.
      - "Maximum: 1."
    type: float
  cold_mult:
    description:
      - Desired capacity including cold workers, as a multiple of the active load. Vast.ai's default is V(2.5).
      - "Minimum: 0."
    type: float
  cold_workers:
    description:
      - Minimum number of workers, even without load. Vast.ai's default is V(5).
      - With O(min_load=0), these workers are stopped between requests. With O(cold_workers=0) and O(min_load=0),
        Vast.ai recruits no worker before the first request.
      - Use a smaller number than O(max_workers). Otherwise the module returns a warning.
      - "Minimum: 0."
    type: int
  max_workers:
    description:
      - Maximum number of workers, active and inactive. Vast.ai's default is V(20). Set V(0) to stop all spending.
      - "Minimum: 0."
    type: int
  max_queue_time:
    description:
      - Expected queue time of a worker in seconds above which Vast.ai holds requests back.
      - The value can be null at Vast.ai. After you set a number, it may be impossible to set it to null again.
    type: float
  target_queue_time:
    description:
      - Queue time in seconds above which Vast.ai adds workers quickly. See O(max_queue_time) for null.
    type: float
  inactivity_timeout:
    description:
      - Time in seconds without requests after which the endpoint may scale to zero. V(0) sets no such condition. With a
        negative number, the endpoint never scales to zero. See O(max_queue_time) for null.
    type: float
  endpoint_state:
    description:
      - V(active) recruits and releases workers as needed.
      - V(suspended) does not change the workers, and you continue to pay for them.
      - V(stopped) makes all workers inactive, so that you only pay for their storage.
      - A new endpoint is active. Vast.ai can also change the state itself when an account runs out of credit.
      - "Update-only: a create request does not accept this option, so the module sets it right after the create."
    type: str
    choices:
      - active
      - suspended
      - stopped
  wait_for_workers:
    description:
      - Number of workers that must be ready before O(wait) ends. By default, the module does not wait for workers.
      - "Minimum: 0. Must not exceed O(max_workers)."
      - A worker is ready if it serves requests, or if it is idle and has loaded its model once. A single bad worker
        does not end the wait, because Vast.ai reboots or replaces it.
      - The wait ends early if three workers were replaced and no worker is ready. It also ends early if the endpoint is
        not active. If the task itself sets another O(endpoint_state), it does not wait for workers.
      - If the time limit is reached, the error message lists the workers with their statuses, likely causes, and the
        end of the log of the endpoint.
      - Not allowed if the task sets O(cold_workers=0) and O(min_load=0), because the wait would not end before the
        first request.
    type: int
  wait_for:
    description:
      - Which workers the module counts. V(ready) includes idle workers. V(active) only counts workers that serve
        requests now.
      - V(active) without O(wait_for_workers) waits for one worker.
    type: str
    choices:
      - ready
      - active
    default: ready
  return_api_key:
    description:
      - Whether to return the key with which clients call the endpoint in RV(endpoint.api_key), in clear text.
      - Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_endpoint_info
  - module: gpufleet.cloud.vast_workergroup
  - name: Create endpoint
    description: API reference of Vast.ai.
    link: https://docs.vast.ai/api-reference/serverless/create-endpoint
"""

EXAMPLES = r"""
- name: Create an endpoint with at most four workers
  gpufleet.cloud.vast_endpoint:
    name: tts
    min_load: 0
    target_util: 0.85
    cold_mult: 2
    cold_workers: 1
    max_workers: 4
    inactivity_timeout: 900
  register: tts

- name: Increase the maximum number of workers and keep all other values
  gpufleet.cloud.vast_endpoint:
    name: tts
    max_workers: 6

- name: Preview the change to an endpoint without cold workers
  gpufleet.cloud.vast_endpoint:
    name: tts
    cold_workers: 0
  check_mode: true
  diff: true

- name: Stop the endpoint to pay for storage only
  gpufleet.cloud.vast_endpoint:
    name: tts
    endpoint_state: stopped

- name: Read the key with which clients call the endpoint
  gpufleet.cloud.vast_endpoint:
    name: tts
    return_api_key: true
  no_log: true

- name: Rename the endpoint
  gpufleet.cloud.vast_endpoint:
    id: "{{ tts.id }}"
    name: tts-blue

- name: Delete the endpoint
  gpufleet.cloud.vast_endpoint:
    name: tts-blue
    state: absent
  register: deletion

- name: Show the IDs of the deleted workers
  ansible.builtin.debug:
    var: deletion.deleted_workers
"""

RETURN = r"""
id:
  description:
    - ID of the endpoint, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:vast_endpoint:tts). Later tasks of the same check
      run can use it as an ID.
  returned: always
  type: str
  sample: '50871'
endpoint:
  description:
    - The endpoint after the task, or in check mode as predicted. The mapping is empty if the endpoint does not exist.
  returned: always
  type: dict
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
      description: Workers of the endpoint. The module reads them only if it waits for workers. Otherwise the list is
        empty.
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
deleted_id:
  description:
    - ID of the endpoint that the task deleted, or in check mode would have deleted. Empty if there is none.
  returned: always
  type: str
  sample: ''
plan:
  description:
    - The steps of the task. Check mode returns the same steps as the run that follows.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description:
        - Action of the step, one of C(create), C(update), C(delete) and C(none).
      type: str
    fields:
      description:
        - Paths of the options that the step sets, for example C(max_workers).
      type: list
      elements: str
    effect:
      description:
        - Effect of the step on running workers. One of C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces)
          and C(unknown). The effect is C(unknown) unless the provider documents it.
      type: str
    id:
      description: ID of the resource that the step deletes or replaces. Only in these steps.
      type: str
  sample:
    - action: update
      fields: [max_workers]
      effect: unknown
deleted_workers:
  description: IDs of the workers that Vast.ai deleted with the endpoint.
  returned: always
  type: list
  elements: str
  sample: []
failed_workers:
  description: IDs of the workers that Vast.ai did not delete with the endpoint. You continue to pay for them.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: Values before and after the task, for the options that it sets.
  returned: always
  type: dict
  contains:
    before:
      description: Values before the task.
      type: dict
    after:
      description: Values after the task.
      type: dict
  sample:
    before: {max_workers: 4}
    after: {max_workers: 6}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(vast).
      type: str
    operation:
      description: The API call that failed, for example C(endpoint.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(invalid_args), if its response contains one. If an error response
          has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(ambiguous_name),
          C(similar_name), C(not_found), C(locked), C(not_applied), C(outcome_unknown), C(not_ready), C(wait_timeout),
          C(cancelled), C(not_the_provider), C(internal) and C(error).
        - C(bad_answer) means that the response of the provider is not valid or contradicts itself, for example if it
          has the status of a success and also contains an error. C(not_the_provider) means that something other than
          the API returned the response, for example a proxy. C(locked) means that another task on the same host was
          working on the resource. C(internal) and C(error) mean unexpected errors.
      type: str
    message:
      description: Cause of the failure, without the advice in RV(ignore:msg).
      type: str
    request_id:
      description: The provider's ID of the request, if the provider returns one.
      type: str
    retryable:
      description: Whether the same task can succeed if you run it again without changes.
      type: bool
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.resource_module import resource_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.endpoint import VastEndpoint

MODULE = resource_module(VastEndpoint)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
