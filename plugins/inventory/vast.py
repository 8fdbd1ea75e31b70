# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: vast
short_description: Use GPU instances of Vast.ai as hosts
version_added: 1.0.0
description:
  - Creates a host for each GPU instance of a Vast.ai account. The list of instances contains their addresses for SSH.
  - The name of the inventory file must be C(vast.yml) or C(vast.yaml), or end with C(.vast.yml) or C(.vast.yaml).
  - Hosts of running instances have the variables C(ansible_host), C(ansible_port), and C(ansible_user). The address is
    that of the machine if its port for SSH is open, otherwise that of a proxy of Vast.ai. Vast.ai accepts the SSH keys
    of the account, and no passwords.
  - All hosts have the values that M(gpufleet.cloud.vast_instance_info) returns as variables with the prefix C(vast_),
    for example C(vast_id), C(vast_name), C(vast_status), C(vast_status_message), C(vast_gpu_name), C(vast_num_gpus),
    C(vast_geolocation), C(vast_machine_id), C(vast_is_bid), C(vast_hourly_price), C(vast_public_ip),
    C(vast_ports_outside), C(vast_ssh_ready), and C(vast_env_names). The values of environment variables and the
    commands in C(onstart) and C(args) are not included. The name is the label of the instance.
  - The workers of serverless endpoints are no hosts, unless O(include_workers=true).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
  - gpufleet.cloud.inventory
  - gpufleet.cloud.inventory.instances
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - gpufleet.cloud.vast
  api_key:
    description:
      - API key of the Vast.ai account, of at least 8 characters. The value can be a template or come from a vault.
    type: str
    env:
      - name: VAST_API_KEY
  api_url:
    description:
      - Base URL of the control plane. Plain C(http) is accepted for loopback addresses only.
    type: str
    default: https://console.vast.ai
    env:
      - name: VAST_API_URL
  autoscaler_url:
    description:
      - Base URL of the autoscaler. The plugin sends no request to it. The option has the same name and default as in
        modules, so that a file can have all connection options.
    type: str
    env:
      - name: VAST_AUTOSCALER_URL
  filters:
    description:
      - Conditions on instances. Only instances that satisfy all of them become hosts.
    type: dict
    default: {}
    suboptions:
      status:
        description: States of instances, as the provider reports them, for example V(running) or V(stopped). Not case
          sensitive.
        type: list
        elements: str
      gpu_name:
        description: Names of GPUs, for example V(RTX 4090).
        type: list
        elements: str
      machine_id:
        description: IDs of machines.
        type: list
        elements: str
      geolocation:
        description: Locations of machines, for example V(['Sweden, SE']). As a list, because they contain commas.
        type: list
        elements: str
      name:
        description: A regular expression for the label of the instance. It matches any part of the label. To match the
          beginning or the end, use C(^) or C($). The plugin fails if the evaluation takes more than 5 seconds of
          processor time, or more than 512 MB of memory.
        type: str
  include_workers:
    description:
      - Whether the workers of serverless endpoints become hosts, too. Vast.ai lists them as instances. The plugin
        detects them by their labels, which have the form C(<name>:<ID of the endpoint>:<ID of the workergroup>).
      - Vast.ai creates, replaces and deletes workers at any time.
    type: bool
    default: false
notes:
  - Without O(cache), the plugin sends only requests for the list. With it, each running instance needs a request of its
    own, so use the cache only for accounts in which most instances are stopped.
seealso:
  - module: gpufleet.cloud.vast_instance
  - module: gpufleet.cloud.vast_instance_info
"""

EXAMPLES = r"""
# training.vast.yml. Only "plugin" is required: without further options, all instances become hosts, and the API key is
# read from the environment variable VAST_API_KEY.
plugin: gpufleet.cloud.vast
api_key: "{{ lookup('ansible.builtin.file', '~/.vast-key') }}"

# Select the running instances of one team. Group them by GPU, by the number of GPUs and by country.
filters:
  status: [running]
  name: ^training-
keyed_groups:
  - key: vast_gpu_name
    prefix: gpu
  - key: vast_num_gpus
    prefix: gpus
  - key: vast_geolocation.split(', ') | last
    prefix: country
groups:
  reachable: vast_ssh_ready
  interruptible: vast_is_bid

# Log in with the private key of an SSH key of the account.
compose:
  ansible_ssh_private_key_file: "'~/.ssh/vast'"
"""

from typing import Any

from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Boolean
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance import VastInstance
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance_table import endpoint_id_in
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.instance_inventory import InstanceInventory
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_cache import Facts


class InventoryModule(InstanceInventory):
    """The GPU instances of a Vast.ai account as hosts."""

    NAME = "gpufleet.cloud.vast"
    resource_type = VastInstance
    name_variable, id_variable = "vast_name", "vast_id"
    exact_filters = ("gpu_name", "machine_id", "geolocation")
    own_options = (Boolean("include_workers", default=False),)
    hidden_facts = (*InstanceInventory.hidden_facts, "onstart", "args")
    uncached_facts = (*InstanceInventory.uncached_facts, "public_ip", "ports_outside")
    list_has_addresses = True

    def is_included(self, facts: Facts, options: dict[str, Any]) -> bool:
        return bool(options["include_workers"]) or not endpoint_id_in(facts["name"])

    def address_problem(self, facts: Facts) -> str:
        # This text is also set for instances without a problem.
        return ""
