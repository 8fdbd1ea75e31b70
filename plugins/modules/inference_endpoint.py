# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: inference_endpoint
short_description: Run one inference endpoint on Novita AI, PPIO or Vast.ai, with failover between them
version_added: 1.0.0
description:
  - Ensures that one serverless inference endpoint exists on Novita AI, PPIO or Vast.ai, waits until it is ready, and
    can send an HTTP probe to it. The options have the same names for all three providers.
  - The module does not manage options that you omit, as the other modules of this collection do. If a provider does not
    support an option that you set, the task fails before the first request and lists the option. It never ignores an
    option.
  - B(Selecting a candidate.) With O(candidates), the module first reads all candidates. If an endpoint of the name is
    ready, the module converges that endpoint on the desired values of its candidate and creates nothing elsewhere. If
    this fails, the task fails without failover. If a provider has several candidates, the module selects the one whose
    product the endpoint has.
  - If no endpoint is ready, the module first plans every candidate. An invalid option of the last candidate therefore
    fails the task before it creates anything. Then the module tries the candidates in order, until one becomes ready
    and passes O(verify). Candidates with a pending endpoint come first.
  - B(No failover from a healthy endpoint.) The module does not fail over from an endpoint that existed before the task
    and is only idle or slow. An endpoint counts as idle or slow if it was ready before, or if O(wait_timeout) ended
    while the module waited for it. An endpoint was ready before if its status is C(serving) or C(running), or, at
    Vast.ai, if it has a workergroup. The task then fails, reports the endpoint, and creates nothing elsewhere.
  - If an endpoint has failed and was never ready, the module leaves it unchanged and tries the next candidate.
  - B(Cleanup.) If a candidate fails or exceeds its time limit, the module deletes the resources that this task created
    for it, including the workergroup and the template at Vast.ai. The module never deletes a resource that existed
    before the task. Changes that the task made to such a resource remain.
  - B(No duplicates.) The task fails, and tries no other candidate, if a provider cannot be read (see O(failed_look)),
    if an endpoint has a similar name (see O(allow_similar_name)), if the outcome of a create request is unknown, or if
    a resource that it created cannot be deleted. In these cases, another candidate could lead to a second billed
    endpoint.
  - B(Ready.) At Novita AI and PPIO, an endpoint is ready if its status is C(serving) or C(running) and, if it keeps
    workers, at least one worker is healthy. The statuses C(failed) and C(stopped) are failures. All other statuses are
    pending.
  - At Vast.ai, an endpoint is ready if it is C(active), has a workergroup and, if it keeps workers, has at least one
    worker that serves or is idle.
  - In check mode, the module changes nothing. The plan is that of the ready endpoint, or of the first candidate that
    the module would try.
  - The connections of the providers are the options O(novita), O(ppio) and O(vast). The C(module_defaults) of the
    groups C(gpufleet.cloud.novita), C(gpufleet.cloud.ppio) and C(gpufleet.cloud.vast) apply to them.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.fleet.connections
  - gpufleet.cloud.fleet.accounts
