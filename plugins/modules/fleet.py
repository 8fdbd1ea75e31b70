#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet
short_description: Converge many resources of all providers in one task
version_added: 1.0.0
description:
  - Brings a set of resources to the desired state, at all providers in one task. The module lists the current resources
    of each type once, plans all changes, and applies them in parallel within the limits of each provider. There is no
    state file, because the providers list the current resources.
  - Each entry has exactly the options, rules and messages of the module that has the name of its resource type. An
    entry with C(state=absent) is deleted.
  - An entry can also be an C(inference_endpoint), which exists at one of several candidates.
  - The module checks all entries first. It reports all violations together, with the position and name of each entry,
    before it sends the first request.
  - The module creates and updates resources first. It deletes resources after everything else is done and ready. A
    workergroup of Vast.ai is created after its endpoint in the same task, and an endpoint is deleted after its
    workergroups. If the task renames an endpoint by its ID, its workergroups are found by the new name.
  - If one resource fails, the module continues with the others, see O(fail_fast). The task then fails with a message
    that lists each failed resource. The result shows for every resource what was done.
  - A canceled job may have no result, because AWX kills a job with all its processes. The next run finds all existing
    resources by name. Set O(journal) to keep a log of all writes.
  - The module sends no more writes after the process that started it has ended.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.fleet
  - gpufleet.cloud.fleet.connections
  - gpufleet.cloud.fleet.accounts
