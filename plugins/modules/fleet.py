#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet
short_description: Converge many endpoints, workergroups and instances of all providers in one task
version_added: 1.0.0
description:
  - Takes a whole wanted set, lists each kind of each provider once, plans everything, and carries the plan out in
    parallel within each provider's limits. There is no state file; what exists is what the providers list.
  - Each entry has exactly the options, the rules and the messages of the module whose name it bears, because it is the
    same code. An entry with C(state=absent) is deleted.
  - All entries are checked first. What is wrong with them is reported together, with their places and names, before the
    first request.
  - What is created or changed goes first, what is deleted goes last, when all the rest is done and waited for. A
    workergroup of Vast.ai waits for its endpoint in the same task, and an endpoint is deleted after its workergroups.
    Where the task gives an endpoint another name by its id, its workergroups are found by the new name.
  - A failure of one resource does not stop the others, see O(fail_fast). At the end the task fails and names each
    resource that is not as wanted; the result says of every one what was done.
  - When a job is cancelled no result can be promised, because AWX kills a job with all its processes. The next run
    finds what exists by name, as always; O(journal) keeps what was done.
  - The module sends no further write when the process that started it is gone.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.fleet
options:
  prune:
    description:
      - For each kind a regular expression that must match from the beginning of the name. What matches and is not
        wanted is deleted. For workergroups it is the name that their endpoint has, or gets in this task; for one whose
        endpoint is gone, the name that the workergroup still has of it.
      - A kind without a pattern is never pruned, and neither is one whose listing is in doubt. Workergroups are not
        pruned, either, where the listing of endpoints is.
    type: dict
    default: {}
    suboptions:
      novita_endpoint:
        description: Names of endpoints of Novita AI that are deleted unless they are wanted.
        type: str
      novita_instance:
        description: Names of instances of Novita AI that are deleted unless they are wanted.
        type: str
      ppio_endpoint:
        description: Names of endpoints of PPIO that are deleted unless they are wanted.
        type: str
      vast_endpoint:
        description: Names of endpoints of Vast.ai that are deleted unless they are wanted.
        type: str
      vast_workergroup:
        description: Names of endpoints of Vast.ai whose workergroups are deleted unless they are wanted.
        type: str
  allow_prune_all:
    description: Whether O(prune) may be given with an empty O(resources), which deletes everything that matches.
    type: bool
    default: false
  max_changes:
    description: How many resources the plan may change at most, deletes included; 0 or more. A plan beyond it is not
      begun.
    type: int
  max_deletes:
    description: How many resources the plan may delete or replace at most; 0 or more. A plan beyond it is not begun.
    type: int
  concurrency:
    description:
      - How many requests to a provider are under way at once. From 1 to 64.
      - A provider's intervals are kept whatever this is.
    type: int
    default: 8
  fail_fast:
    description: Whether a failure keeps further resources from being begun. What was begun is ended.
    type: bool
    default: false
  prices:
    description:
      - Whether to read the providers' price lists, so that C(hourly_cost) can sum what is known. Today that is Novita
        AI's list for instances.
    type: bool
    default: false
  journal:
    description:
      - A file to which each write adds a line before it is sent and one after it was answered, with the id. Nothing
        secret is in it. It is readable by its owner only, and it grows.
    type: path
  progress_file:
    description:
      - A file to which lines for people are added, as far as it can be written. Set by the action plugin of this
        module, which shows them.
    type: path
notes:
  - Progress is shown while the task runs when the connection is local and the task is not asynchronous. With C(become)
    it depends on the system whether the other user may write it.
seealso:
  - module: gpufleet.cloud.novita_endpoint
  - module: gpufleet.cloud.novita_instance
  - module: gpufleet.cloud.ppio_endpoint
  - module: gpufleet.cloud.vast_endpoint
  - module: gpufleet.cloud.vast_workergroup
