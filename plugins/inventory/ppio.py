# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: ppio
short_description: Use GPU instances of PPIO as hosts
version_added: 1.0.0
description:
  - Creates a host for each GPU instance of a PPIO account. For running instances, also reads the connection
    details for SSH.
  - The name of the inventory file must be C(ppio.yml) or C(ppio.yaml), or end with C(.ppio.yml) or
    C(.ppio.yaml).
  - Hosts of running instances have the variables C(ansible_host), C(ansible_port), and C(ansible_user).
  - All hosts have the values that M(gpufleet.cloud.ppio_instance_info) returns as variables with the prefix
    C(ppio_), for example C(ppio_id), C(ppio_name), C(ppio_status), C(ppio_status_message), C(ppio_region),
    C(ppio_type), C(ppio_product_id), C(ppio_billing.mode), C(ppio_resource.gpu_num), C(ppio_port_mappings),
    C(ppio_ssh_ready), and C(ppio_env_names). The values of environment variables are not included.
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
      - gpufleet.cloud.ppio
  api_key:
    description:
      - API key of the PPIO account, of at least 8 characters. The value can be a template or come from a vault.
    type: str
    env:
      - name: PPIO_API_KEY
  api_url:
    description:
      - Base URL of the API. Plain C(http) is accepted for loopback addresses only.
    type: str
    default: https://api.ppio.com
    env:
      - name: PPIO_API_URL
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
      region:
        description: IDs of regions.
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
  - module: gpufleet.cloud.ppio_instance
  - module: gpufleet.cloud.ppio_instance_info
"""

EXAMPLES = r"""
# training.ppio.yml. Only "plugin" is required: without further options, all instances become hosts, and the API key is
# read from the environment variable PPIO_API_KEY.
plugin: gpufleet.cloud.ppio
api_key: "{{ lookup('ansible.builtin.file', '~/.ppio-key') }}"

# Select the running instances of one team. Group them by region, by product and by the number of their GPUs.
filters:
  status: [running]
  name: ^training-
keyed_groups:
  - key: ppio_region
    prefix: region
  - key: ppio_product_id
    prefix: product
  - key: ppio_resource.gpu_num
    prefix: gpus
groups:
  reachable: ppio_ssh_ready
  interruptible: ppio_billing.mode == 'spot'

# Log in with this SSH key. To log in with the passwords of the provider, set "include_credentials: true" instead and
# install the program sshpass.
compose:
  ansible_ssh_private_key_file: "'~/.ssh/ppio'"

# Request the list of instances at most once in ten minutes.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible-ppio
cache_timeout: 600
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.instance import PpioInstance
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.instance_inventory import InstanceInventory


class InventoryModule(InstanceInventory):
    """The GPU instances of a PPIO account as hosts."""

    NAME = "gpufleet.cloud.ppio"
    resource_type = PpioInstance
    name_variable, id_variable = "ppio_name", "ppio_id"
    exact_filters = ("region", "product_id")
