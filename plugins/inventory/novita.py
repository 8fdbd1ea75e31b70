# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: novita
short_description: Use GPU instances of Novita AI as hosts
version_added: 1.0.0
description:
  - Creates a host for each GPU instance of a Novita AI account. For running instances, also reads the connection
    details for SSH.
  - The name of the inventory file must be C(novita.yml) or C(novita.yaml), or end with C(.novita.yml) or
    C(.novita.yaml).
  - Hosts of running instances have the variables C(ansible_host), C(ansible_port), and C(ansible_user).
  - All hosts have the values that M(gpufleet.cloud.novita_instance_info) returns as variables with the prefix
    C(novita_), for example C(novita_id), C(novita_name), C(novita_status), C(novita_status_message),
    C(novita_product_id), C(novita_product_name), C(novita_cluster_id), C(novita_billing_mode), C(novita_gpu_num),
    C(novita_ports), C(novita_port_mappings), C(novita_ssh_ready), and C(novita_env_names). The values of environment
    variables are not included.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
  - gpufleet.cloud.inventory
  - gpufleet.cloud.inventory.instances
  - gpufleet.cloud.inventory.credentials
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - gpufleet.cloud.novita
  api_key:
    description:
      - API key of the Novita AI account, of at least 8 characters. The value can be a template or come from a vault.
    type: str
    env:
      - name: NOVITA_API_KEY
  api_url:
    description:
      - Base URL of the API. Plain C(http) is accepted for loopback addresses only.
    type: str
    default: https://api.novita.ai
    env:
      - name: NOVITA_API_URL
  filters:
    description:
      - Conditions on instances. Only instances that satisfy all of them become hosts.
    type: dict
    default: {}
    suboptions:
      status:
        description: States of instances, as the provider reports them, for example V(running) or V(exited). Not case
          sensitive.
        type: list
        elements: str
      cluster_id:
        description: IDs of clusters.
        type: list
        elements: str
      product_id:
        description: IDs of products.
        type: list
        elements: str
      name:
        description: A regular expression for the name of the instance. It matches any part of the name. To match the
          beginning or the end, use C(^) or C($). The plugin fails if the evaluation takes more than 5 seconds of
          processor time, or more than 512 MB of memory.
        type: str
seealso:
  - module: gpufleet.cloud.novita_instance
  - module: gpufleet.cloud.novita_instance_info
"""

EXAMPLES = r"""
# training.novita.yml. Only "plugin" is required: without further options, all instances become hosts, and the API key
# is read from the environment variable NOVITA_API_KEY.
plugin: gpufleet.cloud.novita
api_key: "{{ lookup('ansible.builtin.file', '~/.novita-key') }}"

# Select the running instances of one team. Group them by product and by cluster.
filters:
  status: [running]
  name: ^training-
keyed_groups:
  - key: novita_product_name
    prefix: product
  - key: novita_cluster_id
    prefix: cluster
  - key: novita_gpu_num
    prefix: gpus
groups:
  reachable: novita_ssh_ready
  interruptible: novita_billing_mode == 'spot'

# Log in with this SSH key. To log in with the passwords of the provider, set "include_credentials: true" instead and
# install the program sshpass.
compose:
  ansible_ssh_private_key_file: "'~/.ssh/novita'"

# Request the list of instances at most once in ten minutes.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible-novita
cache_timeout: 600
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.instance_inventory import InstanceInventory


class InventoryModule(InstanceInventory):
    """The GPU instances of a Novita AI account as hosts."""

    NAME = "gpufleet.cloud.novita"
    resource_type = NovitaInstance
    name_variable, id_variable = "novita_name", "novita_id"
    exact_filters = ("cluster_id", "product_id")