"""

EXAMPLES = r"""
- name: Have all of a team's inference capacity as it should be
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint:
          name: team-a-llm-8b
          image:
            image: registry.example.org/team/llm:1.4
          products: ["7"]
          worker_config:
            min_num: 0
            max_num: 4
            free_timeout: 300
            max_concurrent: 4
            gpu_num: 1
            request_timeout: 600
          policy:
            type: queue
            value: 15
          ports: [8000]
          healthy:
            path: /health
      - vast_endpoint:
          name: tts
          min_load: 0
          cold_workers: 1
          max_workers: 4
      - vast_workergroup:
          endpoint: tts
          template_hash: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
          search_params: gpu_name=RTX_4090 num_gpus=1 dph_total<=0.6 verified=true rentable=true rented=false
      - novita_instance:
          name: trainer-1
          state: started
          product_id: 4090.16c62g
          gpu_num: 1
          rootfs_size: 60
          image_url: registry.example.org/team/train:12.4
          kind: gpu
    concurrency: 8
    max_deletes: 2

- name: Scale one endpoint, pause another, and leave the rest of both as it is
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint:
          name: team-a-llm-8b
          worker_config:
            max_num: 8
      - vast_endpoint:
          name: tts
          endpoint_state: stopped

- name: See what it would mean to keep only one endpoint of the team, without doing it
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint:
          name: team-a-llm-8b
    prune:
      novita_endpoint: ^team-a-
      novita_instance: ^trainer-
  check_mode: true
  diff: true
  register: plan

- name: Show the plan in one line
  ansible.builtin.debug:
    msg: "{{ plan.summary }}"

- name: Remove everything
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint: {name: team-a-llm-8b, state: absent}
      - vast_workergroup: {endpoint: tts, state: absent}
      - vast_endpoint: {name: tts, state: absent}
      - novita_instance: {name: trainer-1, state: absent}
"""

RETURN = r"""
summary:
  description:
    - How many resources each action is for, as done or as planned. C(create), C(update), C(replace) and C(delete) count
      what is changed, where a start, a stop and a restart count as C(update); C(unchanged) what was as wanted,
      C(failed) what could not be brought to what is wanted, C(not_attempted) what was not begun because of another
      failure.
    - In a template write C(summary['update']), because C(summary.update) is a method of every mapping.
  returned: always
  type: dict
  sample:
    create: 1
    update: 2
    replace: 0
    delete: 0
    unchanged: 197
    failed: 0
    not_attempted: 0
resources:
  description:
    - One entry for each wanted resource, in the order of the task, then those that are pruned. Beside the keys below it
      has what the module of its kind returns, but that the C(diff) of what is unchanged is empty.
  returned: always
  type: list
  elements: dict
  contains:
    number:
      description: Its place in O(resources), beginning with 0; -1 for what is pruned.
      type: int
    resource_type:
      description: Its resource type, for example C(vast_endpoint).
      type: str
    name:
      description: Its name, or the name of its endpoint, or its id.
      type: str
    id:
      description: The provider's id; an empty string without a record.
      type: str
    action:
      description:
        - C(create), C(update), C(replace), C(delete), C(start), C(stop), C(restart) or C(unchanged), as done or as
          planned; C(failed) when it did not come to what is wanted, C(not_attempted) when it was not begun because of
          another failure.
      type: str
    plan:
      description: The steps of its plan, as its module returns them.
      type: list
      elements: dict
    msg:
      description: Why it failed; an empty string where it did not.
      type: str
    failure:
      description: What is known of the failure, as its module returns it; an empty mapping where there was none.
      type: dict
  sample:
    - number: 0
      resource_type: vast_endpoint
      name: tts
      id: '50871'
      action: update
      plan:
        - action: update
          fields: [max_workers]
          effect: unknown
      msg: ''
      failure: {}
diff:
  description: For each resource that is not as wanted C(before) and C(after), with a header that names it.
  returned: always
  type: list
  elements: dict
  sample:
    - before_header: vast_endpoint tts
      after_header: vast_endpoint tts (update)
      before: {max_workers: 4}
      after: {max_workers: 6}
hourly_cost:
  description: What the resources cost in an hour by the providers' price lists, in USD, as far as O(prices) makes it
    known.
  returned: always
  type: dict
  contains:
    before:
      description: The sum of what is known of the records that are there.
      type: float
    after:
      description: The sum of what is known of them after the plan.
      type: float
    unknown:
      description: For each kind, of how many resources nothing is known.
      type: dict
  sample:
    before: 0.35
    after: 0.7
    unknown:
      vast_endpoint: 1
failure:
  description: What is known of the first failure, as the modules of the kinds return it.
  returned: on failure
  type: dict
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.ansible_module import run_fleet


def main() -> None:
    run_fleet()


if __name__ == "__main__":
    main()
