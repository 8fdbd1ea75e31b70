#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_workergroup
short_description: Manage workergroups of Vast.ai
version_added: 1.0.0
description:
  - Creates, changes and deletes workergroups of Vast.ai, which its API also calls C(autojobs). A workergroup says what
    runs for an endpoint, and on which machines. An endpoint without one rents nothing; how many workers there are is
    decided by the endpoint, see M(gpufleet.cloud.vast_endpoint).
  - A workergroup has no name. It is found by its endpoint, which normally has one, or by its endpoint and its template,
    see O(match), or by its O(id). Several that fit are an error that names their ids.
  - Every update starts from the workergroup as it is, with the task's options laid over it. The stored filter for
    machines is sent back as it was unless the task names O(search_params).
  - A warning names what a filter leaves open that costs money or trust, which is no condition on C(verified),
    C(rentable) or C(rented), no upper limit of C(dph_total), or O(gpu_ram) without a condition on C(gpu_ram). A task is
    warned when it creates the workergroup, or when it gives the option that the warning is about. Conditions that the
    template adds by itself cannot be seen.
  - Fields that Vast documents, or its developers state, to be without effect for a workergroup are not offered. These
    are C(min_load), C(target_util), C(cold_mult), C(cold_workers), C(max_workers) and C(test_workers).
  - The options are those of L(the provider's page,https://docs.vast.ai/api-reference/serverless/create-workergroup).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
  - gpufleet.cloud.lifecycle
options:
  state:
    description:
      - V(present) makes the workergroup exist as described, V(absent) makes it not exist.
      - Workers that Vast reports as not deleted with it lead to a warning that names them, because they go on costing
        money.
    type: str
    choices:
      - present
      - absent
    default: present
  id:
    description:
      - Vast's id of the workergroup. It decides which one is meant, whatever else the task gives. With another
        O(endpoint) the workergroup moves to that endpoint.
      - An id that does not exist is an error unless O(state=absent); it never leads to a new workergroup.
      - One of O(id), O(endpoint) and O(endpoint_id) is required.
    type: str
  endpoint:
    description:
      - Name of the endpoint that it works for, compared exactly. It must exist, and no other may have the name.
      - In check mode an endpoint that does not exist is only warned about, because an earlier task may create it.
      - It costs one more request than O(endpoint_id), for the list of endpoints.
    type: str
    aliases:
      - endpoint_name
  endpoint_id:
    description: Id of the endpoint that it works for; 1 or more.
    type: int
  match:
    description:
      - With V(endpoint) the one workergroup of the endpoint is meant, and a task with another template changes it.
      - With V(template) the workergroup with the endpoint and the template is meant, and a task with another template
        creates one more. One of O(template_hash) and O(template_id) is required.
    type: str
    choices:
      - endpoint
      - template
    default: endpoint
  template_hash:
    description:
      - Hash of the template that says what runs. Editing a template at Vast gives it a new hash, and a workergroup
        keeps the old one until it is pointed at the new one.
      - Vast's guide says that pointing it at the new one replaces the workers one after the other. Other texts of
        Vast's say that running workers keep the old template until they are told; that is what O(update_workers) does.
      - A new workergroup needs this or O(template_id).
    type: str
  template_id:
    description: >-
      Id of the template that says what runs, instead of O(template_hash); 1 or more. A new workergroup needs one of the
      two.
    type: int
  search_params:
    description:
      - Which machines qualify, as conditions on their properties. Properties that the task does not name keep the
        conditions that they have.
      - As text it is the query language of the vendor's command line client, for example V(gpu_name=RTX_4090
        num_gpus>=2). An underscore in a value is a blank, C(gpu_ram), C(cpu_ram) and C(gpu_total_ram) are in GB,
        C(duration) in days; C(property=any) takes a condition away. Text that is no list of conditions is refused, and
        so is more than 1000 GB of C(gpu_ram) or C(gpu_total_ram), which is meant in MB.
      - >-
        As a mapping it is the API's own form, for example V({num_gpus: {gte: 2}}), with the operators C(eq), C(neq),
        C(gt), C(gte), C(lt), C(lte), C(in) and C(notin), and memory in MB and durations in seconds. An empty mapping as
        condition takes it away.
      - Nothing is added to either, while the vendor's client adds C(verified=true rentable=true rented=false). Without
        these conditions machines may be rented that nobody has verified, and without one such as C(dph_total<=0.6) at
        any price.
      - Vast accepts a new workergroup only with text, so what text cannot carry is refused before the first request,
        whichever form the task uses. These are texts with a comma, bracket, quote, underscore or control character,
        with whitespace at their ends, that begin with one of C(=<>!), are empty, or are a word of the language such as
        V(any) or V('true'); empty lists; booleans and null in a list; anything but one number for a memory or
        C(duration), and anything but a whole number or V(535.129.3) for C(driver_version). A task with the O(id) of a
        workergroup may set them all the same.
      - What a change does to running workers is not documented. Workers on machines that no longer fit may be replaced.
    type: raw
  launch_args:
    description:
      - More arguments for creating the workers, as for the command C(create instance) of the vendor's client, for
        example V(--disk 64).
      - Vast answers this text in clear. It is shown only by a task that gives exactly this text, because it can hold
        values of environment variables. Better leave secrets to the template.
    type: str
  gpu_ram:
    description:
      - Estimated memory of the model on the GPU in GB, with which Vast plans the bandwidth; 0 or more. Vast's default
        is V(24).
      - It does not select machines; a condition on C(gpu_ram) in O(search_params) does.
    type: float
  update_workers:
    description:
      - Whether Vast is asked to replace running workers one after the other (a rolling update), so that they become
        what the workergroup says now. While that goes on, workers load anew and cost money.
      - With V(never) Vast is not asked. Its own texts differ on whether running workers then keep the old template.
      - With V(on_change) it is asked once, right after this task has changed O(template_hash), O(template_id),
        O(search_params) or O(launch_args) and has read the change back. A second run changes nothing and asks for
        nothing. If that request itself fails, the workergroup is changed already, and V(always) sends the request
        again.
      - With V(always) it is asked in every run, after a change if there is one, and the task is always C(changed).
      - V(cancel) stops an update of workers that is under way; those that were replaced stay as they are. It is sent in
        every run, and the task is always C(changed), because Vast does not show whether there is one.
      - A workergroup that this task creates has no workers yet, so nothing is sent for it.
      - The request goes to O(autoscaler_url).
    type: str
    choices:
      - never
      - on_change
      - always
      - cancel
    default: never
