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
  - Creates, updates and deletes workergroups of Vast.ai. The API also calls them C(autojobs). A workergroup defines
    which software an endpoint runs, and on which machines. The number of workers is an option of the endpoint, see
    M(gpufleet.cloud.vast_endpoint). An endpoint without a workergroup does not rent any machine.
  - A workergroup has no name. The module finds it by its endpoint, by its endpoint and its template (see O(match)), or
    by its O(id). If several workergroups match, the task fails and lists their IDs.
  - Every update sends the current values with the desired values merged into them. The module sends the current machine
    filter unchanged unless the task sets O(search_params).
  - The module returns a warning if a machine filter can rent untrusted or expensive machines. This is a filter without
    a condition on C(verified), C(rentable) or C(rented), without an upper limit of C(dph_total), or without a condition
    on C(gpu_ram) although O(gpu_ram) is set. The warning appears when the task creates the workergroup or sets the
    option in question. The module cannot read the conditions that a template adds.
  - Some fields have no effect on a workergroup, according to the documentation or the developers of Vast.ai. The module
    has no options for them. These are C(min_load), C(target_util), C(cold_mult), C(cold_workers), C(max_workers) and
    C(test_workers).
  - If an option does not describe the effect of a change on running workers, the provider does not document it.
  - The options are those of the L(API reference,https://docs.vast.ai/api-reference/serverless/create-workergroup).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
  - gpufleet.cloud.cost
  - gpufleet.cloud.cost.usd
  - gpufleet.cloud.lifecycle
options:
  state:
    description:
      - V(present) creates or updates the workergroup.
      - V(absent) deletes the workergroup and its workers. If Vast.ai does not delete a worker, the module returns a
        warning with its ID, because you continue to pay for it.
    type: str
    choices:
      - present
      - absent
    default: present
  id:
    description:
      - ID of the workergroup at Vast.ai. Must not be empty. Must not start or end with whitespace or contain
        control characters.
      - O(id) takes precedence over all other options. With another O(endpoint), the workergroup moves to that endpoint.
      - A task with O(id) never creates a workergroup. If the ID does not exist, the task fails, unless O(state=absent).
      - Set O(id), O(endpoint) or O(endpoint_id).
    type: str
  endpoint:
    description:
      - Name of the endpoint of the workergroup. The module compares the exact name. Exactly one endpoint must have this
        name. Must not be empty. Must not start or end with whitespace or contain control characters.
      - In check mode, a missing endpoint leads to a warning only, because an earlier task may create it.
      - A task with this option sends one more request than a task with O(endpoint_id), to list the endpoints.
    type: str
    aliases:
      - endpoint_name
  endpoint_id:
    description:
      - ID of the endpoint of the workergroup. In check mode, it can be a planned ID.
      - "Minimum: 1."
    type: str
  match:
    description:
      - V(endpoint) selects the only workergroup of the endpoint. A task with another template changes it.
      - V(template) selects the workergroup with the endpoint and the template. A task with another template creates a
        second workergroup. Set O(template), O(template_hash) or O(template_id). With O(template), the task fails if a
        workergroup of the endpoint may use an earlier content of this template.
    type: str
    choices:
      - endpoint
      - template
    default: endpoint
  template:
    description:
      - Exact name of one of your templates instead of its hash. The template must exist, or another entry of the same
        M(gpufleet.cloud.fleet) task must create it. If there are several, the task fails and lists their IDs.
      - The module compares the hash of the workergroup with the current hash of the template. If the template was
        edited, the task therefore changes the workergroup, like a change of O(template_hash).
      - A task with this option also lists your templates. You cannot set O(template_hash) or O(template_id) with it.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  template_hash:
    description:
      - B(Required to create the workergroup) unless O(template_id) is set. Hash of the template, which defines the
        software of the workers. Must not be empty.
      - A template gets a new hash when you edit it at Vast.ai. The workergroup keeps the old hash until a task sets the
        new one.
      - The provider documents that a change replaces the workers one after the other. Other sources of Vast.ai state
        that running workers keep the old template until you request an update of the workers, see O(update_workers).
    type: str
  template_id:
    description:
      - B(Required to create the workergroup) unless O(template_hash) is set. ID of the template, which defines the
        software of the workers.
      - "Minimum: 1."
      - The provider documents that a change replaces the workers one after the other. See O(template_hash) for other
        sources.
    type: str
  search_params:
    description:
      - Filter for machines, as conditions on their properties. The module keeps the current conditions on all
        properties that the task does not set.
      - As text, it is in the query language of Vast.ai's command-line client, for example V(gpu_name=RTX_4090
        num_gpus>=2). An underscore in a value stands for a space. C(gpu_ram), C(cpu_ram) and C(gpu_total_ram) are in
        GB, and C(duration) is in days. C(property=any) removes a condition. The module refuses text that is not a list
        of conditions, and an operator that occurs twice for a property.
      - >-
        As a mapping, it has the form of the API, for example V({num_gpus: {gte: 2}}). The operators are C(eq), C(neq),
        C(gt), C(gte), C(lt), C(lte), C(in) and C(notin). Memory is in MB, and durations are in seconds. An empty
        mapping removes a condition.
      - In both forms, the module refuses conditions that cannot be intended, unless the workergroup already has them.
        These are unknown properties, conditions that no machine can meet, comparisons with C(<) or C(>) with a value
        that is not a number, text for a property that is a number or a boolean, and numbers that are probably in the
        wrong unit. The accepted numbers are 0, and 1 to 1000 GB of C(gpu_ram), 1 to 5000 GB of C(gpu_total_ram), 1 to
        8000 GB of C(cpu_ram), 0.01 to 3000 days of C(duration), 0 to 1 of C(reliability), 100 to 10000 of
        C(compute_cap), and 1000000 to 1000000000 of C(driver_version). The known properties are those that
        C(vastai search offers --help) lists, and those in its results.
      - The module adds no conditions. Vast.ai's client adds C(verified=true rentable=true rented=false). Without these
        conditions, the filter can rent machines that Vast.ai has not verified. Without a condition such as
        C(dph_total<=0.6), it can rent machines at any price.
      - Vast.ai accepts the filter of a new workergroup only as text. For both forms, the module therefore refuses
        values that the text form cannot express, before the first request. A task with the O(id) of a workergroup can
        set these values.
      - Text cannot express strings that are empty, that start or end with whitespace, that start with one of C(=<>!),
        that contain a comma, bracket, quote, underscore or control character, or that are words of the language such as
        V(any) or V('true'). It cannot express empty lists, or booleans and null in a list. Memory and C(duration) must
        be one number each. C(driver_version) must be an integer or have the form V(535.129.3).
      - After a change, Vast.ai may replace workers on machines that no longer match.
    type: raw
  launch_args:
    description:
      - Additional arguments for the creation of workers, as for the command C(create instance) of Vast.ai's client, for
        example V(--disk 64). An empty text removes the value.
      - Vast.ai returns this text. Because it can contain values of environment variables, the module shows it only to a
        task that sets exactly this text. Even then, it masks what is probably secret, such as the text after C(-p) and
        the values of C(-e NAME=value), and does not include such a text in C(spec). Ansible itself can show the text,
        for example in a loop. Use O(secret_launch_args), or store secrets in the template.
    type: str
  secret_launch_args:
    description:
      - The same as O(launch_args), for a text that is secret as a whole. No output shows it.
      - At least 8 characters. To remove the arguments, set O(launch_args) to an empty text.
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - A task cannot set both options.
    type: str
  gpu_ram:
    description:
      - Estimated GPU memory of the model in GB, with which Vast.ai plans the bandwidth. Vast.ai's default is V(24).
      - This option does not select machines. To do so, set a condition on C(gpu_ram) in O(search_params).
      - "Minimum: 0."
    type: float
  update_workers:
    description:
      - Whether to request a rolling update, in which Vast.ai replaces the running workers one after the other, so that
        they use the current values of the workergroup. New workers load the model again, and you pay for this time.
      - V(never) sends no request. Vast.ai's sources disagree on whether running workers then keep the old template.
      - V(on_change) sends the request once, after this task has changed O(template_hash), O(template_id),
        O(search_params), O(launch_args) or O(secret_launch_args) and has verified the change. A second run changes
        nothing and sends no request. If the request itself fails, the workergroup has already been changed. Send the
        request again with V(always).
      - V(always) sends the request in every run, after the changes of the task. The task always reports a change.
      - V(cancel) sends a request that stops a rolling update. Workers that were already replaced stay. The request is
        sent in every run, and the task always reports a change, because Vast.ai does not show whether an update is in
        progress.
      - The module does not send the request for a workergroup that this task creates, because it has no workers yet.
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
    description: API reference of Vast.ai.
    link: https://docs.vast.ai/api-reference/serverless/create-workergroup
