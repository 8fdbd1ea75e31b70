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
  - Creates, changes and deletes serverless endpoints of Vast.ai, which its API also calls endpoint groups.
  - An endpoint by itself rents nothing. It needs a workergroup, which says what runs on which machines, see
    M(gpufleet.cloud.vast_workergroup).
  - An endpoint is found by its exact name, or by its id. Several endpoints of one name are an error that names their
    ids.
  - Every update starts from the endpoint as it is, with the task's options laid over it, so that a task that names one
    option leaves all others as they were.
  - This module sends no defaults of its own. Options that a task leaves out when it creates an endpoint are left to
    Vast, whose page names 5 cold workers, up to 20 workers and a load of 10 that is always served. As soon as the
    endpoint has a workergroup, Vast rents that. So set O(cold_workers), O(max_workers) and O(min_load) in every task
    that creates an endpoint; a warning names those that are missing.
  - An endpoint that scales to zero is ready while it rests. About ten minutes after the last request the state of its
    workers is C(stopped); their storage is billed and the GPU is not, and they serve soon after the next request.
  - The options are those of L(the provider's page,https://docs.vast.ai/api-reference/serverless/create-endpoint), and
    some that the vendor's own client sends.
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
      - V(present) makes the endpoint exist as described, V(absent) makes it not exist.
      - Deleting an endpoint deletes its workergroups and their workers. Workers that Vast reports as not deleted lead
        to a warning that names them, because they go on costing money.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - Name of the endpoint, compared exactly. Which characters it may have is left to Vast.
      - It must neither begin nor end with a blank.
      - With O(id), the name that the endpoint shall have.
    type: str
    aliases:
      - endpoint_name
  min_load:
    description:
      - Least active capacity, in units of performance per second; 0 or more. Vast's default is V(10).
      - Any number above 0 keeps at least one worker running, and billed, for ever.
    type: float
  min_cold_load:
    description: Least capacity including cold workers, in units of performance per second; 0 or more.
    type: float
  target_util:
    description: Wanted utilisation as a fraction, greater than 0 and at most 1. Vast's default is V(0.9).
    type: float
  cold_mult:
    description: Wanted capacity including cold workers, as a multiple of the active load; 0 or more. Vast's default is
      V(2.5).
    type: float
  cold_workers:
    description:
      - Least number of workers that are kept even without load; 0 or more. Vast's default is V(5).
      - With O(min_load=0) they rest between requests. With V(0) and O(min_load=0) Vast recruits no worker before the
        first request.
      - Keep it below O(max_workers); a warning says so otherwise.
    type: int
  max_workers:
    description:
      - Greatest number of workers, active and inactive; 0 or more. Vast's default is V(20).
      - V(0) is used to stop all spending.
    type: int
  max_queue_time:
    description:
      - Seconds of queueing that a worker may expect before requests are held back. It can be null at Vast, and perhaps
        cannot be made null again once it is set.
    type: float
  target_queue_time:
    description: Seconds of queueing above which the number of workers grows fast. Like O(max_queue_time) in respect of
      null.
    type: float
  inactivity_timeout:
    description:
      - Seconds without requests after which the endpoint may scale to zero. V(0) is no condition, a negative number is
        never. Like O(max_queue_time) in respect of null.
    type: float
  endpoint_state:
    description:
      - V(active) recruits and releases workers as needed.
      - V(suspended) leaves the workers as they are, and billed as they are.
      - V(stopped) makes all workers inactive, so that only their storage is billed.
      - A new endpoint is active. Another state is set by an update right after the create.
      - Vast can change the state by itself when an account runs out of credit.
    type: str
    choices:
      - active
      - suspended
      - stopped
  wait_for_workers:
    description:
      - With O(wait=true), also wait until so many workers are ready; from 0 to O(max_workers). By default no worker is
        waited for.
      - A worker that serves is ready, and so is one at rest that has loaded its model once. Vast replaces a worker that
        does not come up, and reboots one in an error, so one bad worker does not end the wait.
      - The wait ends early when three workers were replaced and none is ready, and when the endpoint is not active. A
        state that the task itself asks for with O(endpoint_state) is not waited for.
      - At the time limit the message names the workers, their states, what they point to, and the end of the endpoint's
        log.
      - Refused when the task sets O(cold_workers=0) and O(min_load=0), because the wait would not end before the first
        request.
    type: int
  wait_for:
    description:
      - V(ready) accepts workers at rest, V(active) only workers that serve now. V(active) without O(wait_for_workers)
        waits for one worker.
    type: str
    choices:
      - ready
      - active
    default: ready
  return_api_key:
    description:
      - Whether the key with which clients call this endpoint is returned, in clear, as C(endpoint.api_key).
      - Set C(no_log) on the task, or take care of the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_endpoint_info
  - module: gpufleet.cloud.vast_workergroup
  - name: Create endpoint
    description: The provider's page.
    link: https://docs.vast.ai/api-reference/serverless/create-endpoint
"""

EXAMPLES = r"""
- name: Have an endpoint that can never rent more than four workers
  gpufleet.cloud.vast_endpoint:
    name: tts
    min_load: 0
    target_util: 0.85
    cold_mult: 2
    cold_workers: 1
    max_workers: 4
    inactivity_timeout: 900
  register: tts

- name: Allow more workers, and leave everything else as it is
  gpufleet.cloud.vast_endpoint:
    name: tts
    max_workers: 6

- name: See what it would mean to keep no worker, without changing it
  gpufleet.cloud.vast_endpoint:
    name: tts
    cold_workers: 0
  check_mode: true
  diff: true

- name: Pause it, so that only storage is billed
  gpufleet.cloud.vast_endpoint:
    name: tts
    endpoint_state: stopped

- name: Read the key with which clients call it
  gpufleet.cloud.vast_endpoint:
    name: tts
    return_api_key: true
  no_log: true

- name: Rename the endpoint by its id
  gpufleet.cloud.vast_endpoint:
    id: "{{ tts.id }}"
    name: tts-blue

- name: Delete it
  gpufleet.cloud.vast_endpoint:
    name: tts-blue
    state: absent
  register: gone

- name: Show which workers went with it
  ansible.builtin.debug:
    var: gone.deleted_workers
"""

RETURN = r"""
id:
  description: Id of the endpoint; an empty string without one. Present after a failure, too, as soon as it is known.
  returned: always
  type: str
  sample: '50871'
endpoint:
  description:
    - The endpoint as it is, or in check mode as it would be; an empty mapping without one.
  returned: always
  type: dict
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
      description: With C(wait_for_workers) or C(wait_for=active), the workers with C(id) and C(status); otherwise they
        are not read.
      type: list
      elements: dict
      sample: []
    serving_workers:
      description: How many of the C(workers) serve now.
      type: int
      sample: 0
    resting_workers:
      description: How many of the C(workers) rest, and are ready soon after a request.
      type: int
      sample: 0
    api_key:
      description: With C(return_api_key=true) the key with which clients call the endpoint, otherwise an empty string.
      type: str
      sample: ""
    spec:
      description:
        - The settable options as the endpoint has them. Given to a task, they change nothing.
      type: dict
      sample:
        name: tts
        cold_workers: 1
        max_workers: 4
plan:
  description:
    - What was done, or would be done. The same in check mode and in the run that follows.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: One of C(create), C(update), C(delete) and C(none).
      type: str
    fields:
      description: Paths of the options that differ, for example C(max_workers).
      type: list
      elements: str
    effect:
      description:
        - What it does to running workers, C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces) or
          C(unknown). Anything but C(unknown) is claimed only where a page of the provider says so.
      type: str
  sample:
    - action: update
      fields: [max_workers]
      effect: unknown
