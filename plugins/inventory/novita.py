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
  - The host name is the name of the instance, or the result of O(hostnames). If several of the selected instances have
    the same name, or if the name has a special meaning in Ansible, such as C(localhost), the host name is C(name-id).
  - Ansible also uses host names in patterns and as names of files. Characters other than letters, digits, C(_), C(-),
    and C(.) are therefore replaced with C(_), and so are C(-) and C(.) at the beginning of the name, and the C(.)
    before C(yml), C(yaml), and C(json) at its end. Names of more than 180 bytes are cut. The plugin displays a
    warning. The variable C(novita_name) contains the original name.
  - A host or a group that an earlier source of the inventory has added stays unchanged. If it has the name of an
    instance, the host name of the instance is C(name-id), and the plugin displays a warning. The same applies to the
    groups in O(groups) and O(keyed_groups). An instance that several files select is only one host.
  - The plugin cannot detect hosts of later sources. Ansible merges them into the hosts of this plugin that have the
    same name. Make the file of this plugin the last source, also in the alphabetical order of a directory, or set
    O(hostnames) to names that no other source uses. To set variables of the hosts, use C(host_vars) and C(group_vars).
  - Hosts of running instances have the variables C(ansible_host), C(ansible_port), and C(ansible_user).
  - All hosts have the values that M(gpufleet.cloud.novita_instance_info) returns as variables with the prefix
    C(novita_), for example C(novita_id), C(novita_status), C(novita_status_message), C(novita_product_id),
    C(novita_product_name), C(novita_cluster_id), C(novita_billing_mode), C(novita_gpu_num), C(novita_ports),
    C(novita_port_mappings), C(novita_ssh_ready), and C(novita_env_names). The values of environment variables are not
    included.
  - Instances that are being removed are not included.
  - If the details of a running instance cannot be read, its host has no address, and the plugin displays a warning.
  - If the list of instances cannot be read, or if it is inconsistent, the plugin fails. It never returns an empty
    inventory in this case.
  - If an expression in O(hostnames), O(compose), O(groups), or O(keyed_groups) fails for a host, the plugin ignores it
    for this host and displays a warning with the option, the host, and the reason. With O(strict=true), the plugin
    fails.
  - A key in O(keyed_groups) can be a string, a number, a boolean, or a list or mapping of these. The group of an
    instance with C(novita_gpu_num=4) and C(prefix=gpus) is C(gpus_4). Null and empty strings result in no group,
    unless C(default_value) is set.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
requirements:
  - requests
  - jsonschema
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
  api_timeout:
    description:
      - Maximum duration of one request in seconds, from the name resolution to the last byte of the response.
      - "Range: 1 to 3600."
    type: int
    default: 30
  api_retries:
    description:
      - How many times to retry requests that are safe to retry, after a broken connection or HTTP status 429, 502,
        503, or 504.
      - The pause before a retry grows from 1 to 16 seconds. If the provider requests a longer pause, the plugin
        respects it, up to 120 seconds.
      - "Range: 0 to 20."
    type: int
    default: 5
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the server.
      - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
    type: bool
    default: true
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
  hostnames:
    description:
      - Expressions for the host name, such as V(novita_id) or V(novita_name ~ '.gpu'). They can use the variables of
        the host, except those of O(compose). The first result that is neither empty nor null is the host name.
      - If the option is omitted, or if no expression has a result, the host name is the name of the instance.
    type: list
    elements: str
    default: []
  concurrency:
    description:
      - The maximum number of instances to read at the same time.
      - "Range: 1 to 64."
    type: int
    default: 8
  include_credentials:
    description:
      - Whether to set C(ansible_password) to the SSH password of the provider for running instances.
      - M(ansible.builtin.debug), C(ansible-inventory --list), and everything else that prints variables shows the
        password in clear text.
    type: bool
    default: false
notes:
  - With O(cache), the list of instances and their states come from the cache until it expires. The plugin still reads
    each running instance every time, because address, port, and password change at every start. The cache never
    contains these values, keys, or the values of environment variables. Each account and each inventory file has its
    own cache entry.
  - If a cache entry is damaged, or if the cache cannot be read or written, the plugin displays a warning and reads the
    list of instances from the provider.
  - If the plugin fails, it adds no hosts. Ansible displays the error as a warning and continues without the source,
    with exit code 0. To make it stop instead, set C(any_unparsed_is_failed) in the section C([inventory]) of
    C(ansible.cfg), or set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED). The option C(unparsed_is_failed) stops Ansible
    only if all sources fail.
  - Ansible never treats text from the provider as a template.
  - The plugin does not follow redirects and does not read a netrc file. It honors E(HTTPS_PROXY) and E(NO_PROXY).
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

from typing import Any

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import CurrentState
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.instance_inventory import InstanceInventory, is_running


class InventoryModule(InstanceInventory):
    """The GPU instances of a Novita AI account as hosts."""

    NAME = "gpufleet.cloud.novita"
    resource_type = NovitaInstance
    name_variable, id_variable = "novita_name", "novita_id"
    exact_filters = ("cluster_id", "product_id")
    hidden_facts = (*NovitaInstance.private_facts, "envs", "envs_mode")
    # These facts change at every start. They are read with the details of an instance.
    uncached_facts = ("ssh_host", "ssh_port", "ssh_user", "ssh_ready")

    def login(self, instance: CurrentState, with_password: bool) -> dict[str, Any]:
        host, port, user = (instance.facts[fact] for fact in ("ssh_host", "ssh_port", "ssh_user"))
        if not is_running(instance.facts) or not host:
            return {}
        access = {"ansible_host": host, "ansible_port": port}
        if user:
            access["ansible_user"] = user
        if with_password and instance.private["ssh_password"]:
            access["ansible_password"] = instance.private["ssh_password"]
        return access