"""

EXAMPLES = r"""
- name: Ensure that the template exists
  gpufleet.cloud.vast_template:
    name: tts
    image: docker.io/example/tts
    tag: "1.4"
    ports: ["3000:3000"]
    recommended_disk_space: 64
  register: template

- name: Ensure that the endpoint exists
  gpufleet.cloud.vast_endpoint:
    name: tts
    min_load: 0
    cold_workers: 1
    max_workers: 4

- name: Create a workergroup for machines with one RTX 4090
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template: tts
    search_params: gpu_name=RTX_4090 num_gpus=1 gpu_ram>=20 dph_total<=0.6 verified=true rentable=true rented=false
    launch_args: --disk 64
    gpu_ram: 20
  register: tts

- name: Allow another GPU and keep all other conditions
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    search_params:
      gpu_name:
        in: [RTX 4090, RTX 5090]

- name: Change the image in the template
  gpufleet.cloud.vast_template:
    name: tts
    image: docker.io/example/tts
    tag: "1.5"
  register: next_template

- name: Preview a rolling update to the next version of the template
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template: tts
    update_workers: on_change
  check_mode: true
  diff: true

- name: Start a rolling update to the next version of the template
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template: tts
    update_workers: on_change

- name: Cancel the rolling update and restore the old version, which only its hash identifies
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    template_hash: "{{ template.template.template_hash }}"
    update_workers: cancel