options:
  prune:
    description:
      - Regular expressions by resource type. The module deletes resources whose name matches and that have no entry. An
        expression must match from the start of the name.
      - In place of an expression, a type can have a mapping with C(name), the expression, and C(older_than). Then the
        module deletes only resources that the provider created at least so long ago. C(older_than) is a whole number
        with a unit, C(s), C(m), C(h) or C(d), for example C(90m), C(24h) or C(7d), and at most C(3650d).
      - The age of a resource is the time of the host minus the creation time that the provider returns. The module does
        not delete a resource by its age if this time is missing, unreadable or in the future. A warning lists such
        resources with their IDs. Novita AI returns no creation time of endpoints and registry credentials, and Vast.ai
        none of environment variables, so C(older_than) is refused there.
      - For a workergroup, the expression must match the name of its endpoint. If this task renames the endpoint, the
        new name counts. If the endpoint no longer exists, the name that the workergroup has stored counts.
      - For an SSH key, the expression must match its comment.
      - The task fails before the first request if an expression is empty, or if it matches the empty text or each
        single letter, for example C(^), C(.*) or C(^.). O(allow_prune_all) allows the latter. Often the cause is an
        empty variable in the expression.
      - The task also fails if O(resources) has no entry that keeps a resource of the pruned type, unless
        O(allow_prune_all) is set. An entry with C(state=absent) keeps nothing. An entry of another type does not count.
        For example, a workergroup does not count for endpoints.
      - With O(accounts), the module prunes a type in each account in which an entry keeps a resource of this type. With
        O(allow_prune_all), it prunes the type in all accounts of its provider.
      - An expression that takes more than 5 seconds of processor time, or more than 512 MB of memory, fails the task
        before any write.
      - The module does not prune resource types without an expression. It also does not prune a type if the list
        response is inconsistent. It does not prune workergroups if the list of endpoints is inconsistent.
    type: dict
    default: {}
    suboptions:
      novita_endpoint:
        description: Names of the endpoints of Novita AI to delete if they have no entry.
        type: raw
      novita_instance:
        description: Names of the instances of Novita AI to delete if they have no entry.
        type: raw
      novita_network:
        description: Names of the private networks of Novita AI to delete if they have no entry.
        type: raw
      novita_network_storage:
        description: Names of the network storages of Novita AI to delete if they have no entry. Their data is lost.
        type: raw
      novita_registry_auth:
        description: Names of the registries whose credentials at Novita AI to delete if they have no entry.
        type: raw
      ppio_endpoint:
        description: Names of the endpoints of PPIO to delete if they have no entry.
        type: raw
      ppio_instance:
        description: Names of the instances of PPIO to delete if they have no entry.
        type: raw
      vast_endpoint:
        description: Names of the endpoints of Vast.ai to delete if they have no entry.
        type: raw
      vast_env_var:
        description: Names of the environment variables of the account at Vast.ai to delete if they have no entry.
        type: raw
      vast_instance:
        description: Names of the instances of Vast.ai to delete if they have no entry.
        type: raw
      vast_ssh_key:
        description: Comments of the SSH keys of the account at Vast.ai to delete if they have no entry.
        type: raw
      vast_template:
        description: Names of the templates of Vast.ai to delete if they have no entry.
        type: raw
      vast_workergroup:
        description: Names of the endpoints of Vast.ai whose workergroups to delete if they have no entry.
        type: raw
  allow_prune_all:
    description:
      - Whether O(prune) may delete all resources of a type. This allows expressions that match the empty text or each
        single letter, and resource types of which O(resources) keeps nothing.
    type: bool
    default: false
  max_changes:
    description:
      - Maximum number of resources that the plan may change, including deletes. If the plan changes more, the task
        fails before any write.
      - "Minimum: 0."
    type: int
  max_deletes:
    description:
      - Maximum number of resources that the plan may delete or replace. If the plan deletes or replaces more, the task
        fails before any write.
      - "Minimum: 0."
    type: int
  concurrency:
    description:
      - Maximum number of simultaneous requests to each provider.
      - The module respects the rate limits of a provider independently of this option.
      - "Range: 1 to 64."
    type: int
    default: 8
  fail_fast:
    description:
      - Whether to stop after the first failure. The module completes the resources on which it has started to work.
    type: bool
    default: false
  prices:
    description:
      - Whether to read the prices of the providers to calculate RV(hourly_cost). O(max_hourly_cost) reads them, too.
    type: bool
    default: false
  max_hourly_cost:
    description:
      - Highest total cost per hour of the entries, by currency. The module adds up the highest costs that the settings
        of the resources allow, including those that O(prune) deletes.
      - The task fails before any write, with the reason C(too_much), if the plan raises this cost above a limit. A plan
        that does not raise the cost never fails because of the limit. A currency without a limit is not limited.
      - The limit does not contain traffic, storage, and the resources that replacements delete.
    type: dict
    suboptions:
      CNY:
        description:
          - Limit in CNY per hour, for PPIO.
          - "Minimum: 0."
        type: float
      USD:
        description:
          - Limit in USD per hour, for Novita AI and Vast.ai together.
          - "Minimum: 0."
        type: float
  allow_unknown_cost:
    description:
      - Whether a plan may raise the cost although the cost of a resource is unknown, or may change a resource with an
        unknown cost. With V(false), such a plan fails before any write. Has no effect without O(max_hourly_cost).
    type: bool
    default: false
  balances:
    description:
      - Whether to read the balance of each account. A balance that cannot be read leads to a warning.
    type: bool
    default: false
  list_unmanaged:
    description:
      - Whether to return in RV(unmanaged) all resources that no entry names, uses or deletes, and that O(prune) does
        not delete. The module lists all resource types of the accounts of the entries, of O(accounts), and of the
        providers whose connection the task sets. It also lists the instances of Vast.ai.
      - The list shows the state before the task. It changes nothing, and it is no part of the plan.
      - If a list cannot be read, for example because the API key does not have the permission, a warning contains what
        is missing, and the task does not fail for this reason.
    type: bool
    default: false
  plan_file:
    description:
      - Path of a file for the plan, in JSON. Only its owner can read it. Can be set only in check mode.
      - The file lists the resources, their IDs and the changes. It contains no secrets. Instead, it contains digests of
        all values, which only somebody with the API keys can make.
      - The module writes the file completely or not at all, and replaces an existing one. If an entry fails, it writes
        no file. To write the file is no change.
      - Can be combined with neither O(apply_plan) nor O(approved).
      - If the task runs on the controller, a relative path is relative to the directory of the playbook.
    type: path
  apply_plan:
    description:
      - Path of a file that O(plan_file) has written. The module makes the plan again and applies it only if it is the
        plan in the file. Otherwise the task fails before any write with the reason C(plan_changed), and the message
        lists what is different.
      - A plan is different if an entry means another resource, if a resource exists that did not exist before, or the
        other way round, if a step has other options or another price, or if a value that a step changes has changed.
        Facts such as the number of workers and the status make no plan different.
      - The module refuses a file before the first request if it is incomplete, if it was changed, or if it was made
        with another version of the collection, with another API key, for another address, or from other entries.
      - In check mode, the module verifies the plan and applies nothing.
      - If the task runs on the controller, a relative path is relative to the directory of the playbook.
    type: path
  approved:
    description:
      - The digest of a plan, which RV(plan_digest) returned in check mode. It has the same effect as O(apply_plan)
        where jobs share no files, for example in AWX. The message of a failure shows the plan as it is now, but cannot
        list what is different.
      - The digest contains no secrets.
    type: str
  journal:
    description:
      - Path of a log file. The module adds a line at its start, a line before each write, and a line with the ID after
        the response. Each line is a JSON object and contains the user and the job, see O(journal_user) and
        O(journal_job_id). The line before a write contains the option paths that the write changes.
      - The file contains option names, but neither values nor secrets. It grows without limit.
      - The path must be that of a regular file of the user that runs the module, or of no file. Then the module creates
        the file, and only its owner can read it. The module refuses a link, a directory, a FIFO, a socket and a device.
      - If the task runs on the controller, a relative path is relative to the directory of the playbook.
      - The module fails before its first request if it cannot write the file. A line that it cannot write later, for
        example because the disk is full, does not stop the writes. A warning lists the missing lines.
    type: path
  journal_user:
    description:
      - User in the lines of O(journal), for example the one who launched the job in AWX. The default is the operating
        system user that runs the module.
      - Must not be empty.
    type: str
  journal_job_id:
    description:
      - ID of the job in the lines of O(journal). Must not be empty.
      - If omitted, the module uses the environment variable E(JOB_ID) of the host on which it runs. AWX sets it for
        each job.
    type: str
  progress_file:
    description:
      - Path of a file to which the module adds progress messages if it can write to it. A task that runs in the process
        of Ansible does not use it.
      - If Ansible runs the module over a local connection, the action plugin of this module sets this option and shows
        the messages.
    type: path
