# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by tests/tools/document_fleet.py ("make generated"). To change a text, edit the module that it comes from.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  resources:
    description:
    - The desired resources. Each entry is a mapping with one key, the resource
      type or C(inference_endpoint), and optionally C(account). The value contains
      the options of the module with that name.
    type: list
    elements: dict
    required: true
    suboptions:
      account:
        description:
        - The name of an element of C(accounts), in which the resource is. If omitted,
          the resource is in the account of the option with the name of the provider.
        type: str
      inference_endpoint:
        description:
        - Run one inference endpoint on Novita AI, PPIO or Vast.ai, with failover
          between them. The options are those of M(gpufleet.cloud.inference_endpoint),
          without the connections. The module plans and applies the resources of
          one candidate together with the other entries. After a failure, it tries
          the next candidate before it deletes anything.
        - Such an entry does not have the key C(account), which is an option of
          each candidate.
        - No other entry can have a resource of a candidate. C(prune) deletes no
          endpoint with the name at any candidate. C(max_hourly_cost) applies to
          each candidate before the module tries it. C(apply_plan) and C(approved)
          try no other candidate than the one in the plan.
        type: dict
        suboptions:
          account:
            description:
            - The name of an element of C(accounts), in which the endpoint is. If
              omitted, it is in the account of the option with the name of the provider.
            - Another account means another endpoint. The module leaves the endpoint
              in the former account unchanged.
            type: str
          allow_similar_name:
            description:
            - Whether the module may create the endpoint at a provider at which
              another endpoint has a similar name. With V(false), the task fails
              before it creates anything, because that endpoint may be the same
              one, stored with a changed name.
            - The documentation of the modules lists the names that are similar.
            type: bool
            default: false
          candidates:
            description:
            - The providers at which the endpoint can exist, in the order in which
              the module tries them.
            - Each candidate can set its own values for the options below. They
              override the options of the task of the same names. The value V(null)
              has no effect.
            type: list
            elements: dict
            suboptions:
              account:
                description:
                - The name of an element of C(accounts), in which the endpoint is.
                  If omitted, it is in the account of the option with the name of
                  the provider.
                - Another account means another endpoint. The module leaves the
                  endpoint in the former account unchanged.
                type: str
              command:
                description:
                - The start command of the container. An empty string selects the
                  command of the image.
                - Up to 2047 characters at Novita AI. At Vast.ai it belongs to the
                  template.
                type: str
              envs:
                description:
                - Environment variables of the container, as a mapping of names
                  to values. The values can appear in results and diffs.
                - The endpoint gets only the variables of this option and of the
                  option for secret variables, unless C(envs_mode) in the provider
                  options is V(merge).
                - At Vast.ai they belong to the template.
                type: dict
              gpu_count:
                description:
                - The number of GPUs for each worker.
                - At Novita AI, the account determines the range. At PPIO, 1 to
                  8. At Vast.ai it becomes the condition C(num_gpus) in C(search_params)
                  of the workergroup.
                type: int
              health_path:
                description:
                - The URL path of the HTTP health check of the workers.
                - At Vast.ai it belongs to the template.
                type: str
              idle_timeout:
                description:
                - The time in seconds after which the provider releases an idle
                  worker.
                - C(worker_config.free_timeout) of Novita AI, where the account
                  determines the range; C(worker_config.idle_timeout) of PPIO, 1
                  to 1000.
                - C(inactivity_timeout) of Vast.ai, the time in seconds without
                  requests after which the endpoint can scale to zero.
                type: int
              image:
                description:
                - The reference of the container image, for example V(registry.example.org/llm:1.4).
                - Up to 511 characters at Novita AI, 1 to 500 characters at PPIO.
                  At Vast.ai it belongs to the template.
                - The effect of a change on running workers is not documented.
                type: str
              max_concurrent:
                description:
                - The maximum number of requests that a worker processes at the
                  same time.
                - At Novita AI, the account determines the range. At PPIO, 1 to
                  1000. At Vast.ai it belongs to the template.
                type: int
              max_workers:
                description:
                - The maximum number of workers.
                - C(worker_config.max_num) of Novita AI, where the account determines
                  the range; C(worker_config.max_replicas) of PPIO, 0 to 1000; C(max_workers)
                  of Vast.ai, 0 or more.
                type: int
              min_workers:
                description:
                - The minimum number of workers. With V(0), the endpoint scales
                  to zero when it is idle.
                - C(worker_config.min_num) of Novita AI, where the account determines
                  the range; C(worker_config.min_replicas) of PPIO, 0 to 1000; C(cold_workers)
                  of Vast.ai, 0 or more.
                type: int
              policy:
                description:
                - The scaling policy, which determines when the provider adds workers.
                - At Vast.ai it belongs to the template and to the options C(min_load),
                  C(target_util) and C(cold_mult) of the endpoint.
                type: dict
                suboptions:
                  type:
                    description:
                    - V(queue) scales on the time for which requests wait in the
                      queue, V(concurrency) on the number of requests in the queue.
                    type: str
                    choices:
                    - queue
                    - concurrency
                  value:
                    description:
                    - The waiting time in seconds for V(queue), or the number of
                      requests for V(concurrency). At Novita AI, the account determines
                      the range. At PPIO, 1 to 1000.
                    type: int
              port:
                description:
                - The HTTP port of the container, 1 to 65535. Novita AI does not
                  allow 2222, 2223 and 2224.
                - At PPIO it is also the port of the health check if C(health_path)
                  is set. At Vast.ai it belongs to the template.
                type: int
              product:
                description:
                - The hardware on which the workers run. Required if the endpoint
                  does not exist yet.
                - At Novita AI and PPIO, the ID of a serverless product. M(gpufleet.cloud.novita_product_info)
                  and M(gpufleet.cloud.ppio_product_info) list them. At Novita AI,
                  it cannot be changed in place. At PPIO, the effect of a change
                  on running workers is not documented. Omit it to describe the
                  product by its properties, with C(product) in the provider options.
                  This is possible if no other candidate is in the same account.
                - At Vast.ai, which has no products, the hash of a template. Omit
                  it to name the template, with C(template) of the workergroup in
                  the provider options. This is possible if no other candidate is
                  in the same account. Set C(search_params) for the workergroup
                  in the provider options to select the machines. According to a
                  guide of Vast.ai, a change replaces the workers one after the
                  other.
                type: str
              provider:
                description:
                - The provider.
                type: str
                required: true
                choices:
                - novita
                - ppio
                - vast
              provider_options:
                description:
                - Options that only one provider has, with one section for each
                  provider. The sections contain options of the modules.
                - A section overrides the other options of the task, key by key.
                  The section of a candidate overrides that of the role. A candidate
                  accepts only the section of its own provider.
                - The sections do not accept options that identify the endpoint,
                  set its state, its environment variables or the connection to
                  the provider.
                type: dict
                suboptions:
                  novita:
                    description:
                    - Options of M(gpufleet.cloud.novita_endpoint).
                    type: dict
                  ppio:
                    description:
                    - Options of M(gpufleet.cloud.ppio_endpoint). If you do not
                      set C(type), a new endpoint gets V(sync).
                    type: dict
                  vast:
                    description:
                    - Options of the two modules of Vast.ai.
                    type: dict
                    suboptions:
                      endpoint:
                        description:
                        - Options of M(gpufleet.cloud.vast_endpoint). Set C(wait_for_workers)
                          to wait until more than one worker can serve.
                        type: dict
                      template:
                        description:
                        - Options of M(gpufleet.cloud.vast_template). With this
                          section, the module also manages a template, by default
                          with the name of the endpoint, for the workergroup. C(image),
                          C(envs), C(secret_envs) and C(port) apply to it.
                        type: dict
                      workergroup:
                        description:
                        - Options of M(gpufleet.cloud.vast_workergroup).
                        type: dict
              registry_credential:
                description:
                - The registry credential for a private image, which is stored at
                  the provider. At Vast.ai it belongs to the template.
                - Either the ID of the credential, up to 255 characters, or a mapping
                  with its C(name) and, if several have that name, its C(username).
                  A mapping works in every account of Novita AI and PPIO that has
                  such a credential; an ID exists in one account only.
                - If no credential has these properties, the module tries the next
                  candidate. If several have them, it fails and lists their IDs.
                - The effect of a change on running workers is not documented.
                type: raw
              request_timeout:
                description:
                - The time in seconds after which the provider cancels a request.
                - At Novita AI, the account determines the range. At PPIO, 1 to
                  1800. At Vast.ai it belongs to the template.
                type: int
              secret_envs:
                description:
                - Environment variables whose values are hidden in results and diffs.
                  Each value must have at least 8 characters.
                - A value must not occur in the name, the image or another option
                  that is not secret, because Ansible would mask it there.
                - At Vast.ai they belong to the template.
                type: dict
              template_covers:
                description:
                - For Vast.ai only. The options of the task that the template already
                  defines. The module does not apply them at this candidate.
                - The module fails if you set an option that belongs to the template
                  and do not list it here.
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
              verify:
                description:
                - An HTTP probe that the endpoint must pass after it is ready. V({})
                  sends C(GET) and expects the status 200. If omitted, the module
                  sends no probe.
                - A candidate that fails the probe counts as not ready. If an endpoint
                  that was already ready fails the probe, the task fails and leaves
                  the endpoint unchanged.
                - At Vast.ai without C(url), each request goes to the worker that
                  the router of Vast.ai assigns, with the API key of the endpoint.
                  The defaults are then the method V(POST) and the format V(json),
                  and the body is the payload for the worker, which must run a PyWorker.
                  Vast.ai signs the certificates of its workers itself, so the host
                  must trust its root certificate, or C(validate_certs) must be
                  false.
                - The keys of a candidate override those of C(verify).
                type: dict
                suboptions:
                  body:
                    description:
                    - The body of the request. It is never shown.
                    type: raw
                  body_format:
                    description:
                    - The format in which the module sends the body. The default
                      is V(raw).
                    type: str
                    choices:
                    - raw
                    - json
                    - form-urlencoded
                  headers:
                    description:
                    - Request headers, as a mapping of names to values. Each value
                      must be one line. They are never shown.
                    type: dict
                  method:
                    description:
                    - The HTTP method. The default is V(GET).
                    type: str
                  path:
                    description:
                    - A path that the module appends to the URL. It must contain
                      only ASCII characters and no spaces. Messages show it without
                      the query.
                    type: str
                  pause:
                    description:
                    - The time in seconds between two probes, 0 to 86400. The default
                      is V(10).
                    type: int
                  retries:
                    description:
                    - The number of probes that may fail, 0 to 10000. The default
                      is V(30).
                    type: int
                  status:
                    description:
                    - The HTTP statuses that count as success. The default is V([200]).
                      The module does not follow redirects.
                    type: list
                    elements: int
                  successes:
                    description:
                    - The required number of consecutive successes, 1 to 1000. The
                      default is V(1).
                    type: int
                  text:
                    description:
                    - Text that the response must contain.
                    type: str
                  timeout:
                    description:
                    - The time limit in seconds for one probe, 1 to 3600. The default
                      is V(30).
                    type: int
                  url:
                    description:
                    - The URL, with C(http://) or C(https://). It must contain only
                      ASCII characters and no spaces.
                    - The default is the URL that the provider returns. Vast.ai
                      returns none.
                    - If the provider returns a URL without C(https://), a probe
                      with headers, with a body, or with a query in the path fails
                      and is not sent. Loopback addresses are an exception.
                    - Messages show the URL without user, password and query.
                    type: str
                  validate_certs:
                    description:
                    - Whether to verify the TLS certificate of the server. The default
                      is V(true).
                    type: bool
              wait_timeout:
                description:
                - Overrides C(wait_timeout) for this candidate.
                type: int
          command:
            description:
            - The start command of the container. An empty string selects the command
              of the image.
            - Up to 2047 characters at Novita AI. At Vast.ai it belongs to the template.
            type: str
          envs:
            description:
            - Environment variables of the container, as a mapping of names to values.
              The values can appear in results and diffs.
            - The endpoint gets only the variables of this option and of the option
              for secret variables, unless C(envs_mode) in the provider options
              is V(merge).
            - At Vast.ai they belong to the template.
            type: dict
          failed_look:
            description:
            - What to do if the module cannot read a provider, so that it cannot
              determine whether the endpoint exists there.
            - V(refuse) fails before the module creates anything elsewhere, because
              an endpoint that exists there is billed.
            - V(skip) skips the candidates of that provider, so that the module
              can fail over during an outage of the provider. The risk is a second
              billed endpoint, until the task runs again and reports it.
            - If no provider can be read, the task fails in both cases.
            type: str
            choices:
            - refuse
            - skip
            default: refuse
          gpu_count:
            description:
            - The number of GPUs for each worker.
            - At Novita AI, the account determines the range. At PPIO, 1 to 8. At
              Vast.ai it becomes the condition C(num_gpus) in C(search_params) of
              the workergroup.
            type: int
          health_path:
            description:
            - The URL path of the HTTP health check of the workers.
            - At Vast.ai it belongs to the template.
            type: str
          idle_timeout:
            description:
            - The time in seconds after which the provider releases an idle worker.
            - C(worker_config.free_timeout) of Novita AI, where the account determines
              the range; C(worker_config.idle_timeout) of PPIO, 1 to 1000.
            - C(inactivity_timeout) of Vast.ai, the time in seconds without requests
              after which the endpoint can scale to zero.
            type: int
          image:
            description:
            - The reference of the container image, for example V(registry.example.org/llm:1.4).
            - Up to 511 characters at Novita AI, 1 to 500 characters at PPIO. At
              Vast.ai it belongs to the template.
            - The effect of a change on running workers is not documented.
            type: str
          max_concurrent:
            description:
            - The maximum number of requests that a worker processes at the same
              time.
            - At Novita AI, the account determines the range. At PPIO, 1 to 1000.
              At Vast.ai it belongs to the template.
            type: int
          max_workers:
            description:
            - The maximum number of workers.
            - C(worker_config.max_num) of Novita AI, where the account determines
              the range; C(worker_config.max_replicas) of PPIO, 0 to 1000; C(max_workers)
              of Vast.ai, 0 or more.
            type: int
          min_workers:
            description:
            - The minimum number of workers. With V(0), the endpoint scales to zero
              when it is idle.
            - C(worker_config.min_num) of Novita AI, where the account determines
              the range; C(worker_config.min_replicas) of PPIO, 0 to 1000; C(cold_workers)
              of Vast.ai, 0 or more.
            type: int
          name:
            description:
            - B(Required.) The name of the endpoint, the same at all candidates.
              Names are compared exactly.
            type: str
            required: true
          policy:
            description:
            - The scaling policy, which determines when the provider adds workers.
            - At Vast.ai it belongs to the template and to the options C(min_load),
              C(target_util) and C(cold_mult) of the endpoint.
            type: dict
            suboptions:
              type:
                description:
                - V(queue) scales on the time for which requests wait in the queue,
                  V(concurrency) on the number of requests in the queue.
                type: str
                choices:
                - queue
                - concurrency
              value:
                description:
                - The waiting time in seconds for V(queue), or the number of requests
                  for V(concurrency). At Novita AI, the account determines the range.
                  At PPIO, 1 to 1000.
                type: int
          port:
            description:
            - The HTTP port of the container, 1 to 65535. Novita AI does not allow
              2222, 2223 and 2224.
            - At PPIO it is also the port of the health check if C(health_path)
              is set. At Vast.ai it belongs to the template.
            type: int
          product:
            description:
            - The hardware on which the workers run. Required if the endpoint does
              not exist yet.
            - At Novita AI and PPIO, the ID of a serverless product. M(gpufleet.cloud.novita_product_info)
              and M(gpufleet.cloud.ppio_product_info) list them. At Novita AI, it
              cannot be changed in place. At PPIO, the effect of a change on running
              workers is not documented. Omit it to describe the product by its
              properties, with C(product) in the provider options. This is possible
              if no other candidate is in the same account.
            - At Vast.ai, which has no products, the hash of a template. Omit it
              to name the template, with C(template) of the workergroup in the provider
              options. This is possible if no other candidate is in the same account.
              Set C(search_params) for the workergroup in the provider options to
              select the machines. According to a guide of Vast.ai, a change replaces
              the workers one after the other.
            type: str
          provider:
            description:
            - The provider, if there is only one. Either this option or C(candidates)
              is required.
            type: str
            choices:
            - novita
            - ppio
            - vast
          provider_options:
            description:
            - Options that only one provider has, with one section for each provider.
              The sections contain options of the modules.
            - A section overrides the other options of the task, key by key. The
              section of a candidate overrides that of the role. A candidate accepts
              only the section of its own provider.
            - The sections do not accept options that identify the endpoint, set
              its state, its environment variables or the connection to the provider.
            type: dict
            suboptions:
              novita:
                description:
                - Options of M(gpufleet.cloud.novita_endpoint).
                type: dict
              ppio:
                description:
                - Options of M(gpufleet.cloud.ppio_endpoint). If you do not set
                  C(type), a new endpoint gets V(sync).
                type: dict
              vast:
                description:
                - Options of the two modules of Vast.ai.
                type: dict
                suboptions:
                  endpoint:
                    description:
                    - Options of M(gpufleet.cloud.vast_endpoint). Set C(wait_for_workers)
                      to wait until more than one worker can serve.
                    type: dict
                  template:
                    description:
                    - Options of M(gpufleet.cloud.vast_template). With this section,
                      the module also manages a template, by default with the name
                      of the endpoint, for the workergroup. C(image), C(envs), C(secret_envs)
                      and C(port) apply to it.
                    type: dict
                  workergroup:
                    description:
                    - Options of M(gpufleet.cloud.vast_workergroup).
                    type: dict
          registry_credential:
            description:
            - The registry credential for a private image, which is stored at the
              provider. At Vast.ai it belongs to the template.
            - Either the ID of the credential, up to 255 characters, or a mapping
              with its C(name) and, if several have that name, its C(username).
              A mapping works in every account of Novita AI and PPIO that has such
              a credential; an ID exists in one account only.
            - If no credential has these properties, the module tries the next candidate.
              If several have them, it fails and lists their IDs.
            - The effect of a change on running workers is not documented.
            type: raw
          request_timeout:
            description:
            - The time in seconds after which the provider cancels a request.
            - At Novita AI, the account determines the range. At PPIO, 1 to 1800.
              At Vast.ai it belongs to the template.
            type: int
          revision:
            description:
            - With C(strategy=blue_green), a text in place of the options on which
              the name of the revision depends, for example the version of your
              model. Each value leads to another endpoint. At least 1 character.
            - A change of C(image) with the same C(revision) updates the endpoint
              in place.
            type: str
          secret_envs:
            description:
            - Environment variables whose values are hidden in results and diffs.
              Each value must have at least 8 characters.
            - A value must not occur in the name, the image or another option that
              is not secret, because Ansible would mask it there.
            - At Vast.ai they belong to the template.
            type: dict
          state:
            description:
            - V(present) ensures that the endpoint exists at one of the candidates.
            - V(absent) deletes the endpoints of this name at all candidates, at
              Vast.ai including their workergroups. Templates remain. The module
              then ignores the options that describe the endpoint.
            type: str
            choices:
            - present
            - absent
            default: present
          strategy:
            description:
            - How the module applies a change of what the workers run.
            - V(in_place) updates the endpoint. Except at Vast.ai, the effect on
              running workers is not documented.
            - V(blue_green) creates a second endpoint, a B(revision), with the name
              C(name), C(--), and 10 characters that depend on what the workers
              run, for example C(llm--r13f0c9d2a). The older revision serves until
              you retire it with C(older_revisions). A task with the values of an
              older revision returns to it, without a new endpoint if it still exists.
              Both endpoints are billed at the same time.
            - The characters depend on C(image), C(command), C(envs), C(product),
              C(gpu_count) and C(port), and on their counterparts in C(provider_options).
              All other options, such as the number of workers, change the current
              revision in place. Secret variables are not part of the name.
            - The providers limit the length of a name, at Novita AI to 220 and
              at PPIO to 255 characters. 12 of them belong to the revision.
            - With C(state=absent), V(blue_green) also deletes all revisions.
            - V(rolling) is for Vast.ai only. It updates the workergroup, and starts
              a rolling update of the workers if the template changes. The task
              does not wait until all workers are updated.
            type: str
            choices:
            - in_place
            - blue_green
            - rolling
            default: in_place
          template_covers:
            description:
            - For Vast.ai only. The options of the task that the template already
              defines. The module does not apply them at this candidate.
            - The module fails if you set an option that belongs to the template
              and do not list it here.
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
          verify:
            description:
            - An HTTP probe that the endpoint must pass after it is ready. V({})
              sends C(GET) and expects the status 200. If omitted, the module sends
              no probe.
            - A candidate that fails the probe counts as not ready. If an endpoint
              that was already ready fails the probe, the task fails and leaves
              the endpoint unchanged.
            - At Vast.ai without C(url), each request goes to the worker that the
              router of Vast.ai assigns, with the API key of the endpoint. The defaults
              are then the method V(POST) and the format V(json), and the body is
              the payload for the worker, which must run a PyWorker. Vast.ai signs
              the certificates of its workers itself, so the host must trust its
              root certificate, or C(validate_certs) must be false.
            - The keys of a candidate override those of C(verify).
            type: dict
            suboptions:
              body:
                description:
                - The body of the request. It is never shown.
                type: raw
              body_format:
                description:
                - The format in which the module sends the body. The default is
                  V(raw).
                type: str
                choices:
                - raw
                - json
                - form-urlencoded
              headers:
                description:
                - Request headers, as a mapping of names to values. Each value must
                  be one line. They are never shown.
                type: dict
              method:
                description:
                - The HTTP method. The default is V(GET).
                type: str
              path:
                description:
                - A path that the module appends to the URL. It must contain only
                  ASCII characters and no spaces. Messages show it without the query.
                type: str
              pause:
                description:
                - The time in seconds between two probes, 0 to 86400. The default
                  is V(10).
                type: int
              retries:
                description:
                - The number of probes that may fail, 0 to 10000. The default is
                  V(30).
                type: int
              status:
                description:
                - The HTTP statuses that count as success. The default is V([200]).
                  The module does not follow redirects.
                type: list
                elements: int
              successes:
                description:
                - The required number of consecutive successes, 1 to 1000. The default
                  is V(1).
                type: int
              text:
                description:
                - Text that the response must contain.
                type: str
              timeout:
                description:
                - The time limit in seconds for one probe, 1 to 3600. The default
                  is V(30).
                type: int
              url:
                description:
                - The URL, with C(http://) or C(https://). It must contain only
                  ASCII characters and no spaces.
                - The default is the URL that the provider returns. Vast.ai returns
                  none.
                - If the provider returns a URL without C(https://), a probe with
                  headers, with a body, or with a query in the path fails and is
                  not sent. Loopback addresses are an exception.
                - Messages show the URL without user, password and query.
                type: str
              validate_certs:
                description:
                - Whether to verify the TLS certificate of the server. The default
                  is V(true).
                type: bool
          wait_timeout:
            description:
            - The maximum time in seconds to wait until the endpoint is ready, 1
              to 86400. A candidate that is not ready in time has failed.
            type: int
            default: 600
      novita_endpoint:
        description:
        - Manage serverless GPU endpoints of Novita AI. The options are those of
          M(gpufleet.cloud.novita_endpoint).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          allow_unknown_cost:
            description:
            - Whether the task may change the resource although its cost in the
              worst case is unknown. With V(false), such a task fails before any
              write. Has no effect without C(max_hourly_cost).
            type: bool
            default: false
          app_name:
            description:
            - Application name, which is part of the URL of the endpoint. Must not
              be empty. Every name can be used only once.
            - The default of the provider is the ID of the endpoint.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the endpoint. To replace an endpoint that has an application name,
              the task must set a new name.'
            type: str
          cluster_id:
            description:
            - ID of the cluster. At most 255 characters. An empty text removes the
              value.
            - With a network storage, you must set the cluster of this storage.
            - An endpoint can also be in several clusters, for which there is no
              option. Every update keeps them, unless the task sets another C(cluster_id).
              The endpoint then moves to this cluster alone.
            type: str
          envs:
            description:
            - Environment variables of the container, as a mapping of names to values.
              Results and diffs show the values.
            - Values must be strings or integers. Put all other values in quotes,
              because YAML would change them. Examples are C(no), C(12.80) and C(010).
              For the result of an expression, use the filter C(string).
            type: dict
          envs_mode:
            description:
            - Set V(replace) to make C(envs) and C(secret_envs) together the complete
              set of variables. The module removes all other variables and lists
              them in the plan.
            - Set V(merge) to manage only the variables in C(envs) and C(secret_envs)
              and to keep all others.
            - This option has no effect if the task sets neither C(envs) nor C(secret_envs).
            type: str
            choices:
            - replace
            - merge
            default: replace
          healthy:
            description:
            - HTTP health check of the workers.
            type: dict
            suboptions:
              path:
                description:
                - B(Required to create the endpoint.) Path that the health check
                  requests. Must not be empty.
                type: str
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          image:
            description:
            - Container image.
            type: dict
            suboptions:
              auth:
                description:
                - The registry credential by its registry and username instead of
                  its ID. The credential must exist, or another entry of the same
                  M(gpufleet.cloud.fleet) task must create it.
                - If several credentials have these properties, the task fails and
                  lists their IDs.
                - A task with this option sends one more request, to list the credentials.
                  You cannot set C(image.auth_id) with it.
                type: dict
                suboptions:
                  name:
                    description:
                    - Address of the registry, exactly as in C(gpufleet.cloud.novita_registry_auth#module:name).
                    - Required in C(image.auth). Must not be empty. Must not start
                      or end with whitespace or contain control characters.
                    type: str
                  username:
                    description:
                    - Username at the registry. If omitted, the registry must have
                      only one credential.
                    - Must not be empty. Must not start or end with whitespace or
                      contain control characters.
                    type: str
              auth_id:
                description:
                - ID of a stored registry credential, which you can also name with
                  C(image.auth). Public images and images of the platform do not
                  need one. At most 255 characters. An empty text removes the value.
                type: str
              command:
                description:
                - Start command of the container. At most 2047 characters. An empty
                  text removes the value. The container then uses the command of
                  the image.
                - Results mask what is probably a secret in it. Store secrets in
                  C(secret_envs).
                type: str
              image:
                description:
                - B(Required to create the endpoint.) Address of the image.
                - 'Length: 1 to 511 characters.'
                type: str
          max_hourly_cost:
            description:
            - Highest cost per hour that the task may cause, by currency. The module
              reads the prices and calculates the cost in the worst case, which
              is the highest cost that the settings of the resource allow.
            - The task fails before any write, with the reason C(price), if it raises
              this cost above the limit. A task that does not raise the cost never
              fails because of the limit, even if the resource costs more.
            - The limit does not contain traffic, storage, and the resource that
              a replacement deletes. It has no effect on running workers.
            type: dict
            suboptions:
              USD:
                description:
                - Limit in USD per hour.
                - 'Minimum: 0.'
                type: float
          name:
            description:
            - B(Required to create the endpoint.) Name of the endpoint. The module
              compares the exact name.
            - 'Length: 1 to 220 characters. Must not start or end with whitespace
              or contain control characters.'
            - With C(id), this is the new name of the endpoint.
            type: str
          policy:
            description:
            - Policy by which the endpoint adds workers.
            type: dict
            suboptions:
              type:
                description:
                - B(Required to create the endpoint.) V(queue) scales by the time
                  that requests wait in the queue. V(concurrency) scales by the
                  number of requests in the queue.
                type: str
                choices:
                - queue
                - concurrency
              value:
                description:
                - B(Required to create the endpoint.) Waiting time in seconds with
                  C(policy.type=queue). Number of requests with C(policy.type=concurrency).
                  The range depends on your account.
                type: int
          ports:
            description:
            - B(Required to create the endpoint.) HTTP port of the container, as
              a list.
            - 'Exactly 1 entry. Range of each entry: 1 to 65535. Reserved ports:
              2222, 2223, 2224.'
            type: list
            elements: int
          product:
            description:
            - The product on which the endpoint runs, by its properties instead
              of its ID. The ID is in C(product).
            - The module searches for the product when it creates the endpoint,
              and when the current product lacks one of these properties. Otherwise
              it keeps the current product, even if there is a cheaper one. A change
              of the product requires C(recreate=true).
            - If several products have these properties, the task fails and lists
              them with their prices, unless C(product.pick) is set. The module
              checks neither the stock nor the price, and warns about a product
              that is out of stock.
            - A task with this option also lists the products, with one request
              a page. You cannot set C(products) with it.
            type: dict
            suboptions:
              billing:
                description:
                - Billing mode that the product must support. V(on_demand), billing
                  by use, is the only one for endpoints.
                type: str
                choices:
                - on_demand
              gpu:
                description:
                - Name of the GPU, for example V(RTX 4090), in upper or lower case.
                  It must be the whole name, so an C(RTX 4090 D) is another GPU.
                  Only the size of its memory can be omitted.
                - Required in C(product). Must not be empty.
                type: str
              gpu_num:
                description:
                - Number of GPUs. It is also the value of C(worker_config.gpu_num).
                  If omitted, the product must support the value of that option.
                - 'Range: 1 to 8.'
                type: int
              pick:
                description:
                - V(cheapest) selects the cheapest of several products that is not
                  out of stock. Products with an unknown price do not count.
                type: str
                choices:
                - cheapest
              region:
                description:
                - ID or exact name of the region. It is also the value of C(cluster_id).
                - Must not be empty.
                type: str
          products:
            description:
            - B(Required to create the endpoint) unless C(product) is set. IDs of
              the serverless products on which the workers may run. M(gpufleet.cloud.novita_product_info)
              lists them. Serverless products and instance products have different
              IDs.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the endpoint.'
            type: list
            elements: str
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          rootfs_size:
            description:
            - Size of the root file system in GB. V(100) is currently the only value
              that the provider documents. The range depends on your account.
            - If omitted, the module sends V(100) for a new endpoint.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the endpoint.'
            type: int
          secret_envs:
            description:
            - Environment variables whose values are secret. The module hides them
              in results, diffs and logs. The provider stores them like other variables,
              and shows them in clear text to everyone who has an API key.
            - 'Values: at least 8 characters. The limits of C(envs) also apply.'
            - A value must not occur in an option that is not secret, because Ansible
              would mask it there. Examples are the name of the resource and the
              image. It must not occur in the current values of the resource either.
            - A variable must not be in C(envs) and in C(secret_envs).
            - Read the values from variables, for example from a vault, a lookup
              or an AWX credential. If a task fails, Ansible can print its source
              with all literal values.
            type: dict
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates or updates the endpoint.
            - V(absent) deletes the endpoint and its workers.
            type: str
            choices:
            - present
            - absent
            default: present
          volume_mounts:
            description:
            - Storage that is mounted into the workers. The list replaces all current
              entries. The module identifies an entry by its type and path, and
              ignores the order.
            - If omitted, the module sends V([]) for a new endpoint.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                - ID of the network storage. Must not be empty.
                - Required with C(volume_mounts[].type=network), and not allowed
                  otherwise. C(volume_mounts[].storage) can replace it.
                type: str
              mount_path:
                description:
                - Path at which the storage is mounted.
                - 'Length: 1 to 255 characters.'
                type: str
                required: true
              size:
                description:
                - Size of the local storage in GB. V(30) is currently the only value
                  that the provider documents. The range depends on your account.
                - Allowed only with C(volume_mounts[].type=local). If omitted, the
                  module sends V(30) for a new entry.
                type: int
              storage:
                description:
                - Exact name of the network storage instead of its ID. The storage
                  must exist, or another entry of the same M(gpufleet.cloud.fleet)
                  task must create it. If C(cluster_id) is set, only storages in
                  this cluster count. If there are several, the task fails and lists
                  their IDs.
                - A task with this option also lists the network storages.
                - Must not be empty.
                - Allowed only with C(volume_mounts[].type=network).
                type: str
              type:
                description:
                - V(local) mounts storage of the worker. V(network) mounts a network
                  storage.
                type: str
                required: true
                choices:
                - local
                - network
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
          worker_config:
            description:
            - Workers of the endpoint. The module keeps the current values of the
              keys that you omit.
            type: dict
            suboptions:
              free_timeout:
                description:
                - B(Required to create the endpoint.) Time in seconds until an idle
                  worker is released. The range depends on your account.
                type: int
              gpu_num:
                description:
                - B(Required to create the endpoint.) Number of GPUs of each worker.
                  The range depends on your account.
                type: int
              max_concurrent:
                description:
                - B(Required to create the endpoint.) Maximum number of requests
                  that a worker processes at the same time. The range depends on
                  your account.
                type: int
              max_num:
                description:
                - B(Required to create the endpoint.) Maximum number of workers.
                  The range depends on your account.
                type: int
              min_num:
                description:
                - B(Required to create the endpoint.) Minimum number of workers.
                  With V(0), the endpoint scales to zero when it is idle.
                - Must not exceed C(worker_config.max_num). The range depends on
                  your account.
                type: int
              request_timeout:
                description:
                - B(Required to create the endpoint.) Time limit in seconds for
                  a request. The range depends on your account.
                type: int
      novita_instance:
        description:
        - Manage GPU instances of Novita AI. The options are those of M(gpufleet.cloud.novita_instance).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          allow_unknown_cost:
            description:
            - Whether the task may change the resource although its cost in the
              worst case is unknown. With V(false), such a task fails before any
              write. Has no effect without C(max_hourly_cost).
            type: bool
            default: false
          auto_renew:
            description:
            - Whether the subscription renews itself. V(true) requires monthly billing.
              A task that sets this option sends one more request.
            type: bool
          auto_renew_month:
            description:
            - Number of months of each renewal. Requires C(auto_renew=true).
            - 'Range: 1 to 12.'
            type: int
          billing_mode:
            description:
            - How the provider bills the instance. The default of the provider is
              V(onDemand).
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance. The only exception is a change from V(onDemand) to V(monthly),
              which is made in place and cannot be undone.'
            - The provider does not delete a subscription before it ends. The module
              refuses to replace one, because you would pay for both instances.
              After the subscription has ended, delete the instance with C(state=absent)
              and create a new one.
            - If the first generation of the API does not return this value, a task
              that sets this option sends one more request, to the second generation.
              The module compares this value only if the provider returns it.
            type: str
            choices:
            - onDemand
            - monthly
            - spot
          cluster_id:
            description:
            - ID of the cluster. Must not be empty. If omitted, the provider selects
              a cluster.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          command:
            description:
            - Start command. At most 2047 characters. An empty text removes the
              value.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            - A change restarts the instance; see C(save_data).
            type: str
          entrypoint:
            description:
            - Entrypoint. At most 2047 characters. An empty text removes the value.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            - A change restarts the instance; see C(save_data).
            type: str
          envs:
            description:
            - Environment variables of the container, as a mapping of names to values.
              Results and diffs show the values.
            - 'Names: at most 511 characters. Values: at most 4095 characters. At
              most 100 variables, including those in C(secret_envs).'
            - Values must be strings or integers. Put all other values in quotes,
              because YAML would change them. Examples are C(no), C(12.80) and C(010).
              For the result of an expression, use the filter C(string).
            - A change restarts the instance; see C(save_data).
            type: dict
          envs_mode:
            description:
            - Set V(replace) to make C(envs) and C(secret_envs) together the complete
              set of variables. The module removes all other variables and lists
              them in the plan.
            - Set V(merge) to manage only the variables in C(envs) and C(secret_envs)
              and to keep all others.
            - This option has no effect if the task sets neither C(envs) nor C(secret_envs).
            type: str
            choices:
            - replace
            - merge
            default: replace
          gpu_num:
            description:
            - B(Required to create the instance.) Number of GPUs. With C(kind=cpu),
              omit this option.
            - 'Range: 1 to 8.'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: int
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          image_auth:
            description:
            - Credential for the registry of the image, in the form C(user:password).
              An empty text means no credential.
            - 'Length: 8 to 10239 characters.'
            - Must not occur in an option that is not secret, because Ansible would
              mask it there.
            - 'Write-only: the provider never returns this value, so it is never
              compared.'
            type: str
          image_auth_id:
            description:
            - ID of a stored registry credential, which you can also name with C(registry_auth).
              An empty text removes the value.
            - A change restarts the instance; see C(save_data).
            type: str
          image_url:
            description:
            - B(Required to create the instance.) Address of the container image.
            - 'Length: 1 to 500 characters.'
            - A change restarts the instance; see C(save_data).
            type: str
          kind:
            description:
            - B(Required to create the instance.) Whether the instance has GPUs.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
            choices:
            - gpu
            - cpu
          max_hourly_cost:
            description:
            - Highest cost per hour that the task may cause, by currency. The module
              reads the prices and calculates the cost in the worst case, which
              is the highest cost that the settings of the resource allow.
            - The task fails before any write, with the reason C(price), if it raises
              this cost above the limit. A task that does not raise the cost never
              fails because of the limit, even if the resource costs more.
            - The limit does not contain traffic, storage, and the resource that
              a replacement deletes. It has no effect on running workers.
            type: dict
            suboptions:
              USD:
                description:
                - Limit in USD per hour.
                - 'Minimum: 0.'
                type: float
          max_hourly_price:
            description:
            - Maximum price in USD per hour, for all GPUs of the instance together.
              If the price is higher, or if the module cannot read it, the module
              does not create or start the instance and the task fails. With C(billing_mode=spot),
              the limit applies to the spot price. Not allowed with monthly billing.
            - The plan contains the price as C(hourly_price). A task that sets this
              option sends one more request when it creates or starts an instance.
            - Must be greater than 0.
            type: float
          min_cuda_version:
            description:
            - Minimum CUDA version, such as V(12.4). Put it in quotes. At most 255
              characters.
            - An empty text removes the value.
            - 'Write-only: the provider never returns this value, so it is never
              compared.'
            type: str
          month:
            description:
            - Number of months of a subscription. A positive number selects monthly
              billing.
            - It applies when the module creates the instance, and when C(billing_mode)
              changes to V(monthly). For this change, the default is V(1). It never
              renews a subscription.
            - 'Minimum: 0.'
            - 'Write-only: the provider never returns this value, so it is never
              compared.'
            type: int
          name:
            description:
            - B(Required to create the instance.) Name of the instance. The module
              compares the exact name.
            - 'Length: 1 to 255 characters. Must not start or end with whitespace
              or contain control characters.'
            - 'Immutable: the provider cannot rename the instance.'
            type: str
          network:
            description:
            - Exact name of a private network instead of its ID. The network must
              exist, or another entry of the same M(gpufleet.cloud.fleet) task must
              create it. If C(cluster_id) is set, only networks in this cluster
              count. If there are several, the task fails and lists their IDs.
            - A task with this option also lists the private networks. You cannot
              set C(network_id) with it.
            - Must not be empty.
            type: str
          network_id:
            description:
            - ID of a private network, which you can also name with C(network).
              Must not be empty.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          network_storages:
            description:
            - Network storages to mount. The list replaces all current entries.
              The module identifies an entry by its ID, and ignores the order. It
              never detaches a storage that stays in the list.
            - At most 30 entries.
            - A change restarts the instance; see C(save_data).
            type: list
            elements: dict
            suboptions:
              id:
                description:
                - ID of the storage, unless C(network_storages[].storage) is set.
                  Must not be empty.
                type: str
              mount_point:
                description:
                - Path at which the storage is mounted. If omitted, the module sends
                  V(/network) for a new entry.
                - 'Length: 1 to 4095 characters.'
                type: str
              storage:
                description:
                - Exact name of the storage instead of its ID. The storage must
                  exist, or another entry of the same M(gpufleet.cloud.fleet) task
                  must create it. If C(cluster_id) is set, only storages in this
                  cluster count. If there are several, the task fails and lists
                  their IDs.
                - A task with this option also lists the network storages.
                - Must not be empty.
                type: str
          ports:
            description:
            - Open ports, such as V(8888/http) or V(22022/tcp). The list replaces
              all current ports. The order is ignored.
            - 'At most 15 entries, including those of C(tools). Range of each entry:
              1 to 65535. Reserved ports: 2222, 2223, 2224.'
            - A change takes effect without a restart.
            type: list
            elements: str
          product:
            description:
            - The product on which the instance runs, by its properties instead
              of its ID. The ID is in C(product).
            - The module searches for the product when it creates the instance,
              and when the current product lacks one of these properties. Otherwise
              it keeps the current product, even if there is a cheaper one. A change
              of the product requires C(recreate=true). With C(kind=cpu), set C(product_id).
            - If several products have these properties, the task fails and lists
              them with their prices, unless C(product.pick) is set. The module
              checks neither the stock nor the price, and warns about a product
              that is out of stock.
            - A task with this option also lists the products, with one request
              a page. You cannot set C(product_id) with it.
            type: dict
            suboptions:
              billing:
                description:
                - Billing mode. It is also the value of C(billing_mode). V(on_demand)
                  stands for V(onDemand) of that option.
                - If omitted, the product must support the value of C(billing_mode),
                  or V(on_demand) without it.
                type: str
                choices:
                - on_demand
                - monthly
                - spot
              gpu:
                description:
                - Name of the GPU, for example V(RTX 4090), in upper or lower case.
                  It must be the whole name, so an C(RTX 4090 D) is another GPU.
                  Only the size of its memory can be omitted.
                - Required in C(product). Must not be empty.
                type: str
              gpu_num:
                description:
                - Number of GPUs. It is also the value of C(gpu_num). If omitted,
                  the product must support the value of that option.
                - 'Range: 1 to 8.'
                type: int
              pick:
                description:
                - V(cheapest) selects the cheapest of several products that is not
                  out of stock. Products with an unknown price do not count.
                type: str
                choices:
                - cheapest
              region:
                description:
                - ID or exact name of the region. It is also the value of C(cluster_id).
                - Must not be empty.
                type: str
          product_id:
            description:
            - B(Required to create the instance) unless C(product) is set. ID of
              the instance product, for example V(4090.16c62g). M(gpufleet.cloud.novita_product_info)
              with C(category=instance) lists them. Serverless products have different
              IDs. With C(kind=cpu), you need the ID of a CPU product.
            - 'Length: 1 to 255 characters.'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          recreate_order:
            description:
            - Order of the steps with C(recreate=true).
            - V(create_first) deletes the old instance only after the new one is
              ready.
            - V(delete_first) starts in the same way. If the provider refuses the
              new instance because of stock or quota, the module deletes the old
              instance first and tries again. If the provider refuses again, you
              have neither instance.
            type: str
            choices:
            - create_first
            - delete_first
            default: create_first
          registry_auth:
            description:
            - The registry credential by its registry and username instead of its
              ID. The credential must exist, or another entry of the same M(gpufleet.cloud.fleet)
              task must create it.
            - If several credentials have these properties, the task fails and lists
              their IDs.
            - A task with this option sends one more request, to list the credentials.
              You cannot set C(image_auth_id) with it.
            type: dict
            suboptions:
              name:
                description:
                - Address of the registry, exactly as in C(gpufleet.cloud.novita_registry_auth#module:name).
                - Required in C(registry_auth). Must not be empty. Must not start
                  or end with whitespace or contain control characters.
                type: str
              username:
                description:
                - Username at the registry. If omitted, the registry must have only
                  one credential.
                - Must not be empty. Must not start or end with whitespace or contain
                  control characters.
                type: str
          return_credentials:
            description:
            - Whether to return passwords in C(instance.ssh_password) and C(instance.web_terminal_password),
              in clear text.
            - Set C(no_log) on the task, or protect the result.
            type: bool
            default: false
          rootfs_size:
            description:
            - B(Required to create the instance.) Size of the root disk in GB. With
              C(kind=cpu), omit this option, because the product determines the
              size.
            - 'Range: 10 to 6144.'
            - You can increase the size in place. A smaller size requires C(recreate=true),
              which replaces the instance.
            - The provider takes the difference to the current size. If two tasks
              order the same growth at the same time, the disk grows twice. The
              task that then reads a larger size than desired fails.
            type: int
          save_data:
            description:
            - Whether to keep the data on the root disk when the module restarts
              the instance to apply a change.
            type: bool
            default: true
          secret_envs:
            description:
            - Environment variables whose values are secret. The module hides them
              in results, diffs and logs. The provider stores them like other variables,
              and shows them in clear text to everyone who has an API key.
            - 'Values: at least 8 characters. The limits of C(envs) also apply.'
            - A value must not occur in an option that is not secret, because Ansible
              would mask it there. Examples are the name of the resource and the
              image. It must not occur in the current values of the resource either.
            - A variable must not be in C(envs) and in C(secret_envs).
            - Read the values from variables, for example from a vault, a lookup
              or an AWX credential. If a task fails, Ansible can print its source
              with all literal values.
            type: dict
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates or updates the instance, and accepts any power
              state. With C(wait=true), the instance must be running at the end
              if the task has created it, or if it was running before.
            - V(started) also starts the instance.
            - V(stopped) stops the instance. V(restarted) restarts it in every run,
              and always reports a change. Both states fail if the instance does
              not exist.
            - V(absent) deletes the instance and the data on its disk.
            - If the instance is in transition, the module waits before it changes,
              starts or stops it.
            type: str
            choices:
            - present
            - started
            - stopped
            - restarted
            - absent
            default: present
          tools:
            description:
            - Tools of the official images of the provider.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            - The provider returns a port for Jupyter even for an instance without
              Jupyter. This port counts as a tool if the provider reports that Jupyter
              is on. It counts as an open port if the task omits this option and
              C(ports) contains the port.
            type: list
            elements: dict
            suboptions:
              name:
                description:
                - Name of the tool.
                type: str
                required: true
                choices:
                - Jupyter
              port:
                description:
                - Port of the tool.
                - 'Range: 1 to 65535. Reserved ports: 2222, 2223, 2224.'
                type: int
              type:
                description:
                - Type of the port. The module compares this value only if the provider
                  returns it.
                type: str
                choices:
                - tcp
                - http
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_for_ssh:
            description:
            - With C(wait=true), whether to wait also until an SSH server responds.
              It applies to running instances only.
            type: bool
            default: false
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      novita_network:
        description:
        - Manage private networks of Novita AI. The options are those of M(gpufleet.cloud.novita_network).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          cluster_id:
            description:
            - B(Required to create the network.) ID of a cluster that supports private
              networks, see M(gpufleet.cloud.novita_cluster_info). Must not be empty.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the network. The task fails if there are instances in the network.'
            type: str
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          name:
            description:
            - B(Required to create the network.) Name of the network. The module
              compares the exact name.
            - 'Length: 1 to 30 characters. Must not start or end with whitespace
              or contain control characters.'
            - With C(id), this is the new name of the network. A change takes effect
              without a restart.
            type: str
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates or renames the network.
            - V(absent) deletes the network. If there are instances in it, the task
              fails before any write and lists them. Delete them first.
            type: str
            choices:
            - present
            - absent
            default: present
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      novita_network_storage:
        description:
        - Manage network storages of Novita AI. The options are those of M(gpufleet.cloud.novita_network_storage).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          cluster_id:
            description:
            - B(Required to create the network storage.) ID of a cluster that supports
              network storages, see M(gpufleet.cloud.novita_cluster_info). Must
              not be empty.
            - 'Immutable: the module never replaces the network storage, because
              its data would be lost.'
            type: str
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          name:
            description:
            - B(Required to create the network storage.) Name of the storage. The
              module compares the exact name. Novita AI determines which characters
              are allowed; letters, digits and hyphens are.
            - Must not be empty. Must not start or end with whitespace or contain
              control characters.
            - With C(id), this is the new name of the storage. A change takes effect
              without a restart.
            type: str
            aliases:
            - storage_name
          recreate:
            description:
            - Has no effect. Other modules can replace a resource. This module never
              does, because the data would be lost.
            type: bool
            default: false
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          size:
            description:
            - B(Required to create the network storage.) Size of the storage in
              GB. This is the total, not the size to add. The size can only grow.
              The module refuses a smaller size than the current one before any
              write.
            - 'Minimum: 10. A change takes effect without a restart.'
            type: int
            aliases:
            - storage_size
          state:
            description:
            - V(present) creates the storage, renames or enlarges it.
            - V(absent) deletes the storage and all data in it. The module returns
              a warning that says so, also in check mode. Novita AI refuses to delete
              a storage that an endpoint or an instance mounts.
            type: str
            choices:
            - present
            - absent
            default: present
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      novita_registry_auth:
        description:
        - Manage registry credentials of Novita AI. The options are those of M(gpufleet.cloud.novita_registry_auth).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          id:
            description:
            - ID of the registry credential at Novita AI. Must not be empty. Must
              not start or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name) and C(username). A task with C(id)
              never creates a registry credential. If the ID does not exist, the
              task fails, unless C(state=absent).
            - A task that replaces the registry credential must not set C(id), because
              the new one gets another ID.
            - Set C(id), or C(name) and C(username), or all of them.
            type: str
          name:
            description:
            - B(Required to create the registry credential.) Address of the registry,
              for example V(registry.example.org). The module compares the exact
              text. Must not start or end with whitespace or contain control characters.
            - 'Length: 1 to 255 characters.'
            - 'Immutable: the provider cannot rename the registry credential.'
            - Set C(name) together with C(username).
            type: str
          password:
            description:
            - B(Required to create the registry credential.) Password or access
              token for the registry.
            - 'Length: 8 to 1024 characters.'
            - Must not occur in an option that is not secret, because Ansible would
              mask it there.
            - 'Immutable: C(update_password) defines what a different value means.'
            - The module compares this value only if the provider returns it.
            type: str
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates the registry credential, or replaces it as C(update_password)
              specifies.
            - V(absent) deletes the registry credential. Novita AI refuses this
              while an endpoint or an instance uses it.
            type: str
            choices:
            - present
            - absent
            default: present
          update_password:
            description:
            - V(on_create) uses C(password) only for a registry credential that
              does not exist yet. The module does not compare the password of an
              existing one.
            - V(always) replaces a registry credential with another password. If
              Novita AI returns the password masked, empty or not at all, the module
              cannot compare it, and every run replaces the registry credential.
            - A replacement creates the new registry credential first, and then
              deletes the old one. Depending on Novita AI, the create can overwrite
              the old one instead. C(id) is the ID of the new registry credential.
            - If an endpoint or an instance uses the old registry credential, Novita
              AI refuses to delete it. The task then succeeds with a warning that
              contains both IDs. Set the new ID in the endpoints and instances,
              then delete the old registry credential by its C(id). Until then,
              tasks without C(id) fail, because both match.
            - V(always) is sufficient for a replacement. C(recreate) has no effect
              on the password.
            type: str
            choices:
            - on_create
            - always
            default: on_create
          username:
            description:
            - B(Required to create the registry credential.) Username at the registry.
              The module compares the exact text. Must not start or end with whitespace
              or contain control characters.
            - 'Length: 1 to 511 characters.'
            - 'Immutable: a different value means another registry credential.'
            - Set C(username) together with C(name).
            type: str
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      ppio_endpoint:
        description:
        - Manage serverless GPU endpoints of PPIO. The options are those of M(gpufleet.cloud.ppio_endpoint).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          allow_unknown_cost:
            description:
            - Whether the task may change the resource although its cost in the
              worst case is unknown. With V(false), such a task fails before any
              write. Has no effect without C(max_hourly_cost).
            type: bool
            default: false
          app_name:
            description:
            - Application name, which is part of the URL of the endpoint. Every
              name can be used only once.
            - 'Length: 1 to 255 characters.'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the endpoint. To replace an endpoint that has an application name,
              the task must set a new name.'
            type: str
          command:
            description:
            - Start command of the container. An empty text removes the value. The
              container then uses the command of the image.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            type: str
          entrypoint:
            description:
            - Entrypoint of the container. An empty text removes the value. The
              container then uses the entrypoint of the image.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            type: str
          envs:
            description:
            - Environment variables of the container, as a mapping of names to values.
              Results and diffs show the values.
            - 'Names: at most 511 characters. Values: at most 4095 characters.'
            - Values must be strings or integers. Put all other values in quotes,
              because YAML would change them. Examples are C(no), C(12.80) and C(010).
              For the result of an expression, use the filter C(string).
            type: dict
          envs_mode:
            description:
            - Set V(replace) to make C(envs) and C(secret_envs) together the complete
              set of variables. The module removes all other variables and lists
              them in the plan.
            - Set V(merge) to manage only the variables in C(envs) and C(secret_envs)
              and to keep all others.
            - This option has no effect if the task sets neither C(envs) nor C(secret_envs).
            type: str
            choices:
            - replace
            - merge
            default: replace
          health_check:
            description:
            - HTTP health check of the workers.
            type: dict
            suboptions:
              path:
                description:
                - Path that the health check requests. Must not be empty.
                type: str
              port:
                description:
                - Port to which the health check connects.
                - 'Range: 0 to 65535.'
                type: int
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          image:
            description:
            - B(Required to create the endpoint.) Address of the container image.
            - 'Length: 1 to 500 characters.'
            type: str
          max_hourly_cost:
            description:
            - Highest cost per hour that the task may cause, by currency. The module
              reads the prices and calculates the cost in the worst case, which
              is the highest cost that the settings of the resource allow.
            - The task fails before any write, with the reason C(price), if it raises
              this cost above the limit. A task that does not raise the cost never
              fails because of the limit, even if the resource costs more.
            - The limit does not contain traffic, storage, and the resource that
              a replacement deletes. It has no effect on running workers.
            type: dict
            suboptions:
              CNY:
                description:
                - Limit in CNY per hour.
                - 'Minimum: 0.'
                type: float
          name:
            description:
            - B(Required to create the endpoint.) Name of the endpoint. The module
              compares the exact name.
            - 'Length: 1 to 255 characters. Must not start or end with whitespace
              or contain control characters.'
            - With C(id), this is the new name of the endpoint.
            type: str
          policy:
            description:
            - Policy by which the endpoint adds workers.
            type: dict
            suboptions:
              type:
                description:
                - V(queue) scales by the time that requests wait in the queue. V(concurrency)
                  scales by the number of requests in the queue.
                type: str
                choices:
                - queue
                - concurrency
              value:
                description:
                - Waiting time in seconds with C(policy.type=queue). Number of requests
                  with C(policy.type=concurrency).
                - 'Range: 1 to 1000.'
                type: int
          ports:
            description:
            - Ports of the container. The list replaces all current ports. The order
              is ignored.
            - 'Range of each entry: 1 to 65535.'
            type: list
            elements: int
          product:
            description:
            - The product on which the endpoint runs, by its properties instead
              of its ID. The ID is in C(product).
            - The module searches for the product when it creates the endpoint,
              and when the current product lacks one of these properties. Otherwise
              it keeps the current product, even if there is a cheaper one. A change
              of the product is an update of C(product_id).
            - If several products have these properties, the task fails and lists
              them with their prices, unless C(product.pick) is set. The module
              checks neither the stock nor the price, and warns about a product
              that is out of stock.
            - A task with this option also lists the products, with one request
              a page. You cannot set C(product_id) with it.
            type: dict
            suboptions:
              billing:
                description:
                - Billing mode that the product must support. V(on_demand), billing
                  by use, is the only one for endpoints.
                type: str
                choices:
                - on_demand
              gpu:
                description:
                - Name of the GPU, for example V(RTX 4090), in upper or lower case.
                  It must be the whole name, so an C(RTX 4090 D) is another GPU.
                  Only the size of its memory can be omitted.
                - Required in C(product). Must not be empty.
                type: str
              gpu_num:
                description:
                - Number of GPUs. It is also the value of C(worker_config.gpu_num).
                  If omitted, the product must support the value of that option.
                - 'Range: 1 to 8.'
                type: int
              pick:
                description:
                - V(cheapest) selects the cheapest of several products that is not
                  out of stock. Products with an unknown price do not count.
                type: str
                choices:
                - cheapest
              region:
                description:
                - ID or exact name of the region. It is also the value of C(region_id).
                - Must not be empty.
                type: str
          product_id:
            description:
            - B(Required to create the endpoint) unless C(product) is set. ID of
              the serverless product on which the workers run. M(gpufleet.cloud.ppio_product_info)
              lists them. Serverless products and instance products have different
              IDs.
            - 'Length: 1 to 255 characters.'
            type: str
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          region_id:
            description:
            - ID of the region. Must not be empty.
            type: str
          registry_auth:
            description:
            - The registry credential by its name and username instead of its ID.
              The credential must exist. PPIO documents no call that creates one,
              so create it in the console. M(gpufleet.cloud.ppio_registry_auth_info)
              lists the credentials.
            - If several credentials have these properties, the task fails and lists
              their IDs.
            - A task with this option sends one more request, to list the credentials.
              You cannot set C(registry_auth_id) with it.
            type: dict
            suboptions:
              name:
                description:
                - Name of the credential, exactly as PPIO returns it.
                - Required in C(registry_auth). Must not be empty. Must not start
                  or end with whitespace or contain control characters.
                type: str
              username:
                description:
                - Username at the registry. If omitted, only one credential must
                  have the name.
                - Must not be empty. Must not start or end with whitespace or contain
                  control characters.
                type: str
          registry_auth_id:
            description:
            - ID of a stored registry credential, which you can also name with C(registry_auth).
              Public images do not need one. At most 255 characters. An empty text
              removes the value.
            type: str
          secret_envs:
            description:
            - Environment variables whose values are secret. The module hides them
              in results, diffs and logs. The provider stores them like other variables,
              and shows them in clear text to everyone who has an API key.
            - 'Values: at least 8 characters. The limits of C(envs) also apply.'
            - A value must not occur in an option that is not secret, because Ansible
              would mask it there. Examples are the name of the resource and the
              image. It must not occur in the current values of the resource either.
            - A variable must not be in C(envs) and in C(secret_envs).
            - Read the values from variables, for example from a vault, a lookup
              or an AWX credential. If a task fails, Ansible can print its source
              with all literal values.
            type: dict
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates or updates the endpoint.
            - V(absent) deletes the endpoint and its workers.
            type: str
            choices:
            - present
            - absent
            default: present
          type:
            description:
            - B(Required to create the endpoint.) V(sync) returns the result in
              the response to a request. With V(async), clients fetch the result
              later.
            - List responses do not contain the type, so a task that sets this option
              sends one more request.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the endpoint.'
            type: str
            choices:
            - sync
            - async
          volumes:
            description:
            - Storage that is mounted into the workers. The list replaces all current
              entries. The module identifies an entry by its type and mount point,
              and ignores the order.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                - ID of the storage. Must not be empty.
                type: str
              mount_point:
                description:
                - Path at which the storage is mounted.
                - 'Length: 1 to 4095 characters.'
                type: str
                required: true
              size:
                description:
                - Size of the local storage. Allowed only with C(volumes[].type=local).
                  The module compares this value only if the provider returns it.
                type: int
              type:
                description:
                - V(network) mounts a network storage. PPIO has deprecated V(local),
                  for which the module returns a warning.
                type: str
                required: true
                choices:
                - network
                - local
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
          worker_config:
            description:
            - Workers of the endpoint. The module keeps the current values of the
              keys that you omit.
            type: dict
            suboptions:
              gpu_num:
                description:
                - Number of GPUs of each worker.
                - 'Range: 1 to 8.'
                type: int
              idle_timeout:
                description:
                - Time in seconds until an idle worker is released.
                - 'Range: 1 to 1000.'
                type: int
              max_concurrent_per_worker:
                description:
                - Maximum number of requests that a worker processes at the same
                  time.
                - 'Range: 1 to 1000.'
                type: int
              max_replicas:
                description:
                - B(Required to create the endpoint.) Maximum number of workers.
                - 'Range: 0 to 1000.'
                type: int
              min_cuda_version:
                description:
                - Minimum CUDA version. Put it in quotes, because YAML reads an
                  unquoted C(12.8) as a number.
                - 'Supported values: V(12.4), V(12.6), V(12.8), V(12.9), V(13.0).'
                - Any other value, such as V(any), is accepted only if it is the
                  current value of the endpoint.
                type: str
              min_replicas:
                description:
                - Minimum number of workers. With V(0), the endpoint scales to zero
                  when it is idle.
                - 'Range: 0 to 1000. Must not exceed C(worker_config.max_replicas).'
                type: int
              request_timeout:
                description:
                - Time limit in seconds for a request.
                - 'Range: 1 to 1800.'
                type: int
              rootfs_size_gb:
                description:
                - Size of the root file system in GB.
                - 'Range: 10 to 100.'
                type: int
      ppio_instance:
        description:
        - Manage GPU instances of PPIO. The options are those of M(gpufleet.cloud.ppio_instance).
        type: dict
        suboptions:
          accept_data_loss:
            description:
            - Whether the task may stop or replace the instance, although this loses
              the data on the root disk and the volume disk. With V(false), such
              a task fails before any write. A network volume keeps its data.
            - C(state=absent) does not need it.
            type: bool
            default: false
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          allow_unknown_cost:
            description:
            - Whether the task may change the resource although its cost in the
              worst case is unknown. With V(false), such a task fails before any
              write. Has no effect without C(max_hourly_cost).
            type: bool
            default: false
          auto_migrate:
            description:
            - Automatic migration to another machine if this one fails.
            type: dict
            suboptions:
              enabled:
                description:
                - Whether the provider migrates the instance.
                type: bool
              include_system_disk:
                description:
                - Whether it also migrates the root disk.
                type: bool
          billing:
            description:
            - How the instance is paid.
            type: dict
            suboptions:
              mode:
                description:
                - B(Required to create the instance.) V(postpaid) is billed by the
                  second. V(prepaid) is a subscription for some months, which the
                  provider does not delete before it ends. PPIO can take a V(spot)
                  instance away.
                - You can change V(postpaid) to V(prepaid) in place, which orders
                  a subscription, and V(prepaid) to V(postpaid). The provider does
                  not document when the latter takes effect. A change to or from
                  V(spot) requires C(recreate=true), which replaces the instance.
                type: str
                choices:
                - postpaid
                - prepaid
                - spot
              prepaid:
                description:
                - Settings of a subscription. Must be omitted unless C(billing.mode)
                  is V(prepaid).
                type: dict
                suboptions:
                  auto_renew:
                    description:
                    - Automatic renewal of the subscription.
                    type: dict
                    suboptions:
                      enabled:
                        description:
                        - Whether the provider renews the subscription automatically.
                        type: bool
                      months:
                        description:
                        - Number of months of each renewal.
                        - 'Minimum: 0.'
                        type: int
                  months:
                    description:
                    - Number of months to order when the instance is created, or
                      when its mode changes to V(prepaid). If omitted, a change
                      orders 1 month.
                    - 'Minimum: 1.'
                    - 'Write-only: the provider never returns this value, so it
                      is never compared.'
                    type: int
          candidate_regions:
            description:
            - IDs of the regions in which the instance can run, which M(gpufleet.cloud.ppio_region_info)
              lists. The region in which it runs is in C(instance.region).
            - A list that contains the region in which the instance runs changes
              nothing. Omit the option to allow all regions.
            - At least 1 entry.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: list
            elements: str
          command:
            description:
            - Start command. An empty text removes the value.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            - A change restarts the instance; see C(save_data).
            type: str
          entrypoint:
            description:
            - Entrypoint. An empty text removes the value.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            - A change restarts the instance; see C(save_data).
            type: str
          envs:
            description:
            - Environment variables of the container, as a mapping of names to values.
              Results and diffs show the values.
            - Values must be strings or integers. Put all other values in quotes,
              because YAML would change them. Examples are C(no), C(12.80) and C(010).
              For the result of an expression, use the filter C(string).
            - A change restarts the instance; see C(save_data).
            type: dict
          envs_mode:
            description:
            - Set V(replace) to make C(envs) and C(secret_envs) together the complete
              set of variables. The module removes all other variables and lists
              them in the plan.
            - Set V(merge) to manage only the variables in C(envs) and C(secret_envs)
              and to keep all others.
            - This option has no effect if the task sets neither C(envs) nor C(secret_envs).
            type: str
            choices:
            - replace
            - merge
            default: replace
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          image:
            description:
            - B(Required to create the instance.) Address of the container image.
            - 'Length: 1 to 500 characters.'
            - A change restarts the instance; see C(save_data).
            type: str
          max_hourly_cost:
            description:
            - Highest cost per hour that the task may cause, by currency. The module
              reads the prices and calculates the cost in the worst case, which
              is the highest cost that the settings of the resource allow.
            - The task fails before any write, with the reason C(price), if it raises
              this cost above the limit. A task that does not raise the cost never
              fails because of the limit, even if the resource costs more.
            - The limit does not contain traffic, storage, and the resource that
              a replacement deletes. It has no effect on running workers.
            type: dict
            suboptions:
              CNY:
                description:
                - Limit in CNY per hour.
                - 'Minimum: 0.'
                type: float
          max_hourly_price:
            description:
            - Maximum price in CNY per hour, for all GPUs of the instance together.
              If the price is higher, or if the module cannot read it, the module
              does not create or start the instance and the task fails. With C(billing.mode=spot),
              the limit applies to the spot price. Not allowed with C(billing.mode=prepaid).
            - The plan contains the price as C(hourly_price). A task that sets this
              option lists the products when it creates or starts an instance, with
              one request a page.
            - Must be greater than 0.
            type: float
          name:
            description:
            - B(Required to create the instance.) Name of the instance. The module
              compares the exact name.
            - 'Length: 1 to 255 characters. Must not start or end with whitespace
              or contain control characters.'
            - 'Immutable: the provider cannot rename the instance.'
            type: str
          network:
            description:
            - Private network of the instance.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: dict
            suboptions:
              id:
                description:
                - ID of the network. An empty text removes the value.
                type: str
              ip:
                description:
                - Address of the instance in the network. Requires C(network.id).
                  Must not be empty.
                type: str
          ports:
            description:
            - Open ports, such as V(8888/http) or V(22022/tcp). The list replaces
              all current ports. The order is ignored.
            - 'Range of each entry: 1 to 65535.'
            - A change takes effect without a restart.
            type: list
            elements: str
          product:
            description:
            - The product on which the instance runs, by its properties instead
              of its ID. The ID is in C(product).
            - The module searches for the product when it creates the instance,
              and when the current product lacks one of these properties. Otherwise
              it keeps the current product, even if there is a cheaper one. A change
              of the product requires C(recreate=true). With C(type=cpu), set C(product_id).
            - If several products have these properties, the task fails and lists
              them with their prices, unless C(product.pick) is set. The module
              checks neither the stock nor the price, and warns about a product
              that is out of stock.
            - A task with this option also lists the products, with one request
              a page. You cannot set C(product_id) with it.
            type: dict
            suboptions:
              billing:
                description:
                - Billing mode. It is also the value of C(billing.mode). V(on_demand)
                  stands for V(postpaid) of that option, and V(monthly) for V(prepaid).
                - If omitted, the product must support the value of C(billing.mode),
                  or V(on_demand) without it.
                type: str
                choices:
                - on_demand
                - monthly
                - spot
              gpu:
                description:
                - Name of the GPU, for example V(RTX 4090), in upper or lower case.
                  It must be the whole name, so an C(RTX 4090 D) is another GPU.
                  Only the size of its memory can be omitted.
                - Required in C(product). Must not be empty.
                type: str
              gpu_num:
                description:
                - Number of GPUs. It is also the value of C(resource.gpu_num). If
                  omitted, the product must support the value of that option.
                - 'Range: 1 to 8.'
                type: int
              pick:
                description:
                - V(cheapest) selects the cheapest of several products that is not
                  out of stock. Products with an unknown price do not count.
                type: str
                choices:
                - cheapest
              region:
                description:
                - ID or exact name of the region. It is also the only entry of C(candidate_regions).
                - Must not be empty.
                type: str
          product_id:
            description:
            - B(Required to create the instance) unless C(product) is set. ID of
              the instance product. M(gpufleet.cloud.ppio_product_info) with C(category=instance)
              lists them. Serverless products have different IDs. With C(type=cpu),
              you need the ID of a CPU product.
            - 'Length: 1 to 255 characters.'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          recreate_order:
            description:
            - Order of the steps with C(recreate=true).
            - V(create_first) deletes the old instance only after the new one is
              ready.
            - V(delete_first) starts in the same way. If the provider refuses the
              new instance because of stock or quota, the module deletes the old
              instance first and tries again. If the provider refuses again, you
              have neither instance.
            type: str
            choices:
            - create_first
            - delete_first
            default: create_first
          registry_auth:
            description:
            - The registry credential by its registry and username instead of its
              ID. The credential must exist; PPIO documents no call that creates
              one.
            - If several credentials have these properties, the task fails and lists
              their IDs.
            - A task with this option sends one more request, to list the credentials.
              You cannot set C(registry_auth_id) with it.
            type: dict
            suboptions:
              name:
                description:
                - Address of the registry, exactly as M(gpufleet.cloud.ppio_registry_auth_info)
                  returns it.
                - Required in C(registry_auth). Must not be empty. Must not start
                  or end with whitespace or contain control characters.
                type: str
              username:
                description:
                - Username at the registry. If omitted, the registry must have only
                  one credential.
                - Must not be empty. Must not start or end with whitespace or contain
                  control characters.
                type: str
          registry_auth_id:
            description:
            - ID of a stored registry credential, which you can also name with C(registry_auth).
              At most 255 characters. An empty text removes the value.
            - A change restarts the instance; see C(save_data).
            type: str
          resource:
            description:
            - What the instance gets of its machine.
            type: dict
            suboptions:
              gpu_num:
                description:
                - B(Required to create the instance.) Number of GPUs. With C(type=cpu),
                  omit this option.
                - 'Minimum: 1.'
                - The product limits the number. A different number requires C(recreate=true),
                  which replaces the instance.
                type: int
              min_cuda_version:
                description:
                - Minimum CUDA version, such as V(12.4). Put it in quotes. An empty
                  text removes the value.
                - 'Write-only: the provider never returns this value, so it is never
                  compared. A task that replaces an instance must set it again.'
                type: str
              rootfs_size_gb:
                description:
                - B(Required to create the instance.) Size of the root disk in GB.
                - 'Minimum: 10.'
                - The product limits the size.
                - You can increase the size in place. A smaller size requires C(recreate=true),
                  which replaces the instance.
                - The provider takes the difference to the current size. If two
                  tasks order the same growth at the same time, the disk grows twice.
                  The task that then reads a larger size than desired fails.
                type: int
          return_credentials:
            description:
            - Whether to return passwords in C(instance.ssh_password) and C(instance.web_terminal_password),
              in clear text.
            - Set C(no_log) on the task, or protect the result.
            type: bool
            default: false
          save_data:
            description:
            - Whether to keep the data on the root disk when the module restarts
              the instance to apply a change.
            type: bool
            default: true
          secret_envs:
            description:
            - Environment variables whose values are secret. The module hides them
              in results, diffs and logs. The provider stores them like other variables,
              and shows them in clear text to everyone who has an API key.
            - 'Values: at least 8 characters. The limits of C(envs) also apply.'
            - A value must not occur in an option that is not secret, because Ansible
              would mask it there. Examples are the name of the resource and the
              image. It must not occur in the current values of the resource either.
            - A variable must not be in C(envs) and in C(secret_envs).
            - Read the values from variables, for example from a vault, a lookup
              or an AWX credential. If a task fails, Ansible can print its source
              with all literal values.
            type: dict
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates or updates the instance, and accepts any power
              state. With C(wait=true), the instance must be running at the end
              if the task has created it, or if it was running before.
            - V(started) also starts the instance.
            - V(stopped) stops the instance, which loses the data on its disks,
              and requires C(accept_data_loss=true). V(restarted) restarts it in
              every run, and always reports a change. Both states fail if the instance
              does not exist.
            - V(absent) deletes the instance and the data on its disks.
            - If the instance is in transition, the module waits before it changes,
              starts or stops it.
            type: str
            choices:
            - present
            - started
            - stopped
            - restarted
            - absent
            default: present
          tools:
            description:
            - Tools of the official images of the provider.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: dict
            suboptions:
              jupyter:
                description:
                - Jupyter. Its address is in C(instance.jupyter_url).
                type: dict
                suboptions:
                  enabled:
                    description:
                    - Whether Jupyter runs.
                    type: bool
                  port:
                    description:
                    - Port of Jupyter.
                    - 'Range: 1 to 65535.'
                    type: int
                  protocol:
                    description:
                    - Protocol of the port.
                    - 'Write-only: the provider never returns this value, so it
                      is never compared. A task that replaces an instance must set
                      it again.'
                    type: str
                    choices:
                    - tcp
                    - http
          type:
            description:
            - Whether the instance has GPUs. If omitted, a new instance has GPUs.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
            choices:
            - gpu
            - cpu
          volumes:
            description:
            - Mounted volumes. The list replaces all current volumes. The order
              is ignored.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: list
            elements: dict
            suboptions:
              id:
                description:
                - ID of the volume. Must not be empty.
                type: str
                required: true
              mount_point:
                description:
                - Path in the container. Must not be empty.
                type: str
                required: true
              type:
                description:
                - Type of the volume, for example V(network). Must not be empty.
                type: str
                required: true
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_for_ssh:
            description:
            - With C(wait=true), whether to wait also until an SSH server responds.
              It applies to running instances only.
            type: bool
            default: false
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
          web_terminal:
            description:
            - Whether the web terminal is on. Its address is in C(instance.web_terminal_url).
            - 'Update-only: a create request does not accept this option, so the
              module sets it right after the create.'
            type: bool
      vast_endpoint:
        description:
        - Manage serverless endpoints of Vast.ai. The options are those of M(gpufleet.cloud.vast_endpoint).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          cold_mult:
            description:
            - Desired capacity including cold workers, as a multiple of the active
              load. Vast.ai's default is V(2.5).
            - 'Minimum: 0.'
            type: float
          cold_workers:
            description:
            - Minimum number of workers, even without load. Vast.ai's default is
              V(5).
            - With C(min_load=0), these workers are stopped between requests. With
              C(cold_workers=0) and C(min_load=0), Vast.ai recruits no worker before
              the first request.
            - Use a smaller number than C(max_workers). Otherwise the module returns
              a warning.
            - 'Minimum: 0.'
            type: int
          endpoint_state:
            description:
            - V(active) recruits and releases workers as needed.
            - V(suspended) does not change the workers, and you continue to pay
              for them.
            - V(stopped) makes all workers inactive, so that you only pay for their
              storage.
            - A new endpoint is active. Vast.ai can also change the state itself
              when an account runs out of credit.
            - 'Update-only: a create request does not accept this option, so the
              module sets it right after the create.'
            type: str
            choices:
            - active
            - suspended
            - stopped
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          inactivity_timeout:
            description:
            - Time in seconds without requests after which the endpoint may scale
              to zero. V(0) sets no such condition. With a negative number, the
              endpoint never scales to zero. See C(max_queue_time) for null.
            type: float
          max_queue_time:
            description:
            - Expected queue time of a worker in seconds above which Vast.ai holds
              requests back.
            - The value can be null at Vast.ai. After you set a number, it may be
              impossible to set it to null again.
            type: float
          max_workers:
            description:
            - Maximum number of workers, active and inactive. Vast.ai's default
              is V(20). Set V(0) to stop all spending.
            - 'Minimum: 0.'
            type: int
          min_cold_load:
            description:
            - Minimum capacity including cold workers, in units of performance per
              second.
            - 'Minimum: 0.'
            type: float
          min_load:
            description:
            - Minimum active capacity, in units of performance per second. Vast.ai's
              default is V(10).
            - With a value above zero, at least one worker is always running, and
              you pay for it.
            - 'Minimum: 0.'
            type: float
          name:
            description:
            - B(Required to create the endpoint.) Name of the endpoint. The module
              compares the exact name. Vast.ai determines which characters are allowed.
            - Must not be empty. Must not start or end with whitespace or contain
              control characters.
            - With C(id), this is the new name of the endpoint.
            type: str
            aliases:
            - endpoint_name
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          return_api_key:
            description:
            - Whether to return the key with which clients call the endpoint in
              C(endpoint.api_key), in clear text.
            - Set C(no_log) on the task, or protect the result.
            type: bool
            default: false
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates or updates the endpoint.
            - V(absent) deletes the endpoint, its workergroups and their workers.
              If Vast.ai does not delete a worker, the module returns a warning
              with its ID, because you continue to pay for it.
            type: str
            choices:
            - present
            - absent
            default: present
          target_queue_time:
            description:
            - Queue time in seconds above which Vast.ai adds workers quickly. See
              C(max_queue_time) for null.
            type: float
          target_util:
            description:
            - Desired utilization, as a fraction. Vast.ai's default is V(0.9).
            - Must be greater than 0.
            - 'Maximum: 1.'
            type: float
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_for:
            description:
            - Which workers the module counts. V(ready) includes idle workers. V(active)
              only counts workers that serve requests now.
            - V(active) without C(wait_for_workers) waits for one worker.
            type: str
            choices:
            - ready
            - active
            default: ready
          wait_for_workers:
            description:
            - Number of workers that must be ready before C(wait) ends. By default,
              the module does not wait for workers.
            - 'Minimum: 0. Must not exceed C(max_workers).'
            - A worker is ready if it serves requests, or if it is idle and has
              loaded its model once. A single bad worker does not end the wait,
              because Vast.ai reboots or replaces it.
            - The wait ends early if three workers were replaced and no worker is
              ready. It also ends early if the endpoint is not active. If the task
              itself sets another C(endpoint_state), it does not wait for workers.
            - If the time limit is reached, the error message lists the workers
              with their statuses, likely causes, and the end of the log of the
              endpoint.
            - Not allowed if the task sets C(cold_workers=0) and C(min_load=0),
              because the wait would not end before the first request.
            type: int
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      vast_env_var:
        description:
        - Manage environment variables of a Vast.ai account. The options are those
          of M(gpufleet.cloud.vast_env_var).
        type: dict
        suboptions:
          id:
            description:
            - ID of the variable, which is its name in upper case. Must not be empty.
              Must not start or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with C(id) never creates
              a variable. If the ID does not exist, the task fails, unless C(state=absent).
            - Set C(id), C(name), or both.
            type: str
          name:
            description:
            - B(Required to create the environment variable.) Name of the variable.
              Vast.ai stores it in upper case, so names that differ only in case
              are equal. Results show it in upper case.
            - The name consists of ASCII letters, digits and underscores, and does
              not begin with a digit.
            - 'Length: 1 to 255 characters.'
            - 'Immutable: the provider cannot rename the environment variable.'
            type: str
            aliases:
            - key
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates the variable. If it exists, C(update_value) determines
              whether the module writes its value.
            - V(absent) deletes the variable.
            type: str
            choices:
            - present
            - absent
            default: present
          update_value:
            description:
            - When the module writes C(value).
            - V(on_create) writes it only if the variable does not exist yet. Otherwise,
              the result has C(value_not_compared=true).
            - V(always) writes it in every run, and the task always reports a change.
              Requires C(value), unless C(state=absent).
            type: str
            choices:
            - on_create
            - always
            default: on_create
          value:
            description:
            - B(Required to create the environment variable.) Value of the variable.
            - 'Write-only: the provider never returns this value, so it is never
              compared.'
            - Vast.ai accepts ASCII letters, digits, underscores, periods and hyphens.
              The module refuses other characters before the first request. Encode
              other values, for example in hexadecimal, and decode them where they
              are used.
            - At least 8 characters. Must not occur in an option that is not secret,
              because Ansible would mask it there.
            type: str
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      vast_instance:
        description:
        - Manage GPU instances of Vast.ai. The options are those of M(gpufleet.cloud.vast_instance).
        type: dict
        suboptions:
          accept_data_loss:
            description:
            - Whether the task may recycle or replace the instance, although this
              loses the data on its disk. With V(false), such a task fails before
              any write.
            - C(state=absent) does not need it.
            type: bool
            default: false
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          allow_unknown_cost:
            description:
            - Whether the task may change the resource although its cost in the
              worst case is unknown. With V(false), such a task fails before any
              write. Has no effect without C(max_hourly_cost).
            type: bool
            default: false
          args:
            description:
            - Arguments of the image's entrypoint as one text, which is split as
              a shell splits it. They require V(args) as C(runtype). An empty text
              removes the value.
            - 'Together with C(onstart): at most 4096 characters.'
            - Results show it only if the same task sets it. Results mask what is
              probably a secret in it. Store secrets in C(secret_envs).
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          bid_price:
            description:
            - Bid in USD per hour, without the disk. With this option, the instance
              is interruptible. A higher bid of somebody else stops it. Without
              it, the instance is rented on demand.
            - 'Range: 0.001 to 128.'
            - The bid changes in place. The module compares this value only if the
              provider returns it. That an instance is interruptible is immutable,
              and requires C(recreate=true).
            type: float
          disk:
            description:
            - B(Required to create the instance.) Size of the disk in GB. It is
              part of the price, and cannot change later.
            - 'Minimum: 8.'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: float
          envs:
            description:
            - Environment variables of the container, as a mapping of names to values.
              Results and diffs show the values.
            - 'Names: at most 256 characters. Values: at most 256 characters. Together
              with C(secret_envs): at most 32768 characters. A name must not begin
              with a hyphen.'
            - Values must be strings or integers. Put all other values in quotes,
              because YAML would change them. Examples are C(no), C(12.80) and C(010).
              For the result of an expression, use the filter C(string).
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: dict
          envs_mode:
            description:
            - Set V(replace) to make C(envs) and C(secret_envs) together the complete
              set of variables. The module removes all other variables and lists
              them in the plan.
            - Set V(merge) to manage only the variables in C(envs) and C(secret_envs)
              and to keep all others.
            - This option has no effect if the task sets neither C(envs) nor C(secret_envs).
            type: str
            choices:
            - replace
            - merge
            default: replace
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          image:
            description:
            - B(Required to create the instance) unless C(template_hash_id) is set.
              Container image. Without a tag, it is the image with the tag V(latest).
              With a template, it replaces the image of the template.
            - 'Length: 1 to 1024 characters.'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          max_hourly_cost:
            description:
            - Highest cost per hour that the task may cause, by currency. The module
              reads the prices and calculates the cost in the worst case, which
              is the highest cost that the settings of the resource allow.
            - The task fails before any write, with the reason C(price), if it raises
              this cost above the limit. A task that does not raise the cost never
              fails because of the limit, even if the resource costs more.
            - The limit does not contain traffic, storage, and the resource that
              a replacement deletes. It has no effect on running workers.
            type: dict
            suboptions:
              USD:
                description:
                - Limit in USD per hour.
                - 'Minimum: 0.'
                type: float
          max_hourly_price:
            description:
            - Maximum price in USD per hour, including the disk. If all offers that
              fit cost more, or if their price is unknown, the module rents nothing
              and the task fails. For a bid, the price is C(bid_price) and that
              of the disk.
            - It has an effect only when the task rents something. Must be greater
              than 0.
            type: float
          name:
            description:
            - B(Required to create the instance.) Label of the instance. The module
              compares the exact label.
            - 'Length: 1 to 256 characters. Must not start or end with whitespace
              or contain control characters. Must not have the form V(text:7:),
              which is that of the label of a worker.'
            - With C(id), a different name changes the label in place.
            type: str
            aliases:
            - label
          offer_id:
            description:
            - ID of the offer to rent, from M(gpufleet.cloud.vast_offer_info). An
              offer can be rented once. If it is gone, the task fails.
            - It has an effect only when the task rents something. An existing instance
              is never replaced because of it. You cannot set C(search_params) with
              it.
            - 'Minimum: 1.'
            type: str
          onstart:
            description:
            - Commands that run at the start. At most 4048 characters. An empty
              text removes the value.
            - Results show it only if the same task sets it. Results mask what is
              probably a secret in it. Store secrets in C(secret_envs).
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          order:
            description:
            - Property by which the offers are sorted, for example V(dph_total),
              the price per hour. A hyphen before it reverses the order, for example
              V(-dlperf_per_dphtotal). Must not be empty.
            - It has an effect only when the task rents something.
            type: str
            default: dph_total
          ports:
            description:
            - Ports of the container to open, such as V(8000/tcp) or V(9000/udp).
              The machine must have open ports, for which a condition on C(direct_port_count)
              is useful. Vast.ai chooses the ports outside, which are in C(instance.ports_outside).
              The list replaces all current ports, except those of a template. The
              order is ignored.
            - A port number of V(70000) or more stands for one random port, which
              is the same inside and outside. In the form V(80:8000/tcp), the first
              number is the port that is asked for outside.
            - 'At most 64 entries. Range of each port: 1 to 65535, or 70000 to 99999.'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: list
            elements: str
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          registry_login:
            description:
            - Login at the registry of the image, in the form C(-u USER -p PASSWORD
              registry.example.org). At least 8 characters. An empty text means
              none.
            - Must not occur in an option that is not secret, because Ansible would
              mask it there.
            - 'Write-only: the provider never returns this value, so it is never
              compared. A task that replaces an instance must set it.'
            type: str
            aliases:
            - image_login
          runtype:
            description:
            - How the instance starts, and how it is reached. V(ssh) leaves open
              whether it is reached directly or through a proxy, and so does V(jupyter).
            - 'Supported values: V(ssh), V(jupyter), V(args), V(ssh_proxy), V(ssh_direct),
              V(jupyter_proxy), V(jupyter_direct).'
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          search_params:
            description:
            - Filter for machines, as text in the query language of Vast.ai, or
              as a mapping. The language, the units and the checks are those of
              C(gpufleet.cloud.vast_workergroup#module:search_params).
            - The module sends one search, also in check mode, checks every condition
              again, and rents the first offer that fits. The plan shows this offer.
              It is not reserved, so the run can rent the next one.
            - It has an effect only when the task rents something. An existing instance
              is never replaced because a better offer exists.
            - The module adds no conditions. For conditions on C(verified), C(rentable)
              and C(rented) that are not set, Vast.ai's documentation mentions the
              defaults true, true and false.
            type: raw
          secret_envs:
            description:
            - Environment variables whose values are secret. The module hides them
              in results, diffs and logs. The provider stores them like other variables,
              and shows them in clear text to everyone who has an API key.
            - 'Values: at least 8 characters. The limits of C(envs) also apply.'
            - A value must not occur in an option that is not secret, because Ansible
              would mask it there. Examples are the name of the resource and the
              image. It must not occur in the current values of the resource either.
            - A variable must not be in C(envs) and in C(secret_envs).
            - Read the values from variables, for example from a vault, a lookup
              or an AWX credential. If a task fails, Ansible can print its source
              with all literal values.
            type: dict
          settle_timeout:
            description:
            - Time limit in seconds for a write to become visible in a read. The
              module verifies each write by a read.
            - The default is longer than that of other modules, because a new instance
              was observed to be missing in list responses for a minute.
            - 'Range: 0 to 3600.'
            type: int
            default: 60
          state:
            description:
            - V(present) rents the instance or changes it, and accepts any power
              state. With C(wait=true), the instance must be running at the end
              if the task has created it, or if it was running before.
            - V(started) also starts the instance. Its machine can be in use by
              somebody else. The start is then queued, and the module waits until
              C(wait_timeout). After that, the start remains queued, and the message
              contains the task that withdraws it.
            - V(stopped) stops the instance, or withdraws a start that is queued.
            - V(restarted) restarts the instance in every run, and keeps the disk.
              V(recycled) pulls the image again and creates the container again
              in every run. It keeps the ID and the ports, loses the data on the
              disk, and requires C(accept_data_loss=true). Both also start a stopped
              instance, and always report a change. Vast.ai can be done before a
              read shows the change. The module then waits for C(settle_timeout).
            - V(absent) deletes the instance and the data on its disk.
            - V(stopped), V(restarted) and V(recycled) fail if the instance does
              not exist.
            type: str
            choices:
            - present
            - started
            - stopped
            - restarted
            - recycled
            - absent
            default: present
          template:
            description:
            - Exact name of one of your templates instead of its hash. The template
              must exist, or another entry of the same M(gpufleet.cloud.fleet) task
              must create it. If there are several, the task fails and lists their
              IDs.
            - The module compares the hash of the instance with the current hash
              of the template. If the template was edited, the task therefore changes
              the instance, like a change of C(template_hash_id).
            - A task with this option also lists your templates. You cannot set
              C(template_hash_id) with it.
            - Must not be empty. Must not start or end with whitespace or contain
              control characters.
            type: str
          template_hash_id:
            description:
            - B(Required to create the instance) unless C(image) is set. Hash of
              a template, whose values apply where the task sets none. You can also
              name it with C(template). Must not be empty.
            - The variables and ports of a template join those of the task. With
              a template, the module therefore compares only the variables and ports
              that the task sets, and never removes one.
            - 'Immutable: a different value requires C(recreate=true), which replaces
              the instance.'
            type: str
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_for_ssh:
            description:
            - With C(wait=true), whether to wait also until an SSH server responds.
              It applies to running instances only.
            type: bool
            default: false
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      vast_ssh_key:
        description:
        - Manage SSH keys of a Vast.ai account. The options are those of M(gpufleet.cloud.vast_ssh_key).
        type: dict
        suboptions:
          comment:
            description:
            - Comment of the key. The module compares it only if the task sets it.
            - An empty text removes the value. Several spaces between words count
              as one, and spaces around the text are removed.
            - Control characters are refused, among them line breaks between words.
            - A comment can contain personal data. Results show it only if the same
              task sets it.
            type: str
          id:
            description:
            - ID of the key at Vast.ai. Must not be empty. Must not start or end
              with whitespace or contain control characters.
            - C(id) takes precedence over C(public_key). With C(state=absent), the
              module then deletes only the key with this ID, even if the account
              has the same key several times.
            - A task with C(id) never adds a key. If the ID does not exist, the
              task fails, unless C(state=absent).
            - Set C(id), C(public_key), or both.
            type: str
          public_key:
            description:
            - B(Required to create the SSH key.) The public key in the format of
              OpenSSH, for example the content of the file C(id_ed25519.pub). Must
              not be empty. The text can have options before the key and a comment
              after it.
            - A new key gets the comment in this text, unless the task sets C(comment).
              Later, the module does not compare the comment in this text.
            - A private key is refused before the first request. The result and
              the log show it masked.
            - 'Immutable: a different value means another SSH key.'
            type: str
            aliases:
            - ssh_key
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) adds the key, and sets its comment if the task sets C(comment).
            - V(absent) deletes the key from the account.
            type: str
            choices:
            - present
            - absent
            default: present
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      vast_template:
        description:
        - Manage templates of Vast.ai. The options are those of M(gpufleet.cloud.vast_template).
        type: dict
        suboptions:
          allow_similar_name:
            description:
            - Whether the module may create a resource although the name of another
              one is similar to C(name). With V(false), such a task fails before
              any write, and the message contains the ID of the other resource.
            - A provider can store a name in another form. The module then never
              finds the resource by C(name), so that each run would create another
              one. With C(state=absent), the module shows a warning instead of an
              error.
            - Names are similar if they differ only in case, in whitespace, punctuation
              and symbols, in the encoding of characters, or in HTML or percent
              escapes. They are also similar if the existing name is the beginning
              of C(name), and its length is a usual limit of names, for example
              32, 63 or 255.
            type: bool
            default: false
          args_str:
            description:
            - Arguments for the entrypoint of the image, with C(runtype=args). An
              empty text removes the value.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            type: str
          desc:
            description:
            - Short description. An empty text removes the value.
            type: str
          docker_login_pass:
            description:
            - Password of the user at the registry. At least 8 characters. It can
              be empty for a registry without one.
            - Must not occur in an option that is not secret, because Ansible would
              mask it there.
            - 'Write-only: the provider never returns this value, so it is never
              compared.'
            type: str
          docker_login_repo:
            description:
            - Host of the registry to which the machine logs in, for example V(registry.example.org).
              An empty text removes the value.
            - If a template has a registry, an update requires C(docker_login_user)
              and C(docker_login_pass), because it sends the whole template. Without
              them, the task fails before any write. This does not apply if Vast.ai
              returns them.
            type: str
          docker_login_user:
            description:
            - Name of the user at the registry. An empty text removes the value.
            - Results do not show it. Because such a name can be short, Ansible
              does not mask it in other texts.
            - 'Write-only: the provider never returns this value, so it is never
              compared.'
            type: str
          docker_options:
            description:
            - All other options of C(docker run), for example V(--shm-size 8g),
              as in a shell. The order counts. The text replaces all current options
              except variables and ports, which have options of their own. An empty
              text removes the value.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            type: str
          envs:
            description:
            - Environment variables of the container, as a mapping of names to values.
              Results and diffs show the values.
            - Values must be strings or integers. Put all other values in quotes,
              because YAML would change them. Examples are C(no), C(12.80) and C(010).
              For the result of an expression, use the filter C(string).
            - Vast.ai represents a variable as the option C(-e) of C(docker run).
              The module quotes the value as a shell requires it.
            type: dict
          envs_mode:
            description:
            - Set V(replace) to make C(envs) and C(secret_envs) together the complete
              set of variables. The module removes all other variables and lists
              them in the plan.
            - Set V(merge) to manage only the variables in C(envs) and C(secret_envs)
              and to keep all others.
            - This option has no effect if the task sets neither C(envs) nor C(secret_envs).
            type: str
            choices:
            - replace
            - merge
            default: replace
          extra_filters:
            description:
            - 'Conditions on machines in the form of the API, for example V({cuda_max_good:
              {gte: 12.4}}). Memory is in MB, and durations are in seconds. The
              operators are C(eq), C(neq), C(gt), C(gte), C(lt), C(lte), C(in) and
              C(notin). The module keeps the current conditions on all properties
              that the task does not set. An empty mapping removes a condition.'
            - Vast.ai applies the conditions to the machines of a workergroup. For
              instances, it only uses them in searches.
            - The module adds no conditions, and refuses conditions that cannot
              be intended, as C(search_params) in M(gpufleet.cloud.vast_workergroup).
            type: dict
          href:
            description:
            - Link to the page of the image. Must not be empty. If omitted, Vast.ai
              sets a link.
            type: str
          id:
            description:
            - ID of the resource at the provider. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over C(name). A task with both finds the resource
              by its ID, and renames it if the name is not immutable. A task with
              C(id) alone can manage a resource that was created manually.
            - A task with C(id) never creates a resource. If the ID does not exist,
              the task fails, unless C(state=absent).
            - In check mode, it can be the planned ID that an earlier task of the
              same check run has returned. Outside check mode, a planned ID is refused.
            - Set C(id), C(name), or both.
            type: str
          image:
            description:
            - B(Required to create the template.) Address of the container image,
              with or without its tag. V(example/tts:1.4) has the same meaning as
              V(example/tts) with C(tag=1.4).
            - Must not be empty.
            type: str
          jup_direct:
            description:
            - Whether connections to Jupyter go directly to the machine instead
              of a proxy.
            type: bool
          jupyter_dir:
            description:
            - Directory in which Jupyter starts. An empty text removes the value.
            type: str
          name:
            description:
            - B(Required to create the template.) Name of the template. Vast.ai
              allows several templates with the same name. If your account has several,
              the task fails and lists their IDs.
            - Must not be empty. Must not start or end with whitespace or contain
              control characters.
            type: str
          onstart:
            description:
            - Commands that run after the start of the container. At most 4048 characters.
              An empty text removes the value.
            - Vast.ai can remove characters that are not ASCII. The module returns
              a warning about such characters, and the task fails if Vast.ai removes
              them.
            - Results mask what is probably a secret in it. Store secrets in C(secret_envs).
            type: str
          ports:
            description:
            - Open ports, such as V("8000:8000") or V("9000:9000/udp"). Put them
              in quotes, because YAML reads some of them as numbers. The list replaces
              all current ports. The order is ignored.
            type: list
            elements: str
          private:
            description:
            - Whether only your account can see the template. Vast.ai does not document
              the default, and the module sends none.
            type: bool
          readme:
            description:
            - Description of the template in Markdown. An empty text removes the
              value.
            type: str
          readme_visible:
            description:
            - Whether the console of Vast.ai shows C(readme).
            type: bool
          recommended_disk_space:
            description:
            - Recommended size of the disk in GB. Vast.ai's default is V(8).
            - 'Minimum: 0.'
            type: float
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          repo:
            description:
            - Name of the repository. Must not be empty. If omitted, Vast.ai sets
              a name.
            type: str
          runtype:
            description:
            - How the container starts. V(ssh) and V(jupyter) replace the entrypoint
              of the image, so that C(onstart) must start the service. V(args) keeps
              the entrypoint. Vast.ai's default is V(args).
            - 'Supported values: V(ssh), V(jupyter), V(args).'
            type: str
          secret_envs:
            description:
            - Environment variables whose values are secret. The module hides them
              in results, diffs and logs. The provider stores them like other variables,
              and shows them in clear text to everyone who has an API key.
            - 'Values: at least 8 characters. The limits of C(envs) also apply.'
            - A value must not occur in an option that is not secret, because Ansible
              would mask it there. Examples are the name of the resource and the
              image. It must not occur in the current values of the resource either.
            - A variable must not be in C(envs) and in C(secret_envs).
            - Read the values from variables, for example from a vault, a lookup
              or an AWX credential. If a task fails, Ansible can print its source
              with all literal values.
            type: dict
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          ssh_direct:
            description:
            - Whether SSH connections go directly to the machine instead of a proxy.
            type: bool
          state:
            description:
            - V(present) creates or updates the template.
            - V(absent) deletes the template. Vast.ai does not document what happens
              to workergroups that use it, so the module returns a warning that
              lists them.
            type: str
            choices:
            - present
            - absent
            default: present
          tag:
            description:
            - Tag of the image. Omit this option if C(image) contains another tag.
              With V(@vastai-automatic-tag), Vast.ai chooses a tag that fits the
              CUDA version of the machine. Must not be empty.
            type: str
          use_jupyter_lab:
            description:
            - Whether to start JupyterLab instead of Jupyter Notebook.
            type: bool
          use_ssh:
            description:
            - Whether the container runs an SSH server.
            type: bool
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
      vast_workergroup:
        description:
        - Manage workergroups of Vast.ai. The options are those of M(gpufleet.cloud.vast_workergroup).
        type: dict
        suboptions:
          allow_unknown_cost:
            description:
            - Whether the task may change the resource although its cost in the
              worst case is unknown. With V(false), such a task fails before any
              write. Has no effect without C(max_hourly_cost).
            type: bool
            default: false
          endpoint:
            description:
            - Name of the endpoint of the workergroup. The module compares the exact
              name. Exactly one endpoint must have this name. Must not be empty.
              Must not start or end with whitespace or contain control characters.
            - In check mode, a missing endpoint leads to a warning only, because
              an earlier task may create it.
            - A task with this option sends one more request than a task with C(endpoint_id),
              to list the endpoints.
            type: str
            aliases:
            - endpoint_name
          endpoint_id:
            description:
            - ID of the endpoint of the workergroup. In check mode, it can be a
              planned ID.
            - 'Minimum: 1.'
            type: str
          gpu_ram:
            description:
            - Estimated GPU memory of the model in GB, with which Vast.ai plans
              the bandwidth. Vast.ai's default is V(24).
            - This option does not select machines. To do so, set a condition on
              C(gpu_ram) in C(search_params).
            - 'Minimum: 0.'
            type: float
          id:
            description:
            - ID of the workergroup at Vast.ai. Must not be empty. Must not start
              or end with whitespace or contain control characters.
            - C(id) takes precedence over all other options. With another C(endpoint),
              the workergroup moves to that endpoint.
            - A task with C(id) never creates a workergroup. If the ID does not
              exist, the task fails, unless C(state=absent).
            - Set C(id), C(endpoint) or C(endpoint_id).
            type: str
          launch_args:
            description:
            - Additional arguments for the creation of workers, as for the command
              C(create instance) of Vast.ai's client, for example V(--disk 64).
              An empty text removes the value.
            - Vast.ai returns this text. Because it can contain values of environment
              variables, the module shows it only to a task that sets exactly this
              text. Even then, it masks what is probably secret, such as the text
              after C(-p) and the values of C(-e NAME=value), and does not include
              such a text in C(spec). Ansible itself can show the text, for example
              in a loop. Use C(secret_launch_args), or store secrets in the template.
            type: str
          match:
            description:
            - V(endpoint) selects the only workergroup of the endpoint. A task with
              another template changes it.
            - V(template) selects the workergroup with the endpoint and the template.
              A task with another template creates a second workergroup. Set C(template),
              C(template_hash) or C(template_id). With C(template), the task fails
              if a workergroup of the endpoint may use an earlier content of this
              template.
            type: str
            choices:
            - endpoint
            - template
            default: endpoint
          max_hourly_cost:
            description:
            - Highest cost per hour that the task may cause, by currency. The module
              reads the prices and calculates the cost in the worst case, which
              is the highest cost that the settings of the resource allow.
            - The task fails before any write, with the reason C(price), if it raises
              this cost above the limit. A task that does not raise the cost never
              fails because of the limit, even if the resource costs more.
            - The limit does not contain traffic, storage, and the resource that
              a replacement deletes. It has no effect on running workers.
            type: dict
            suboptions:
              USD:
                description:
                - Limit in USD per hour.
                - 'Minimum: 0.'
                type: float
          recreate:
            description:
            - Whether the module may replace the resource if the task changes an
              immutable option. With V(false), such a task fails before any write.
            - The module creates the new resource first, from the current values
              with the desired values merged into them. After the new resource exists
              and, with C(wait=true), is ready, the module deletes the old one.
              The provider bills both in the meantime.
            - A task that replaces a resource must not set C(id), because the new
              resource gets another ID.
            type: bool
            default: false
          search_params:
            description:
            - Filter for machines, as conditions on their properties. The module
              keeps the current conditions on all properties that the task does
              not set.
            - As text, it is in the query language of Vast.ai's command-line client,
              for example V(gpu_name=RTX_4090 num_gpus>=2). An underscore in a value
              stands for a space. C(gpu_ram), C(cpu_ram) and C(gpu_total_ram) are
              in GB, and C(duration) is in days. C(property=any) removes a condition.
              The module refuses text that is not a list of conditions, and an operator
              that occurs twice for a property.
            - 'As a mapping, it has the form of the API, for example V({num_gpus:
              {gte: 2}}). The operators are C(eq), C(neq), C(gt), C(gte), C(lt),
              C(lte), C(in) and C(notin). Memory is in MB, and durations are in
              seconds. An empty mapping removes a condition.'
            - In both forms, the module refuses conditions that cannot be intended,
              unless the workergroup already has them. These are unknown properties,
              conditions that no machine can meet, comparisons with C(<) or C(>)
              with a value that is not a number, text for a property that is a number
              or a boolean, and numbers that are probably in the wrong unit. The
              accepted numbers are 0, and 1 to 1000 GB of C(gpu_ram), 1 to 5000
              GB of C(gpu_total_ram), 1 to 8000 GB of C(cpu_ram), 0.01 to 3000 days
              of C(duration), 0 to 1 of C(reliability), 100 to 10000 of C(compute_cap),
              and 1000000 to 1000000000 of C(driver_version). The known properties
              are those that C(vastai search offers --help) lists, and those in
              its results.
            - The module adds no conditions. Vast.ai's client adds C(verified=true
              rentable=true rented=false). Without these conditions, the filter
              can rent machines that Vast.ai has not verified. Without a condition
              such as C(dph_total<=0.6), it can rent machines at any price.
            - Vast.ai accepts the filter of a new workergroup only as text. For
              both forms, the module therefore refuses values that the text form
              cannot express, before the first request. A task with the C(id) of
              a workergroup can set these values.
            - Text cannot express strings that are empty, that start or end with
              whitespace, that start with one of C(=<>!), that contain a comma,
              bracket, quote, underscore or control character, or that are words
              of the language such as V(any) or V('true'). It cannot express empty
              lists, or booleans and null in a list. Memory and C(duration) must
              be one number each. C(driver_version) must be an integer or have the
              form V(535.129.3).
            - After a change, Vast.ai may replace workers on machines that no longer
              match.
            type: raw
          secret_launch_args:
            description:
            - The same as C(launch_args), for a text that is secret as a whole.
              No output shows it.
            - At least 8 characters. To remove the arguments, set C(launch_args)
              to an empty text.
            - Must not occur in an option that is not secret, because Ansible would
              mask it there.
            - A task cannot set both options.
            type: str
          settle_timeout:
            description:
            - Time limit in seconds until a write must be visible in the responses
              of the provider.
            - The module verifies every write by a read. The task fails if the provider
              still returns another value after this time, for example because it
              has ignored or limited the value.
            - If another task of the same user on the same host is creating, changing
              or deleting the resource, the module first waits until that task has
              verified its writes. The time limit is C(settle_timeout) plus 60 seconds.
            - 'Range: 0 to 3600.'
            type: int
            default: 30
          state:
            description:
            - V(present) creates or updates the workergroup.
            - V(absent) deletes the workergroup and its workers. If Vast.ai does
              not delete a worker, the module returns a warning with its ID, because
              you continue to pay for it.
            type: str
            choices:
            - present
            - absent
            default: present
          template:
            description:
            - Exact name of one of your templates instead of its hash. The template
              must exist, or another entry of the same M(gpufleet.cloud.fleet) task
              must create it. If there are several, the task fails and lists their
              IDs.
            - The module compares the hash of the workergroup with the current hash
              of the template. If the template was edited, the task therefore changes
              the workergroup, like a change of C(template_hash).
            - A task with this option also lists your templates. You cannot set
              C(template_hash) or C(template_id) with it.
            - Must not be empty. Must not start or end with whitespace or contain
              control characters.
            type: str
          template_hash:
            description:
            - B(Required to create the workergroup) unless C(template_id) is set.
              Hash of the template, which defines the software of the workers. Must
              not be empty.
            - A template gets a new hash when you edit it at Vast.ai. The workergroup
              keeps the old hash until a task sets the new one.
            - The provider documents that a change replaces the workers one after
              the other. Other sources of Vast.ai state that running workers keep
              the old template until you request an update of the workers, see C(update_workers).
            type: str
          template_id:
            description:
            - B(Required to create the workergroup) unless C(template_hash) is set.
              ID of the template, which defines the software of the workers.
            - 'Minimum: 1.'
            - The provider documents that a change replaces the workers one after
              the other. See C(template_hash) for other sources.
            type: str
          update_workers:
            description:
            - Whether to request a rolling update, in which Vast.ai replaces the
              running workers one after the other, so that they use the current
              values of the workergroup. New workers load the model again, and you
              pay for this time.
            - V(never) sends no request. Vast.ai's sources disagree on whether running
              workers then keep the old template.
            - V(on_change) sends the request once, after this task has changed C(template_hash),
              C(template_id), C(search_params), C(launch_args) or C(secret_launch_args)
              and has verified the change. A second run changes nothing and sends
              no request. If the request itself fails, the workergroup has already
              been changed. Send the request again with V(always).
            - V(always) sends the request in every run, after the changes of the
              task. The task always reports a change.
            - V(cancel) sends a request that stops a rolling update. Workers that
              were already replaced stay. The request is sent in every run, and
              the task always reports a change, because Vast.ai does not show whether
              an update is in progress.
            - The module does not send the request for a workergroup that this task
              creates, because it has no workers yet.
            - The request goes to C(autoscaler_url).
            type: str
            choices:
            - never
            - on_change
            - always
            - cancel
            default: never
          wait:
            description:
            - Whether to wait until the resource is ready, even if the task changes
              nothing.
            - An endpoint that is idle because of its own settings counts as ready.
              The wait ends immediately if the provider reports a failure. In check
              mode, the module does not wait.
            - With C(state=absent), the module waits until the resource is removed.
              The time limit is C(wait_timeout) with C(wait=true), and C(settle_timeout)
              with C(wait=false).
            type: bool
            default: true
          wait_timeout:
            description:
            - Time limit in seconds for C(wait). It is also the time limit for a
              resource in transition, which the module lets settle before it changes
              it.
            - With C(wait=true), it also limits how long the module retries a create
              or an update that the provider refuses temporarily. Novita AI and
              PPIO do so while a serverless cluster is asleep.
            - 'Range: 1 to 86400.'
            type: int
            default: 600