- name: Create a second workergroup with the next version of the template
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    match: template
    template_hash: "{{ next_template.template.template_hash }}"
    search_params: gpu_name=RTX_4090 num_gpus=1 dph_total<=0.6 verified=true rentable=true rented=false

- name: Delete the first workergroup by its ID
  gpufleet.cloud.vast_workergroup:
    id: "{{ tts.id }}"
    state: absent

- name: Delete the remaining workergroup and its workers
  gpufleet.cloud.vast_workergroup:
    endpoint: tts
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the workergroup, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:vast_workergroup:tts/tts-worker). Later tasks of
      the same check run can use it as an ID.
  returned: always
  type: str
  sample: '61230'
workergroup:
  description:
    - The workergroup after the task, or in check mode as predicted. The mapping is empty if the workergroup does not
      exist.
  returned: always
  type: dict
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
        - It contains O(endpoint) if the task sets this option, and O(endpoint_id) otherwise. It contains
          O(template_hash) if the workergroup has a hash, and O(template_id) otherwise.
        - O(search_params) is a mapping. Numbers that Vast.ai stores as text are returned as numbers. Some conditions
          can be set again only together with O(id).
        - O(launch_args) is included only if the task sets the current text and the text contains no probable secret.
      type: dict
      sample:
        endpoint: tts
        template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
        search_params:
          num_gpus:
            eq: 1
        launch_args: --disk 64
        gpu_ram: 20.0
deleted_id:
  description:
    - ID of the workergroup that the task deleted, or in check mode would have deleted. Empty if there is none.
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
        - Paths of the options that the step sets, for example C(search_params.num_gpus). The request of
          O(update_workers) is a step with the path C(update_workers).
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
      fields: [template_hash]
      effect: rolls_workers
workers_to_update:
  description: Number of workers that Vast.ai will replace because of O(update_workers). V(0) without such a request.
  returned: always
  type: int
  sample: 0
update_cancelled:
  description: Whether Vast.ai has canceled a rolling update because of O(update_workers=cancel).
  returned: always
  type: bool
  sample: false
deleted_workers:
  description: IDs of the workers that Vast.ai deleted with the workergroup.
  returned: always
  type: list
  elements: str
  sample: []
failed_workers:
  description: IDs of the workers that Vast.ai did not delete with the workergroup. You continue to pay for them.
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
    before: {template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e}
    after: {template_hash: 7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e}
hourly_cost:
  description:
    - With O(max_hourly_cost), the cost per hour before the task and after it. C(null) without O(max_hourly_cost).
    - A cost is C(null) if it is unknown. It contains neither traffic nor storage.
  returned: always
  type: dict
  contains:
    currency:
      description: Currency of the costs.
      type: str
    before:
      description: Cost before the task.
      type: dict
      contains:
        present:
          description:
            - Cost of the workers that exist. C(null) without workers, if some of them do not run, or if the
              endpoint has several workergroups, whose workers the provider does not distinguish. The API
              key must have the permission C(instance_read).
          type: float
        worst:
          description:
            - Maximum number of workers of the endpoint, multiplied by the upper limit of C(dph_total) in
              the filter. C(null) without such a limit.
          type: float
    after:
      description: Cost after the task.
      type: dict
      contains:
        present:
          description: The same if the task does not change the workergroup. C(null) otherwise.
          type: float
        worst:
          description: The same for the plan.
          type: float
  sample:
    currency: USD
    before: {present: 0.38, worst: 1.2}
    after: {present: 0.38, worst: 2.4}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(vast).
      type: str
    operation:
      description: The API call that failed, for example C(workergroup.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(invalid_args), if its response contains one. If an error response
          has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(price),
          C(ambiguous_name), C(not_found), C(not_applied), C(outcome_unknown), C(not_ready), C(wait_timeout), C(locked),
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workergroup import VastWorkergroup

MODULE = resource_module(VastWorkergroup)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