deleted_workers:
  description: Ids of the workers that Vast deleted with the endpoint.
  returned: always
  type: list
  elements: str
  sample: []
failed_workers:
  description: Ids of the workers that Vast did not delete with the endpoint. They go on costing money.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: C(before) and C(after) over the options that the task gives.
  returned: always
  type: dict
  sample:
    before: {max_workers: 4}
    after: {max_workers: 6}
failure:
  description: What is known of a failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: The provider, C(vast).
      type: str
    operation:
      description: The operation that failed, for example C(endpoint.create); empty when none was sent.
      type: str
    status:
      description: The HTTP status, or null.
      type: int
    reason:
      description:
        - The provider's own error word, for example C(invalid_args), or one of C(connection), C(redirect),
          C(bad_answer), C(not_the_provider) (something else than the API has answered, such as a proxy or a router),
          C(invalid_option), C(immutable), C(ambiguous_name), C(not_found), C(not_applied), C(outcome_unknown),
          C(not_ready), C(wait_timeout) and C(http_)RV(ignore:status).
      type: str
    message:
      description: What went wrong, without the advice that RV(ignore:msg) adds.
      type: str
    request_id:
      description: The provider's id of the request, where it gives one.
      type: str
    retryable:
      description: Whether the same task may succeed when run again, without anything being changed.
      type: bool
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.resource_module import run_resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.endpoint import VastEndpoint


def main() -> None:
    run_resource(VastEndpoint)


if __name__ == "__main__":
    main()