notes:
  - The C(module_defaults) of the action groups, such as C(group/gpufleet.cloud.vast), do not apply to this module,
    because a group has only one C(api_key). Set the connection in the options of this module, in
    C(module_defaults) for C(gpufleet.cloud.fleet), or in environment variables.
  - Ansible shows the progress of the task if the connection is local and the task sets neither C(async) nor C(no_log).
    With C(become), it depends on the system whether the other user can write the progress file. If the task runs in the
    process of Ansible, it shows no progress in a loop of more than 24 items, in a loop with C(with_items) and similar
    keywords, or in a loop over the result of a lookup.
seealso:
  - module: gpufleet.cloud.novita_endpoint
  - module: gpufleet.cloud.novita_instance
  - module: gpufleet.cloud.novita_network
  - module: gpufleet.cloud.novita_network_storage
  - module: gpufleet.cloud.novita_registry_auth
  - module: gpufleet.cloud.ppio_endpoint
  - module: gpufleet.cloud.ppio_instance
  - module: gpufleet.cloud.vast_endpoint
  - module: gpufleet.cloud.vast_env_var
  - module: gpufleet.cloud.vast_instance
  - module: gpufleet.cloud.vast_ssh_key
  - module: gpufleet.cloud.vast_template
  - module: gpufleet.cloud.vast_workergroup
"""

EXAMPLES = r"""
- name: Converge all resources of a team, which name each other
  gpufleet.cloud.fleet:
    resources:
      - novita_registry_auth:
          name: registry.example.org
          username: team-bot
          password: "{{ registry_password }}"
      - novita_network_storage:
          name: team-a-models
          cluster_id: us-demo-1
          size: 50
      - novita_endpoint:
          name: team-a-llm-8b
          image:
            image: registry.example.org/team/llm:1.4
            auth: {name: registry.example.org, username: team-bot}
          product: {gpu: RTX 4090, region: us-demo-1, pick: cheapest}
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
          volume_mounts:
            - {type: network, storage: team-a-models, mount_path: /models}
      - vast_template:
          name: tts
          image: docker.io/example/tts
          tag: "1.4"
          ports: ["3000:3000"]
          recommended_disk_space: 64
      - vast_endpoint:
          name: tts
          min_load: 0
          cold_workers: 1
          max_workers: 4
      - vast_workergroup:
          endpoint: tts
          template: tts
          search_params: gpu_name=RTX_4090 num_gpus=1 dph_total<=0.6 verified=true rentable=true rented=false
      - novita_instance:
          name: trainer-1
          state: started
          product_id: 4090.16c62g # an ID works, too
          gpu_num: 1
          rootfs_size: 60
          image_url: registry.example.org/team/train:12.4
          registry_auth: {name: registry.example.org, username: team-bot}
          kind: gpu
    concurrency: 8
    max_deletes: 2

