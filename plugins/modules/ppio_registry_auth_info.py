#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_registry_auth_info
short_description: Read registry credentials of PPIO
version_added: 1.0.0
description:
  - Returns all registry credentials of an account, those with a name or a username, or the one with an ID.
  - PPIO documents no call that creates, changes or deletes a registry credential. Do this in its console.
  - PPIO can return the passwords in clear text. The module never returns a password, and has no option to do so.
  - You can use the C(spec) of a registry credential as the option O(gpufleet.cloud.ppio_endpoint#module:registry_auth).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.ppio
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.ppio
options:
  id:
    description:
      - Return only the registry credential with this ID.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  name:
    description:
      - Return only registry credentials with exactly this name. Several can have the same name.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  username:
    description:
      - Return only registry credentials with exactly this username.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
seealso:
  - module: gpufleet.cloud.ppio_endpoint
  - name: List registry credentials
    description: The list call of PPIO.
    link: https://ppio.com/docs/gpus/image/reference-list-repository-auths
"""

EXAMPLES = r"""
- name: List all registry credentials
  gpufleet.cloud.ppio_registry_auth_info:
  register: all_registry_auths

- name: Show the names and usernames
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.spec.username }}"
  loop: "{{ all_registry_auths.registry_auths }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find the registry credential of a user
  gpufleet.cloud.ppio_registry_auth_info:
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
      sample: "20"
    name:
      description: Name of the registry credential.
      type: str
      sample: registry.example.org
    spec:
      description: The name and the username, which together identify the registry credential.
      type: dict
      sample:
        name: registry.example.org
        username: team-bot
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.registry_auth import PpioRegistryAuth

MODULE = info_module(PpioRegistryAuth)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
