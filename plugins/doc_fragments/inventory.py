# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  hostnames:
    description:
      - Expressions for the host name, such as the name of a variable, or V(novita_name ~ '.gpu'). They can use the
        variables of the host, except those of O(compose). The first result that is neither empty nor null is the host
        name.
      - If the option is omitted, or if no expression has a result, the host name is the name at the provider.
    type: list
    elements: str
    default: []
requirements:
  - requests
  - jsonschema
notes:
  - The host name is the name at the provider, or the result of O(hostnames). If several of the selected resources have
    the same name, or if the name has a special meaning in Ansible, such as C(localhost), the host name is C(name-id).
  - Ansible also uses host names in patterns and as names of files. Characters other than letters, digits, C(_), C(-),
    and C(.) are therefore replaced with C(_), and so are C(-) and C(.) at the beginning of the name, and the C(.)
    before C(yml), C(yaml), and C(json) at its end. Names of more than 180 bytes are cut. The plugin displays a
    warning. A variable of the host contains the original name.
  - A host or a group that an earlier source of the inventory has added stays unchanged. If it has the name of a
    resource, the host name of the resource is C(name-id), and the plugin displays a warning. The same applies to the
    groups in O(groups) and O(keyed_groups). A resource that several files select is only one host.
  - The plugin cannot detect hosts of later sources. Ansible merges them into the hosts of this plugin that have the
    same name. Make the file of this plugin the last source, also in the alphabetical order of a directory, or set
    O(hostnames) to names that no other source uses. To set variables of the hosts, use C(host_vars) and C(group_vars).
  - Resources that are being removed are not included.
  - If a list cannot be read, or if it is inconsistent, the plugin fails. It never returns an empty inventory in this
    case.
  - If an expression in O(hostnames), O(compose), O(groups), or O(keyed_groups) fails for a host, the plugin ignores it
    for this host and displays a warning with the option, the host, and the reason. With O(strict=true), the plugin
    fails.
  - A key in O(keyed_groups) can be a string, a number, a boolean, or a list or mapping of these. The number 4 with
    C(prefix=gpus) results in the group C(gpus_4). Null and empty strings result in no group, unless C(default_value) is
    set.
  - If a cache entry is damaged, or if the cache cannot be read or written, the plugin displays a warning and reads the
    list from the provider.
  - If the plugin fails, it adds no hosts. Ansible displays the error as a warning and continues without the source,
    with exit code 0. To make it stop instead, set C(any_unparsed_is_failed) in the section C([inventory]) of
    C(ansible.cfg), or set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED). The option C(unparsed_is_failed) stops Ansible
    only if all sources fail.
  - Ansible never treats text from the provider as a template.
  - The plugin does not follow redirects and does not read a netrc file. It honors E(HTTPS_PROXY) and E(NO_PROXY).
"""

    INSTANCES = r"""
options:
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
  concurrency:
    description:
      - The maximum number of instances to read at the same time.
      - "Range: 1 to 64."
    type: int
    default: 8
notes:
  - If the details of a running instance cannot be read, its host has no address, and the plugin displays a warning.
  - With O(cache), the list of instances and their states come from the cache until it expires. The plugin still reads
    each running instance every time, because its address changes at every start. The cache never contains addresses and
    ports for SSH, passwords, keys, or the values of environment variables. Each account and each inventory file has its
    own cache entry.
"""

    CREDENTIALS = r"""
options:
  include_credentials:
    description:
      - Whether to set C(ansible_password) to the SSH password of the provider for running instances.
      - M(ansible.builtin.debug), C(ansible-inventory --list), and everything else that prints variables shows the
        password in clear text.
    type: bool
    default: false
"""