options:
  name:
    description:
      - B(Required.) The name of the endpoint, the same at all candidates. Names are compared exactly.
    type: str
    required: true
  state:
    description:
      - V(present) ensures that the endpoint exists at one of the candidates.
      - V(absent) deletes the endpoints of this name at all candidates, at Vast.ai including their workergroups.
        Templates remain. The module then ignores the options that describe the endpoint.
    type: str
    choices:
      - present
      - absent
    default: present
  provider:
    description: The provider, if there is only one. Either this option or O(candidates) is required.
    type: str
    choices:
      - novita
      - ppio
      - vast
  account: &account
    description:
      - The name of an element of C(accounts), in which the endpoint is. If omitted, it is in the account of the option
        with the name of the provider.
      - Another account means another endpoint. The module leaves the endpoint in the former account unchanged.
    type: str
  product: &product_option
    description:
      - The hardware on which the workers run. Required if the endpoint does not exist yet.
      - At Novita AI and PPIO, the ID of a serverless product. M(gpufleet.cloud.novita_product_info) and
        M(gpufleet.cloud.ppio_product_info) list them. At Novita AI, it cannot be changed in place. At PPIO, the effect
        of a change on running workers is not documented. Omit it to describe the product by its properties, with
        C(product) in the provider options. This is possible if no other candidate is in the same account.
      - At Vast.ai, which has no products, the hash of a template. Omit it to name the template, with C(template) of the
        workergroup in the provider options. This is possible if no other candidate is in the same account. Set
        C(search_params) for the workergroup in the provider options to select the machines. According to a guide of
        Vast.ai, a change replaces the workers one after the other.
    type: str
  template_covers: &template_covers
    description:
      - For Vast.ai only. The options of the task that the template already defines. The module does not apply them at
        this candidate.
      - The module fails if you set an option that belongs to the template and do not list it here.
    type: list
    elements: str
    choices:
      - image
      - command
      - registry_credential
      - envs
      - secret_envs
      - max_concurrent
      - request_timeout
      - port
      - health_path
      - policy
  image: &image
    description:
      - The reference of the container image, for example V(registry.example.org/llm:1.4).
      - Up to 511 characters at Novita AI, 1 to 500 characters at PPIO. At Vast.ai it belongs to the template.
      - The effect of a change on running workers is not documented.
    type: str
  command: &command
    description:
      - The start command of the container. An empty string selects the command of the image.
      - Up to 2047 characters at Novita AI. At Vast.ai it belongs to the template.
    type: str
  registry_credential: &registry_credential
    description:
      - The registry credential for a private image, which is stored at the provider. At Vast.ai it belongs to the
        template.
      - Either the ID of the credential, up to 255 characters, or a mapping with its C(name) and, if several have that
        name, its C(username). A mapping works in every account of Novita AI and PPIO that has such a credential; an
        ID exists in one account only.
      - If no credential has these properties, the module tries the next candidate. If several have them, it fails and
        lists their IDs.
      - The effect of a change on running workers is not documented.
    type: raw
  envs: &envs
    description:
      - Environment variables of the container, as a mapping of names to values. The values can appear in results and
        diffs.
      - The endpoint gets only the variables of this option and of the option for secret variables, unless C(envs_mode)
        in the provider options is V(merge).
      - At Vast.ai they belong to the template.
    type: dict
  secret_envs: &secret_envs
    description:
      - Environment variables whose values are hidden in results and diffs. Each value must have at least 8 characters.
      - A value must not occur in the name, the image or another option that is not secret, because Ansible would mask
        it there.
      - At Vast.ai they belong to the template.
    type: dict
  min_workers: &min_workers
    description:
      - The minimum number of workers. With V(0), the endpoint scales to zero when it is idle.
      - C(worker_config.min_num) of Novita AI, where the account determines the range; C(worker_config.min_replicas) of
        PPIO, 0 to 1000; C(cold_workers) of Vast.ai, 0 or more.
    type: int
  max_workers: &max_workers
    description:
      - The maximum number of workers.
      - C(worker_config.max_num) of Novita AI, where the account determines the range; C(worker_config.max_replicas) of
        PPIO, 0 to 1000; C(max_workers) of Vast.ai, 0 or more.
    type: int
  max_concurrent: &max_concurrent
    description:
      - The maximum number of requests that a worker processes at the same time.
      - At Novita AI, the account determines the range. At PPIO, 1 to 1000. At Vast.ai it belongs to the template.
    type: int
  idle_timeout: &idle_timeout
    description:
      - The time in seconds after which the provider releases an idle worker.
      - C(worker_config.free_timeout) of Novita AI, where the account determines the range;
        C(worker_config.idle_timeout) of PPIO, 1 to 1000.
      - C(inactivity_timeout) of Vast.ai, the time in seconds without requests after which the endpoint can scale to
        zero.
    type: int
  request_timeout: &request_timeout
    description:
      - The time in seconds after which the provider cancels a request.
      - At Novita AI, the account determines the range. At PPIO, 1 to 1800. At Vast.ai it belongs to the template.
    type: int
  gpu_count: &gpu_count
    description:
      - The number of GPUs for each worker.
      - At Novita AI, the account determines the range. At PPIO, 1 to 8. At Vast.ai it becomes the condition C(num_gpus)
        in C(search_params) of the workergroup.
    type: int
  port: &port
    description:
      - The HTTP port of the container, 1 to 65535. Novita AI does not allow 2222, 2223 and 2224.
      - At PPIO it is also the port of the health check if C(health_path) is set. At Vast.ai it belongs to the template.
    type: int
  health_path: &health_path
    description:
      - The URL path of the HTTP health check of the workers.
      - At Vast.ai it belongs to the template.
    type: str
  policy: &policy
    description:
      - The scaling policy, which determines when the provider adds workers.
      - At Vast.ai it belongs to the template and to the options C(min_load), C(target_util) and C(cold_mult) of the
        endpoint.
    type: dict
    suboptions:
      type:
        description:
          - V(queue) scales on the time for which requests wait in the queue, V(concurrency) on the number of requests
            in the queue.
        type: str
        choices:
          - queue
          - concurrency
      value:
        description:
          - The waiting time in seconds for V(queue), or the number of requests for V(concurrency). At Novita AI, the
            account determines the range. At PPIO, 1 to 1000.
        type: int
  wait_timeout:
    default: 600
    description:
      - The maximum time in seconds to wait until the endpoint is ready, 1 to 86400. A candidate that is not ready in
        time has failed.
    type: int
  provider_options: &provider_options
    description:
      - Options that only one provider has, with one section for each provider. The sections contain options of the
        modules.
      - A section overrides the other options of the task, key by key. The section of a candidate overrides that of the
        role. A candidate accepts only the section of its own provider.
      - The sections do not accept options that identify the endpoint, set its state, its environment variables or the
        connection to the provider.
    type: dict
    suboptions:
      novita:
        description: Options of M(gpufleet.cloud.novita_endpoint).
        type: dict
      ppio:
        description: Options of M(gpufleet.cloud.ppio_endpoint). If you do not set C(type), a new endpoint gets V(sync).
        type: dict
      vast:
        description: Options of the two modules of Vast.ai.
        type: dict
        suboptions:
          endpoint:
            description:
              - Options of M(gpufleet.cloud.vast_endpoint). Set C(wait_for_workers) to wait until more than one worker
                can serve.
            type: dict
          workergroup:
            description: Options of M(gpufleet.cloud.vast_workergroup).
            type: dict
          template:
            description:
              - Options of M(gpufleet.cloud.vast_template). With this section, the module also manages a template, by
                default with the name of the endpoint, for the workergroup. O(image), O(envs), O(secret_envs) and
                O(port) apply to it.
            type: dict
  verify: &verify
    description:
      - An HTTP probe that the endpoint must pass after it is ready. V({}) sends C(GET) and expects the status 200. If
        omitted, the module sends no probe.
      - A candidate that fails the probe counts as not ready. If an endpoint that was already ready fails the probe, the
        task fails and leaves the endpoint unchanged.
      - At Vast.ai without C(url), each request goes to the worker that the router of Vast.ai assigns, with the API key
        of the endpoint. The defaults are then the method V(POST) and the format V(json), and the body is the payload
        for the worker, which must run a PyWorker. Vast.ai signs the certificates of its workers itself, so the host
        must trust its root certificate, or C(validate_certs) must be false.
      - The keys of a candidate override those of O(verify).
    type: dict
    suboptions:
      method:
        description: The HTTP method. The default is V(GET).
        type: str
      url:
        description:
          - The URL, with C(http://) or C(https://). It must contain only ASCII characters and no spaces.
          - The default is the URL that the provider returns. Vast.ai returns none.
          - If the provider returns a URL without C(https://), a probe with headers, with a body, or with a query in the
            path fails and is not sent. Loopback addresses are an exception.
          - Messages show the URL without user, password and query.
        type: str
      path:
        description:
          - A path that the module appends to the URL. It must contain only ASCII characters and no spaces.
            Messages show it without the query.
        type: str
      headers:
        description: Request headers, as a mapping of names to values. Each value must be one line. They are never
          shown.
        type: dict
      body:
        description: The body of the request. It is never shown.
        type: raw
      body_format:
        description: The format in which the module sends the body. The default is V(raw).
        type: str
        choices:
          - raw
          - json
          - form-urlencoded
      status:
        description: The HTTP statuses that count as success. The default is V([200]). The module does not follow
          redirects.
        type: list
        elements: int
      text:
        description: Text that the response must contain.
        type: str
      successes:
        description: The required number of consecutive successes, 1 to 1000. The default is V(1).
        type: int
      retries:
        description: The number of probes that may fail, 0 to 10000. The default is V(30).
        type: int
      pause:
        description: The time in seconds between two probes, 0 to 86400. The default is V(10).
        type: int
      timeout:
        description: The time limit in seconds for one probe, 1 to 3600. The default is V(30).
        type: int
      validate_certs:
        description: Whether to verify the TLS certificate of the server. The default is V(true).
        type: bool
  candidates:
    description:
      - The providers at which the endpoint can exist, in the order in which the module tries them.
      - Each candidate can set its own values for the options below. They override the options of the task of the same
        names. The value V(null) has no effect.
    type: list
    elements: dict
    suboptions:
      provider:
        description: The provider.
        type: str
        required: true
        choices:
          - novita
          - ppio
          - vast
      account: *account
      product: *product_option
      template_covers: *template_covers
      image: *image
      command: *command
      registry_credential: *registry_credential
      envs: *envs
      secret_envs: *secret_envs
      min_workers: *min_workers
      max_workers: *max_workers
      max_concurrent: *max_concurrent
      idle_timeout: *idle_timeout
      request_timeout: *request_timeout
      gpu_count: *gpu_count
      port: *port
      health_path: *health_path
      policy: *policy
      provider_options: *provider_options
      verify: *verify
      wait_timeout:
        description: Overrides O(wait_timeout) for this candidate.
        type: int
  strategy:
    description:
      - How the module applies a change of what the workers run.
      - V(in_place) updates the endpoint. Except at Vast.ai, the effect on running workers is not documented.
      - V(blue_green) creates a second endpoint, a B(revision), with the name O(name), C(--), and 10 characters that
        depend on what the workers run, for example C(llm--r13f0c9d2a). The older revision serves until you retire it
        with O(older_revisions). A task with the values of an older revision returns to it, without a new endpoint if it
        still exists. Both endpoints are billed at the same time.
      - The characters depend on O(image), O(command), O(envs), O(product), O(gpu_count) and O(port), and on their
        counterparts in O(provider_options). All other options, such as the number of workers, change the current
        revision in place. Secret variables are not part of the name.
      - The providers limit the length of a name, at Novita AI to 220 and at PPIO to 255 characters. 12 of them belong
        to the revision.
      - With O(state=absent), V(blue_green) also deletes all revisions.
      - V(rolling) is for Vast.ai only. It updates the workergroup, and starts a rolling update of the workers if the
        template changes. The task does not wait until all workers are updated.
    type: str
    choices:
      - in_place
      - blue_green
      - rolling
    default: in_place
  revision:
    description:
      - With O(strategy=blue_green), a text in place of the options on which the name of the revision depends, for
        example the version of your model. Each value leads to another endpoint. At least 1 character.
      - A change of O(image) with the same O(revision) updates the endpoint in place.
    type: str
  older_revisions:
    description:
      - With O(strategy=blue_green), what to do with the older revisions after the current one is ready and passes
        O(verify).
      - V(keep) changes nothing. RV(revisions) contains what V(retire) would do.
      - V(retire) waits for O(drain) if there is something to do. Then O(keep_revisions) of them remain without minimum
        workers, so that they cost nothing without requests, and the module deletes the others. At Vast.ai, if
        O(provider_options) has a template, it also deletes the template of each revision that it deletes. It deletes
        the template of a revision that no longer exists only if no workergroup uses it.
      - Set V(retire) only after all clients use the new URL. The role C(gpufleet.cloud.endpoint) runs your tasks
        that do so between the two steps.
    type: str
    choices:
      - keep
      - retire
    default: keep
  keep_revisions:
    description:
      - The number of older revisions that remain. Those that keep workers have priority, then the newest ones.
        Those that have failed come last.
      - 0 to 100. Novita AI returns no creation time, so among revisions without minimum workers, the module cannot
        prefer the newest one there.
    type: int
    default: 1
  drain:
    description:
      - The time in seconds for which the older revisions still serve after the current one is ready, so that requests
        in progress can end. The module waits only if it retires a revision.
      - 0 to 86400.
    type: int
    default: 0
  max_hourly_cost:
    description:
      - The highest cost per hour in each currency that the settings of the endpoint may allow, together with its older
        revisions. A candidate that exceeds it counts as failed, and the module tries the next one.
      - It refuses only a plan that raises the cost. A currency without a limit is not limited.
      - "Minimum: 0."
    type: dict
    suboptions:
      CNY:
        description: The limit in CNY, for candidates at PPIO.
        type: float
      USD:
        description: The limit in USD, for candidates at Novita AI and Vast.ai.
        type: float
  allow_unknown_cost:
    description: Whether O(max_hourly_cost) allows a plan with an unknown cost.
    type: bool
    default: false
  allow_similar_name:
    description:
      - Whether the module may create the endpoint at a provider at which another endpoint has a similar name. With
        V(false), the task fails before it creates anything, because that endpoint may be the same one, stored with a
        changed name.
      - The documentation of the modules lists the names that are similar.
    type: bool
    default: false
  prices:
    description:
      - Whether to read the prices of the providers, so that RV(tried) and RV(hourly_cost) contain what the candidates
        and the older revisions cost.
    type: bool
    default: false
  failed_look:
    description:
      - What to do if the module cannot read a provider, so that it cannot determine whether the endpoint exists there.
      - V(refuse) fails before the module creates anything elsewhere, because an endpoint that exists there is billed.
      - V(skip) skips the candidates of that provider, so that the module can fail over during an outage of the
        provider. The risk is a second billed endpoint, until the task runs again and reports it.
      - If no provider can be read, the task fails in both cases.
    type: str
    choices:
      - refuse
      - skip
    default: refuse
"""

EXAMPLES = r"""
- name: Run a model at the first provider that has a free GPU
  gpufleet.cloud.inference_endpoint:
    name: chat-8b
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
    wait_timeout: 900
    candidates:
      - provider: novita
        product: "7"
      - provider: ppio
        product: "9"
        idle_timeout: 600 # overrides idle_timeout for this candidate
  register: chat

- name: Show where it runs
  ansible.builtin.debug:
    msg: "{{ chat.provider }}: {{ chat.url }}"

- name: Run a model at Vast.ai, with its own template
  gpufleet.cloud.inference_endpoint:
    name: chat-8b-spot
    provider: vast
    image: docker.io/example/llm:1.4
    port: 3000
    max_workers: 4
    min_workers: 0
    provider_options:
      vast:
        endpoint: {min_load: 0}
        template: {recommended_disk_space: 64}
        workergroup:
          search_params: gpu_name=RTX_4090 num_gpus=1 dph_total<=0.6 verified=true rentable=true rented=false

- name: Create the next version, which no client uses yet
  gpufleet.cloud.inference_endpoint:
    name: chat-14b
    provider: novita
    product: "7"
    image: docker.io/example/llm:1.5
    min_workers: 1
    max_workers: 2
    max_concurrent: 4
    idle_timeout: 300
    request_timeout: 600
    gpu_count: 1
    port: 8000
    health_path: /health
    policy: {type: queue, value: 15}
    strategy: blue_green
  register: next_version

# Let the clients use next_version.url here.

- name: Retire the former version a minute later
  gpufleet.cloud.inference_endpoint:
    name: chat-14b
    provider: novita
    product: "7"
    image: docker.io/example/llm:1.5
    gpu_count: 1
    port: 8000
    strategy: blue_green
    older_revisions: retire
    keep_revisions: 1
    drain: 60

- name: Delete the endpoint at all providers
  gpufleet.cloud.inference_endpoint:
    name: chat-8b
    state: absent
    candidates:
      - provider: novita
      - provider: ppio
"""

RETURN = r"""
provider:
  description: The provider at which the endpoint is. Empty if it is at none, and after a failure of all candidates.
  returned: always
  type: str
  sample: ppio
account:
  description: The name of the account in O(accounts). Empty for the account of the option with the name of the
    provider.
  returned: always
  type: str
  sample: ''
id:
  description: The ID of the endpoint. In check mode, a new endpoint has a planned ID. Empty without an endpoint.
  returned: always
  type: str
  sample: eb5bc9601f348621
url:
  description: The URL of the endpoint. Empty at Vast.ai, which returns none.
  returned: always
  type: str
  sample: https://eb5bc9601f348621.example.net
endpoint:
  description: The endpoint, as the module for the provider returns it. The mapping is empty without an endpoint.
  returned: always
  type: dict
workergroup:
  description: At Vast.ai, the workergroup, as M(gpufleet.cloud.vast_workergroup) returns it. Otherwise empty.
  returned: always
  type: dict
template:
  description: At Vast.ai, the template that the task manages, as M(gpufleet.cloud.vast_template) returns it. Otherwise
    empty.
  returned: always
  type: dict
plan:
  description: The steps of the task for the selected candidate, as the modules of its resource types return them.
  returned: always
  type: list
  elements: dict
  contains:
    resource_type:
      description: The resource type of the step, for example C(vast_workergroup).
      type: str
    action:
      description: The action, for example C(create).
      type: str
    fields:
      description: The options that the step changes.
      type: list
      elements: str
    effect:
      description: The effect on running workers.
      type: str
  sample:
    - resource_type: ppio_endpoint
      action: update
      fields: [worker_config.max_replicas]
      effect: unknown
probe:
  description: The result of O(verify). Empty without a probe.
  returned: always
  type: dict
  contains:
    attempts:
      description: Number of requests.
      type: int
    status:
      description: HTTP status of the last response.
      type: int
    latency_median:
      description: Median time of the successful requests of the last series, in seconds.
      type: float
    latency_worst:
      description: Longest time of the same requests, in seconds.
      type: float
  sample: {attempts: 3, status: 200, latency_median: 0.21, latency_worst: 0.34}
tried:
  description: The candidates that the task tried. With O(state=absent), the providers.
  returned: always
  type: list
  elements: dict
  contains:
    candidate:
      description: The candidate, for example C(candidate 1 (novita, product 7)).
      type: str
    outcome:
      description:
        - C(ready), in check mode C(planned). C(removed) if the task deleted what it had created. C(left) if an endpoint
          remains. C(not created) if there is no endpoint. With O(state=absent), C(absent) or C(failed).
      type: str
    id:
      description: ID of the endpoint at the candidate, also if the task deleted it. Empty if there was none.
      type: str
    reason:
      description: The C(reason) in RV(failure) of the candidate. Empty if it did not fail.
      type: str
    message:
      description: Why the candidate failed. Otherwise empty.
      type: str
    hourly_cost:
      description: With O(prices), the cost per hour of the candidate after the task. Otherwise empty.
      type: dict
      contains:
        currency:
          description: Currency of the costs.
          type: str
        present:
          description: Cost of what runs, with a C(known) part and the number of resources of C(unknown) cost.
          type: dict
        worst:
          description: Highest cost that the settings allow, with the same keys.
          type: dict
  sample:
    - candidate: candidate 1 (novita, product 7)
      outcome: removed
      id: eb5bc9601f348621
      reason: not_ready
      message: the image does not exist
      hourly_cost: {}
    - candidate: candidate 2 (ppio, product 9)
      outcome: ready
      id: 66c1a5a7d0f4be23
      reason: ''
      message: ''
      hourly_cost:
        currency: CNY
        present: {known: 0.0, unknown: 1}
        worst: {known: 9.0, unknown: 0}
others:
  description: The endpoints of the same name in the other accounts, which the task leaves unchanged.
  returned: always
  type: list
  elements: dict
  contains:
    provider:
      description: The provider.
      type: str
    account:
      description: The name of the account, or an empty text.
      type: str
    id:
      description: The ID of the endpoint.
      type: str
    status:
      description: Its status, as the provider reports it.
      type: str
    stage:
      description: C(ready), C(pending) or C(failed).
      type: str
  sample: []
revision:
  description: The current revision with O(strategy=blue_green), otherwise empty.
  returned: always
  type: str
  sample: r13f0c9d2a
revisions:
  description: All revisions with O(strategy=blue_green), the current one first. Otherwise empty.
  returned: always
  type: list
  elements: dict
  contains:
    revision:
      description: The revision.
      type: str
    provider:
      description: The provider.
      type: str
    account:
      description: The name of the account, or an empty text.
      type: str
    name:
      description: The name of the endpoint.
      type: str
    id:
      description: The ID of the endpoint.
      type: str
    is_current:
      description: Whether the task describes this revision.
      type: bool
    action:
      description:
        - C(keep), C(rest) or C(delete). What O(older_revisions=retire) does with the revision, or would do. C(rest)
          sets the minimum number of workers to 0.
      type: str
  sample:
    - revision: r13f0c9d2a
      provider: novita
      account: ''
      name: chat-14b--r13f0c9d2a
      id: eb5bc9601f348621
      is_current: true
      action: keep
    - revision: r1a90b4477
      provider: novita
      account: ''
      name: chat-14b--r1a90b4477
      id: 09f2c1d8e7b64a35
      is_current: false
      action: rest
hourly_cost:
  description: With O(prices) or O(max_hourly_cost), the cost per hour of the selected candidate and of the older
    revisions, by currency, as M(gpufleet.cloud.fleet) returns it. Otherwise empty.
  returned: always
  type: dict
diff:
  description: Values before and after the task for each changed resource of the selected candidate, as
    M(gpufleet.cloud.fleet) returns them.
  returned: always
  type: list
  elements: dict
failure:
  description: Details of the failure of the last candidate, as the module for its provider returns them.
  returned: on failure
  type: dict
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._inference.module import MODULE


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