- name: Run an endpoint at the first provider that has a free GPU, together with other resources
  gpufleet.cloud.fleet:
    resources:
      - inference_endpoint:
          name: team-a-chat-8b
          image: docker.io/example/llm:1.4
          min_workers: 0
          max_workers: 2
          max_concurrent: 4
          idle_timeout: 300
          request_timeout: 600
          gpu_count: 1
          port: 8000
          health_path: /health
          policy: {type: queue, value: 15}
          candidates:
            - {provider: novita, product: "7"}
            - {provider: ppio, product: "9"}
      - vast_endpoint: {name: team-a-tts, min_load: 0, max_workers: 4}
  register: team

- name: Show where the endpoint is
  ansible.builtin.debug:
    msg: "{{ team.inference_endpoints[0].provider }}: {{ team.inference_endpoints[0].url }}"

- name: Converge the same endpoint in two accounts of one provider
  gpufleet.cloud.fleet:
    accounts:
      - {name: research, provider: vast, api_key: "{{ vast_key_of_research }}"}
      - {name: production, provider: vast, api_key: "{{ vast_key_of_production }}"}
    resources:
      - account: research
        vast_endpoint: {name: team-a-asr, min_load: 0, cold_workers: 0, max_workers: 1}
      - account: production
        vast_endpoint: {name: team-a-asr, min_load: 0, cold_workers: 1, max_workers: 8}

- name: Scale one endpoint, stop another, and keep all other values
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint:
          name: team-a-llm-8b
          worker_config:
            max_num: 8
      - vast_endpoint:
          name: tts
          endpoint_state: stopped

- name: Scale an endpoint, unless the entries could then cost more than 10 USD per hour
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint:
          name: team-a-llm-8b
          worker_config:
            max_num: 10
    max_hourly_cost: {USD: 10}

- name: Preview the deletion of all resources of the team except one endpoint
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint:
          name: team-a-llm-8b
    prune:
      novita_endpoint: ^team-a-
      novita_instance: ^trainer-
    allow_prune_all: true # because no entry keeps an instance
  check_mode: true
  diff: true
  register: plan

- name: Show the summary of the plan
  ansible.builtin.debug:
    msg: "{{ plan.summary }}"

- name: Delete what jobs of continuous integration left behind more than a day ago
  gpufleet.cloud.fleet:
    resources: []
    prune:
      novita_instance: {name: ^ci-, older_than: 24h}
      vast_endpoint: {name: ^ci-, older_than: 24h}
      vast_workergroup: {name: ^ci-, older_than: 24h}
    allow_prune_all: true # because no entry keeps anything
    max_deletes: 20

- name: Plan the deletion of an endpoint, and write the plan to a file
  gpufleet.cloud.fleet:
    resources:
      - vast_endpoint: {name: tts, state: absent}
    plan_file: delete-tts.plan.json
  check_mode: true

- name: Apply this plan, unless something has changed since then
  gpufleet.cloud.fleet:
    resources:
      - vast_endpoint: {name: tts, state: absent}
    apply_plan: delete-tts.plan.json

- name: Delete all resources of the team
  gpufleet.cloud.fleet:
    resources:
      - novita_endpoint: {name: team-a-llm-8b, state: absent}
      - vast_workergroup: {endpoint: tts, state: absent}
      - vast_endpoint: {name: tts, state: absent}
      - vast_template: {name: tts, state: absent}
      - novita_network_storage: {name: team-a-models, state: absent}
      - novita_registry_auth: {name: registry.example.org, username: team-bot, state: absent}
      - novita_instance: {name: trainer-1, state: absent}
"""

RETURN = r"""
summary:
  description:
    - Number of resources by what was done or, in check mode, is planned. A resource that was changed and then failed
      counts in C(failed) and in the number of what was done.
  returned: always
  type: dict
  contains:
    created:
      description: Number of created resources, including those that failed after they were created.
      type: int
    updated:
      description:
        - Number of updated, started, stopped, restarted and recycled resources, including those that failed afterward.
      type: int
    replaced:
      description: Number of replaced resources.
      type: int
    deleted:
      description: Number of deleted resources.
      type: int
    unchanged:
      description: Number of resources without changes.
      type: int
    failed:
      description: Number of failed resources.
      type: int
    not_attempted:
      description:
        - Number of resources that were not attempted because of another failure, or because the plan exceeds
          O(max_changes) or O(max_deletes).
      type: int
  sample:
    created: 1
    updated: 2
    replaced: 0
    deleted: 0
    unchanged: 197
    failed: 0
    not_attempted: 0