seealso:
  - module: gpufleet.cloud.vast_workergroup_info
  - module: gpufleet.cloud.vast_endpoint
  - name: Create workergroup
    description: The provider's page.
    link: https://docs.vast.ai/api-reference/serverless/create-workergroup
"""

EXAMPLES = r"""
- name: Ensure that the endpoint that the workers are for exists
  gpufleet.cloud.vast_endpoint:
    name: tts
    min_load: 0
    cold_workers: 1
    max_workers: 4

- name: Let workers with one RTX 4090 each work for it
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
    search_params: gpu_name=RTX_4090 num_gpus=1 gpu_ram>=20 dph_total<=0.6 verified=true rentable=true rented=false
    launch_args: --disk 64
    gpu_ram: 20
  register: tts

- name: Accept another GPU as well, and leave everything else as it is
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    search_params:
      gpu_name:
        in: [RTX 4090, RTX 5090]

- name: See what the next version of the template would mean for the workers, without doing it
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template_hash: 7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e
    update_workers: on_change
  check_mode: true
  diff: true

- name: Bring that version to the workers, one after the other
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template_hash: 7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e
    update_workers: on_change

- name: Stop that, and go back
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
    update_workers: cancel

- name: Try the next version on a second workergroup beside the first
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    match: template
    template_hash: 7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e
    search_params: gpu_name=RTX_4090 num_gpus=1 dph_total<=0.6 verified=true rentable=true rented=false

- name: Remove the first one by its id
  gpufleet.cloud.vast_workergroup:
    id: "{{ tts.id }}"
    state: absent

- name: Remove the one that is left, and with it its workers
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    state: absent
"""

RETURN = r"""
id:
  description: Id of the workergroup; an empty string without one. Present after a failure, too, as soon as it is known.
  returned: always
  type: str
  sample: '61230'
workergroup:
  description:
    - The workergroup as it is, or in check mode as it would be; an empty mapping without one.
  returned: always
  type: dict
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
      description:
        - The settable options as the workergroup has them. Given to a task, they change nothing. It names the endpoint
          by O(endpoint) where the task does, otherwise by O(endpoint_id), and the template by its hash where it has
          one.
        - Its O(search_params) is a mapping, in which numbers are numbers also where Vast stores them as text. A
          condition that only a task with an O(id) may set can be given back with the O(id).
        - O(launch_args) is in it only when the task gives the same.
      type: dict
      sample:
        endpoint: tts
        template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
        search_params:
          num_gpus:
            eq: 1
        gpu_ram: 20.0
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
      description: >-
        Paths of the options that differ, for example C(search_params.num_gpus), or C(update_workers) for the request of
        that option, which is a step of its own.
      type: list
      elements: str
    effect:
      description:
        - What it does to running workers, C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces) or
          C(unknown). Anything but C(unknown) is claimed only where a page of the provider says so.
      type: str
  sample:
    - action: update
      fields: [template_hash]
      effect: rolls_workers
workers_to_update:
  description: How many workers Vast says that it will replace because of O(update_workers); 0 without such a request.
  returned: always
  type: int
  sample: 0
update_cancelled:
  description: Whether Vast says that an update of workers was cancelled because of O(update_workers=cancel).
  returned: always
  type: bool
  sample: false
deleted_workers:
  description: Ids of the workers that Vast deleted with the workergroup.
  returned: always
  type: list
  elements: str
  sample: []
failed_workers:
  description: Ids of the workers that Vast did not delete with the workergroup. They go on costing money.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: C(before) and C(after) over the options that the task gives.
  returned: always
  type: dict
  sample:
    before: {template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e}
    after: {template_hash: 7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e}
failure:
  description: What is known of a failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: The provider, C(vast).
      type: str
    operation:
      description: The operation that failed, for example C(workergroup.create); empty when none was sent.
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workergroup import VastWorkergroup


def main() -> None:
    run_resource(VastWorkergroup)


if __name__ == "__main__":
    main()
