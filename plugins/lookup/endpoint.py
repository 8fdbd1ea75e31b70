# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: endpoint
short_description: Look up the URL and the status of serverless endpoints
version_added: 1.0.0
description:
  - Returns the URL, the ID, the status, and the workers of serverless endpoints of Novita AI, PPIO, or Vast.ai, for
    example for the configuration file of an application. It returns a mapping for each name.
  - The plugin only reads. It requests the list of endpoints once for all names.
  - The plugin runs in the process of Ansible, on the controller. The keyword C(environment) of a task and
    C(module_defaults) do not apply to it.
author:
  - gpufleet.cloud contributors (@gpufleet)
requirements:
  - requests
  - jsonschema
options:
  _terms:
    description:
      - Names of endpoints, or lists of names. Names are compared exactly.
      - The plugin fails if several endpoints have the name, and the message lists their IDs. Endpoints that the
        provider is deleting do not count.
      - Without names, the plugin returns an empty list and sends no request.
    type: list
    elements: str
    required: true
  provider:
    description:
      - The provider of the endpoints.
      - If omitted, the plugin uses the provider whose API key is in the environment of Ansible. It fails if there is
        none, if there are several, or if O(api_key), O(api_url), or O(autoscaler_url) is set. So it never sends a key
        to another provider.
    type: str
    choices:
      - novita
      - ppio
      - vast
  on_missing:
    description:
      - What to do if no endpoint has the name.
      - With V(error), the plugin fails. With V(empty), it returns the same keys, all empty except C(provider) and
        C(name). Test whether C(id) is empty.
      - In both cases, the plugin fails if the list of endpoints cannot be read, or if it is inconsistent. Such a list
        never proves that an endpoint is missing.
    type: str
    choices:
      - error
      - empty
    default: error
  return_api_key:
    description:
      - Whether to return the key with which clients call the endpoint in C(api_key), in clear text.
      - Only endpoints of Vast.ai have keys of their own. With another provider, the plugin refuses this option. There,
        clients use an API key of the account, which the plugin never returns.
      - The plugin fails if Vast.ai does not return the key.
      - Set C(no_log) on the task, or protect its result and the file that it writes.
    type: bool
    default: false
  api_key:
    description:
      - API key of the account. At least 8 characters.
      - If omitted, the plugin uses the environment variable E(NOVITA_API_KEY), E(PPIO_API_KEY), or E(VAST_API_KEY).
    type: str
  api_url:
    description:
      - Base URL of the API. Plain C(http) is accepted for loopback addresses only.
      - If omitted, the plugin uses the environment variable E(NOVITA_API_URL), E(PPIO_API_URL), or E(VAST_API_URL).
      - The default is V(https://api.novita.ai), V(https://api.ppio.com), or V(https://console.vast.ai).
    type: str
  autoscaler_url:
    description:
      - Base URL of the autoscaler, for Vast.ai only. The plugin sends no request to it.
      - If omitted, the plugin uses the environment variable E(VAST_AUTOSCALER_URL).
    type: str
  api_timeout:
    description:
      - Time limit in seconds for one request, from the name lookup to the last byte of the response.
      - "Range: 1 to 3600."
    type: int
    default: 30
  api_retries:
    description:
      - How many times to retry a request after a connection error and after HTTP 429, 502, 503 and 504, and how many
        times to read an inconsistent list response again.
      - The pauses between the attempts grow from 1 to 16 seconds. The plugin respects a longer pause that the provider
        requests, up to 120 seconds.
      - "Range: 0 to 20."
    type: int
    default: 5
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the server.
      - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
    type: bool
    default: true
notes:
  - A task with several lookups sends one list request for each of them. To read many endpoints, pass all names to one
    lookup, or use an C(_info) module.
  - Ansible evaluates a lookup again each time that it uses a variable with the lookup in it. To read the endpoints
    once, store the result with M(ansible.builtin.set_fact).
  - In check mode, the lookup also reads the provider. An endpoint that an earlier task would create does not exist
    there.
  - Ansible never treats text from the provider as a template.
  - The plugin does not follow redirects and does not read a netrc file. It honors E(HTTPS_PROXY) and E(NO_PROXY).
seealso:
  - module: gpufleet.cloud.novita_endpoint_info
  - module: gpufleet.cloud.ppio_endpoint_info
  - module: gpufleet.cloud.vast_endpoint_info
"""

EXAMPLES = r"""
- name: Show the URL of an endpoint. The API key comes from the environment variable PPIO_API_KEY
  ansible.builtin.debug:
    msg: "{{ lookup('gpufleet.cloud.endpoint', 'llm-8b', provider='ppio').url }}"

- name: Write the configuration of an application
  ansible.builtin.copy:
    dest: "{{ playbook_dir }}/llm.env"
    mode: "0600"
    content: |
      LLM_ID={{ llm.id }}
      LLM_URL={{ llm.url }}
  vars:
    llm: "{{ lookup('gpufleet.cloud.endpoint', 'llm-8b', provider='ppio') }}"

- name: Show the URLs of several endpoints. This sends one list request
  ansible.builtin.debug:
    msg: "{{ query('gpufleet.cloud.endpoint', ['llm-8b', 'llm-70b'], provider='ppio') | map(attribute='url') }}"

- name: Show each endpoint that does not exist yet
  ansible.builtin.debug:
    msg: "{{ item.name }} does not exist."
  loop: "{{ query('gpufleet.cloud.endpoint', 'llm-8b', 'llm-1t', provider='ppio', on_missing='empty') }}"
  loop_control:
    label: "{{ item.name }}"
  when: not item.id

- name: Show the URL of an endpoint that an earlier task creates, also in check mode
  ansible.builtin.debug:
    msg: "{{ lookup('gpufleet.cloud.endpoint', 'llm-8b', provider='ppio', on_missing=missing).url }}"
  vars:
    missing: "{{ 'empty' if ansible_check_mode else 'error' }}"

- name: Write the name and the key with which clients call an endpoint of Vast.ai
  ansible.builtin.copy:
    dest: "{{ playbook_dir }}/tts.env"
    mode: "0600"
    content: |
      VAST_ENDPOINT={{ tts.name }}
      VAST_ENDPOINT_KEY={{ tts.api_key }}
  vars:
    tts: "{{ lookup('gpufleet.cloud.endpoint', 'tts', provider='vast', return_api_key=true) }}"
  no_log: true
"""

RETURN = r"""
_raw:
  description: A mapping for each name, in the same order. Its keys are the same for all providers.
  type: list
  elements: dict
  contains:
    provider:
      description: The provider.
      type: str
      sample: ppio
    id:
      description: ID of the endpoint. Empty if it does not exist.
      type: str
      sample: 0a1b2c3d4e5f6071
    name:
      description: Name of the endpoint.
      type: str
      sample: llm-8b
    status:
      description: Status that the provider reports, for example C(serving), or, at Vast.ai, C(active).
      type: str
      sample: serving
    status_message:
      description: Text that the provider adds to the status. Always empty at Vast.ai.
      type: str
      sample: ""
    url:
      description: URL of the endpoint. Always empty at Vast.ai, where clients send the name and the key of the endpoint
        to C(https://run.vast.ai/route/) to get the URL of a worker.
      type: str
      sample: https://0a1b2c3d4e5f6071-llm.runsync.serverless.example.com
    api_key:
      description: With O(return_api_key=true), the key with which clients call the endpoint. Otherwise empty.
      type: str
      sample: ""
    workers:
      description: Workers of the endpoint, as the C(_info) module returns them. Always empty at Vast.ai, where
        M(gpufleet.cloud.vast_endpoint_info) reads them with more requests.
      type: list
      elements: dict
      sample:
        - id: w-1
          status: running
          status_message: ""
          healthy: true
          log: https://logs.example.com/w-1
    worker_summary:
      description: The numbers and statuses of the workers in words. Empty if the plugin has not read the workers.
      type: str
      sample: "1 of 1 workers is healthy: worker w-1 is 'running', log https://logs.example.com/w-1."
    workers_gathered:
      description: Whether the plugin has read the workers. Always V(false) at Vast.ai.
      type: bool
      sample: true
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import OptionError
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.lookup_task import lookup_result
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.named_endpoints import TERMS, endpoint_lookup
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.unsafe import all_unsafe

NAME = "gpufleet.cloud.endpoint"


class LookupModule(LookupBase):
    """Looks up serverless endpoints by their names."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        kwargs.pop("wantlist", None)  # Ansible passes it with the keyword with_gpufleet.cloud.endpoint
        names = [name for term in terms for name in (term if isinstance(term, (list, tuple)) else [term])]
        try:
            result = lookup_result(NAME, endpoint_lookup, {**kwargs, TERMS: names})
        except OptionError as error:
            raise AnsibleLookupError(str(error)) from None
        if result.get("failed"):
            raise AnsibleLookupError(result["msg"])
        endpoints: list[Any] = all_unsafe(result["endpoints"])
        return endpoints