accounts:
  description: The accounts of the task, with the numbers of resources in each of them.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the account. Empty for the account of the option with the name of the provider.
      type: str
    provider:
      description: Provider of the account.
      type: str
    summary:
      description: Numbers of resources, as in RV(summary).
      type: dict
    currency:
      description: Currency of the costs and of the balance.
      type: str
    hourly_cost:
      description: Cost per hour of the resources in the account, with the keys C(before) and C(after) of
        RV(hourly_cost). Empty if it has not been calculated.
      type: dict
    balance:
      description: With O(balances), the amount that the account can spend. C(null) otherwise, or if it is unknown.
      type: float
    balance_hours:
      description: Number of hours for which the balance is enough at the highest cost that the settings of the
        resources allow. C(null) if the balance or this cost is unknown.
      type: float
  sample:
    - name: ''
      provider: vast
      summary: {created: 1, updated: 0, replaced: 0, deleted: 0, unchanged: 3, failed: 0, not_attempted: 0}
      currency: USD
      hourly_cost:
        before:
          present: {known: 0.0, unknown: 1}
          worst: {known: 1.2, unknown: 0}
        after:
          present: {known: 0.0, unknown: 1}
          worst: {known: 2.4, unknown: 0}
      balance: 24.0
      balance_hours: 10.0
resources:
  description:
    - One element for each entry of O(resources), in the same order, followed by the resources that O(prune) deletes. An
      inference endpoint has one element for each resource of the candidate that was tried last. In addition to the
      following keys, each element contains the keys that the module of its resource type returns. The C(diff) of an
      unchanged resource is empty.
  returned: always
  type: list
  elements: dict
  contains:
    number:
      description: Position of the entry in O(resources), starting with 0. C(-1) for a resource that O(prune) deletes.
      type: int
    resource_type:
      description: Resource type, for example C(vast_endpoint).
      type: str
    account:
      description: Name of the account. Empty for the account of the option with the name of the provider.
      type: str
    name:
      description: Name of the resource. For a workergroup, the name of its endpoint. If there is no name, the ID.
      type: str
    id:
      description: ID of the resource at the provider. Empty if the resource does not exist. In check mode, a new
        resource has a planned ID such as C(planned:vast_endpoint:tts).
      type: str
    deleted_id:
      description: ID of the resource that was deleted or replaced, or in check mode would be. Empty if there is none.
      type: str
    action:
      description:
        - Action as done or, in check mode, as planned. One of C(create), C(update), C(replace), C(delete), C(start),
          C(stop), C(restart) and C(unchanged). C(failed) if the resource failed. C(not_attempted) if it was not
          attempted because of another failure, or because the plan exceeds a limit.
      type: str
    done_before_failure:
      description:
        - Action that a failed resource completed before it failed, for example C(create) if it was created and did not
          become ready. Empty if there is none, and for all other resources.
      type: str
    plan:
      description: The steps of the plan, as the module of the resource type returns them.
      type: list
      elements: dict
    diff:
      description: Values before and after the task, as the module of the resource type returns them.
      type: dict
    hourly_cost:
      description:
        - The cost per hour before and after the task, with O(prices) or O(max_hourly_cost), or if the entry limits it.
          C(null) otherwise.
        - A cost is C(null) if it is unknown. An endpoint of Vast.ai has the cost of the most expensive one of its
          workergroups that have an entry.
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
              description: Cost of what runs.
              type: float
            worst:
              description: Highest cost that the settings of the resource allow.
              type: float
        after:
          description: Cost after the task, with the same keys.
          type: dict
    msg:
      description: Error message of a failed resource. Empty otherwise.
      type: str
    failure:
      description: Details of the failure, as the module of the resource type returns them. Empty otherwise.
      type: dict
  sample:
    - number: 0
      resource_type: vast_endpoint
      name: tts
      id: '50871'
      deleted_id: ''
      action: update
      done_before_failure: ''
      plan:
        - action: update
          fields: [max_workers]
          effect: unknown
      diff:
        before: {max_workers: 4}
        after: {max_workers: 6}
      msg: ''
      failure: {}
