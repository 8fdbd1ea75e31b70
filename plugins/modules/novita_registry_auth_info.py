#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_registry_auth_info
short_description: Read registry credentials of Novita AI
version_added: 1.0.0
description:
  - Returns all registry credentials of an account, those of a registry or a username, or the one with an ID.
  - Novita AI returns their passwords in clear text. The module never returns a password, and has no option to do so.
  - You can use the C(spec) of a registry credential as the options of M(gpufleet.cloud.novita_registry_auth).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
options:
  id:
    description: Return only the registry credential with this ID.
    type: str
  name:
    description: Return only registry credentials with exactly this name, which is the address of a registry.
    type: str
  username:
    description: Return only registry credentials with exactly this username.
    type: str
seealso:
  - module: gpufleet.cloud.novita_registry_auth
"""

EXAMPLES = r"""
- name: List all registry credentials
  gpufleet.cloud.novita_registry_auth_info:
  register: all_registry_auths

- name: Show the registries and their usernames
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.spec.username }}"
  loop: "{{ all_registry_auths.registry_auths }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find the registry credential of a user of a registry
  gpufleet.cloud.novita_registry_auth_info:
    name: registry.example.org
    username: team-bot
"""

RETURN = r"""
registry_auths:
  description: The registry credentials, sorted by name and ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the registry credential.
      type: str
      sample: 5f0c2b7a91d3
    name:
      description: Address of the registry.
      type: str
      sample: registry.example.org
    spec:
      description: Current values of the options, without the password. A task with these values changes nothing.
      type: dict
      sample:
        name: registry.example.org
        username: team-bot
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.registry_auth import NovitaRegistryAuth

MODULE = info_module(NovitaRegistryAuth)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