"""

    CONNECTIONS = r"""
options:
  novita:
    description:
    - Connection to Novita AI, for all its resources in the task.
    type: dict
    suboptions:
      api_key:
        description:
        - API key of the Novita AI account. At least 8 characters.
        - Must not occur in an option that is not secret, because Ansible would mask it there.
        - If omitted, the module uses the environment variable E(NOVITA_API_KEY) of the host on which it runs.
        type: str
      api_retries:
        description:
        - How many times to retry requests that are safe to retry.
        - The module retries these requests after a connection error and after HTTP 429, 502, 503 and 504. Some
          requests, such as a create, must not take effect twice. The module retries them only after HTTP 429, or
          if it could not connect.
        - An inconsistent list response never proves that a resource is absent. The module reads it again, up to
          this number of times.
        - The pauses between the attempts grow from 1 to 16 seconds. The module respects a longer pause that the
          provider requests, up to 120 seconds.
        - 'Range: 0 to 20.'
        type: int
        default: 5
      api_timeout:
        description:
        - Time limit in seconds for one request, from the name lookup to the last byte of the response.
        - 'Range: 1 to 3600.'
        type: int
        default: 30
      api_url:
        description:
        - Base URL of the API. Must not be empty.
        - If omitted, the module uses the environment variable E(NOVITA_API_URL) of the host on which it runs.
        type: str
        default: https://api.novita.ai
      validate_certs:
        description:
        - Whether to verify the TLS certificate of the server.
        - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
        type: bool
        default: true
  ppio:
    description:
    - Connection to PPIO, for all its resources in the task.
    type: dict
    suboptions:
      api_key:
        description:
        - API key of the PPIO account. At least 8 characters.
        - Must not occur in an option that is not secret, because Ansible would mask it there.
        - If omitted, the module uses the environment variable E(PPIO_API_KEY) of the host on which it runs.
        type: str
      api_retries:
        description:
        - How many times to retry requests that are safe to retry.
        - The module retries these requests after a connection error and after HTTP 429, 502, 503 and 504. Some
          requests, such as a create, must not take effect twice. The module retries them only after HTTP 429, or
          if it could not connect.
        - An inconsistent list response never proves that a resource is absent. The module reads it again, up to
          this number of times.
        - The pauses between the attempts grow from 1 to 16 seconds. The module respects a longer pause that the
          provider requests, up to 120 seconds.
        - 'Range: 0 to 20.'
        type: int
        default: 5
      api_timeout:
        description:
        - Time limit in seconds for one request, from the name lookup to the last byte of the response.
        - 'Range: 1 to 3600.'
        type: int
        default: 30
      api_url:
        description:
        - Base URL of the API. Must not be empty.
        - If omitted, the module uses the environment variable E(PPIO_API_URL) of the host on which it runs.
        type: str
        default: https://api.ppio.com
      validate_certs:
        description:
        - Whether to verify the TLS certificate of the server.
        - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
        type: bool
        default: true
  vast:
    description:
    - Connection to Vast.ai, for all its resources in the task.
    type: dict
    suboptions:
      api_key:
        description:
        - API key of the Vast.ai account. At least 8 characters.
        - Must not occur in an option that is not secret, because Ansible would mask it there.
        - If omitted, the module uses the environment variable E(VAST_API_KEY) of the host on which it runs.
        type: str
      api_retries:
        description:
        - How many times to retry requests that are safe to retry.
        - The module retries these requests after a connection error and after HTTP 429, 502, 503 and 504. Some
          requests, such as a create, must not take effect twice. The module retries them only after HTTP 429, or
          if it could not connect.
        - An inconsistent list response never proves that a resource is absent. The module reads it again, up to
          this number of times.
        - The pauses between the attempts grow from 1 to 16 seconds. The module respects a longer pause that the
          provider requests, up to 120 seconds.
        - 'Range: 0 to 20.'
        type: int
        default: 5
      api_timeout:
        description:
        - Time limit in seconds for one request, from the name lookup to the last byte of the response.
        - 'Range: 1 to 3600.'
        type: int
        default: 30
      api_url:
        description:
        - Base URL of the control plane. Must not be empty.
        - If omitted, the module uses the environment variable E(VAST_API_URL) of the host on which it runs.
        type: str
        default: https://console.vast.ai
      autoscaler_url:
        description:
        - Base URL of the autoscaler, which manages the workers. Must not be empty.
        - If omitted, the module uses the environment variable E(VAST_AUTOSCALER_URL) of the host on which it runs.
        - The default is V(https://run.vast.ai) if C(api_url) has its default value. Otherwise the default is the
          value of C(api_url), so that no request leaves the server that you set.
        type: str
      validate_certs:
        description:
        - Whether to verify the TLS certificate of the server.
        - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
        type: bool
        default: true
"""

    ACCOUNTS = r"""
options:
  accounts:
    description:
    - Further accounts, so that one task can use several accounts of a provider. An entry, or a candidate of an
      endpoint, selects one with C(account). Each account has its own list responses, rate limits and identities.
    - Two accounts must not have the same API key.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
        - The name of the account, which entries and candidates set as C(account). Must be unique.
        - At most 64 letters, digits, C(_), C(-) and C(.). Must not be the name of a provider.
        type: str
        required: true
      provider:
        description:
        - The provider of the account.
        type: str
        required: true
        choices:
        - novita
        - ppio
        - vast
      api_key:
        description:
        - 'API key of the account. Required: the environment variables of API keys do not apply.'
        - At least 8 characters. Must not occur in an option that is not secret, because Ansible would mask it there.
        type: str
      api_url:
        description:
        - Base URL of the API. If omitted, the environment variable of the provider applies, then its default.
        type: str
      autoscaler_url:
        description:
        - For Vast.ai only. Base URL of the autoscaler. The same rules as for C(api_url) apply.
        type: str
      api_timeout:
        description:
        - Time limit in seconds for one request, from the name lookup to the last byte of the response.
        - 'Range: 1 to 3600.'
        - The default is C(30).
        type: int
      api_retries:
        description:
        - How many times to retry requests that are safe to retry.
        - The module retries these requests after a connection error and after HTTP 429, 502, 503 and 504. Some
          requests, such as a create, must not take effect twice. The module retries them only after HTTP 429, or
          if it could not connect.
        - An inconsistent list response never proves that a resource is absent. The module reads it again, up to
          this number of times.
        - The pauses between the attempts grow from 1 to 16 seconds. The module respects a longer pause that the
          provider requests, up to 120 seconds.
        - 'Range: 0 to 20.'
        - The default is C(5).
        type: int
      validate_certs:
        description:
        - Whether to verify the TLS certificate of the server.
        - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
        - The default is C(true).
        type: bool
"""
