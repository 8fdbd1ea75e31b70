# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: endpoints
short_description: Use serverless endpoints of all providers as hosts, for example to monitor them
version_added: 1.0.0
description:
  - Creates a host for each serverless endpoint of Novita AI, PPIO and Vast.ai, in one or several accounts. Tasks can
    then write the configuration of a monitoring system or of a gateway.
  - An endpoint is not a machine. The plugin sets neither C(ansible_host) nor C(ansible_connection). Run tasks with
    C(delegate_to=localhost), or in a play on C(localhost) that reads C(hostvars), and with C(gather_facts=false).
  - The name of the inventory file must be C(endpoints.yml) or C(endpoints.yaml), or end with C(.endpoints.yml) or
    C(.endpoints.yaml).
  - By default, the plugin reads all accounts that have an API key, in the file or in the environment. If there is none,
    or if the endpoints of one account cannot be read, the plugin fails.
  - The plugin sends one request for each list of endpoints, or for each page of it, and none for a single endpoint.
  - Variables that identify an endpoint are C(endpoint_provider), C(endpoint_account), C(endpoint_id), and
    C(endpoint_name). The account is the name in O(accounts), otherwise the name of the provider. If a host name needs
    an ID, it is C(provider-id).
  - C(endpoint_base_name) and C(endpoint_revision) are C(chat) and C(r13f0c9d2a) for an endpoint with the name
    C(chat--r13f0c9d2a), which a rollout with revisions has created. For all other endpoints, they are the name and an
    empty text.
  - C(endpoint_status) and C(endpoint_status_message) are the words of the provider. C(endpoint_stage) is C(ready),
    C(pending) or C(failed) at all providers, and C(endpoint_ready) is true for C(ready). Vast.ai returns no health of
    an endpoint, so there, C(ready) only means that the endpoint is active. An endpoint that is stopped or suspended has
    failed.
  - C(endpoint_workers_total) and C(endpoint_workers_healthy) are numbers of workers. At Vast.ai they are null, because
    the list does not contain the workers.
  - C(endpoint_url) is empty at Vast.ai. C(endpoint_created_at) is empty at providers that do not return it.
  - C(endpoint_spec) contains the options of the endpoint as the C(_info) module of the provider returns them, without
    environment variables. C(endpoint_env_names) contains the names of these. No variable contains their values or the
    API key of an endpoint.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
  - gpufleet.cloud.inventory
  - gpufleet.cloud.fleet.connections
  - gpufleet.cloud.fleet.accounts
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - gpufleet.cloud.endpoints
  filters:
    description:
      - Conditions on endpoints. Only endpoints that satisfy all of them become hosts.
    type: dict
    default: {}
    suboptions:
      provider:
        description: Names of providers, V(novita), V(ppio) or V(vast). The plugin sends no request to the others, and
          fails if one of these has no account with an API key.
        type: list
        elements: str
      account:
        description: Accounts, each the name of a provider or a name from O(accounts). The plugin sends no request to
          the others.
        type: list
        elements: str
      status:
        description: States of endpoints, as the provider reports them, for example V(serving) or V(active). Not case
          sensitive.
        type: list
        elements: str
      name:
        description: A regular expression for the name of the endpoint. It matches any part of the name. To match the
          beginning or the end, use C(^) or C($). The plugin fails if the evaluation takes more than 5 seconds of
          processor time, or more than 512 MB of memory.
        type: str
notes:
  - With O(cache), the endpoints and their states come from the cache until it expires. Set a short O(cache_timeout) if
    the states matter. Each account and each inventory file has its own cache entry.
  - The options for accounts are those of M(gpufleet.cloud.fleet). Where their descriptions say module or task, they
    apply to this plugin, which runs on the controller. Their values can be templates or come from a vault.
seealso:
  - module: gpufleet.cloud.fleet
  - plugin: gpufleet.cloud.endpoint
    plugin_type: lookup
"""

EXAMPLES = r"""
# all.endpoints.yml. Only "plugin" is required: without further options, the endpoints of all accounts become hosts
# whose API keys are in the environment variables NOVITA_API_KEY, PPIO_API_KEY and VAST_API_KEY.
plugin: gpufleet.cloud.endpoints

# A second account of a provider.
accounts:
  - name: research
    provider: ppio
    api_key: "{{ lookup('ansible.builtin.file', '~/.ppio-key-of-research') }}"

# Select the endpoints of one team. Group them by provider and by stage, and the revisions of one endpoint together.
filters:
  name: ^team-a-
keyed_groups:
  - key: endpoint_provider
    prefix: at
  - key: endpoint_stage
    prefix: is
  - key: endpoint_base_name
    prefix: revisions_of
groups:
  idle: endpoint_workers_total == 0

# Request the lists at most once in a minute.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible-endpoints
cache_timeout: 60
"""

from ansible_collections.gpufleet.cloud.plugins.plugin_utils.endpoint_inventory import EndpointInventory


class InventoryModule(EndpointInventory):
    """The endpoints of all accounts as hosts."""

    NAME = "gpufleet.cloud.endpoints"