inference_endpoints:
  description:
    - One element for each entry of O(resources) that is an inference endpoint and is not deleted. In addition to the
      following keys, it contains C(probe), C(tried) and C(others) as M(gpufleet.cloud.inference_endpoint) returns them.
  returned: always
  type: list
  elements: dict
  contains:
    number:
      description: Position of the entry in O(resources), starting with 0.
      type: int
    name:
      description: Name of the endpoint.
      type: str
    provider:
      description: Provider at which the endpoint is. Empty after a failure of all candidates.
      type: str
    account:
      description: Name of the account. Empty for the account of the option with the name of the provider.
      type: str
    id:
      description: ID of the endpoint.
      type: str
    url:
      description: URL of the endpoint. Empty at Vast.ai, which returns none.
      type: str
  sample:
    - number: 0
      name: chat-8b
      provider: ppio
      account: ''
      id: 66c1a5a7d0f4be23
      url: https://66c1a5a7d0f4be23.example.net
diff:
  description: Values before and after the task for each changed or failed resource.
  returned: always
  type: list
  elements: dict
  contains:
    before_header:
      description: Resource type and name, and the ID of an existing resource.
      type: str
    after_header:
      description: The same, and the action.
      type: str
    before:
      description: Values before the task.
      type: dict
    after:
      description: Values after the task.
      type: dict
  sample:
    - before_header: vast_endpoint tts (id 50871)
      after_header: vast_endpoint tts (id 50871) (update)
      before: {max_workers: 4}
      after: {max_workers: 6}
unmanaged:
  description:
    - With O(list_unmanaged=true), the resources that no entry names, uses or deletes, and that O(prune) does not
      delete. Otherwise empty.
    - Workers of an existing endpoint of Vast.ai are not included.
  returned: always
  type: list
  elements: dict
  contains:
    resource_type:
      description: Resource type, for example C(vast_endpoint). C(vast_instance) for an instance of Vast.ai.
      type: str
    provider:
      description: Provider of the resource.
      type: str
    account:
      description: Name of the account. Empty for the account of the option with the name of the provider.
      type: str
    name:
      description: The text that an expression of O(prune) must match. For an instance of Vast.ai, its label.
      type: str
    id:
      description: ID of the resource at the provider.
      type: str
    created_at:
      description: Time of creation, in UTC. Empty if the provider does not return it.
      type: str
    orphan:
      description:
        - A sentence about a resource that lacks what it belongs to, for example a workergroup without its endpoint.
          Empty for other resources.
        - The label of a worker names its endpoint. Another instance can have such a label, too, so check an instance
          before you delete it.
      type: str
  sample:
    - resource_type: vast_workergroup
      provider: vast
      account: ''
      name: tts
      id: '61230'
      created_at: "2026-08-29T14:46:40Z"
      orphan: Its endpoint 50871 does not exist.
plan_digest:
  description:
    - Digest of the plan, for O(approved) in a later task. Empty if an entry cannot be planned, and outside check mode
      without O(apply_plan) and O(approved).
  returned: always
  type: str
  sample: >-
    1.0.0:7d3c1f0a9b2e4d58:novita=9f86d081884c7d65:60303ae22b998861:9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc0291
hourly_cost:
  description:
    - With O(prices) or O(max_hourly_cost), the total cost per hour of the resources, by currency. Empty otherwise.
    - Each total has a known part, and the number of resources with an unknown cost. Costs contain neither traffic nor
      storage.
    - The workergroups of one endpoint of Vast.ai share its maximum number of workers, so only the most expensive one of
      them counts.
  returned: always
  type: dict
  contains:
    USD:
      description: Cost in USD. C(CNY) has the same keys.
      type: dict
      contains:
        before:
          description: Cost before the task.
          type: dict
          contains:
            present:
              description: Cost of what runs.
              type: dict
              contains:
                known:
                  description: Sum of the known costs.
                  type: float
                unknown:
                  description: Number of resources with an unknown cost.
                  type: int
            worst:
              description: Highest cost that the settings of the resources allow, with the same keys.
              type: dict
        after:
          description: Cost after the task, with the same keys.
          type: dict
  sample:
    USD:
      before:
        present: {known: 0.35, unknown: 1}
        worst: {known: 0.7, unknown: 0}
      after:
        present: {known: 0.35, unknown: 1}
        worst: {known: 1.4, unknown: 0}
failure:
  description: Details of the first failure, as the module of the resource type returns them.
  returned: on failure
  type: dict
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.module import MODULE


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
