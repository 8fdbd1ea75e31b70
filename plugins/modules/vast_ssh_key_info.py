#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_ssh_key_info
short_description: Read SSH keys of a Vast.ai account
version_added: 1.0.0
description:
  - Returns all SSH keys of an account of Vast.ai, or the keys that match.
  - You can use the C(spec) of a key as the options of M(gpufleet.cloud.vast_ssh_key).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
options:
  id:
    description: Return only the key with this ID.
    type: str
  public_key:
    description:
      - Return only keys with the same type and base64 part as this public key. Options and a comment in the text are
        ignored.
    type: str
    aliases:
      - ssh_key
  return_comments:
    description:
      - Whether to return C(comment) in C(spec). A comment can contain personal data.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_ssh_key
"""

EXAMPLES = r"""
- name: List all SSH keys of the account
  gpufleet.cloud.vast_ssh_key_info:
    return_comments: true
  register: all_keys

- name: Show the fingerprints and the comments
  ansible.builtin.debug:
    msg: "{{ item.fingerprint }} {{ item.spec.comment }}"
  loop: "{{ all_keys.ssh_keys }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find a key
  gpufleet.cloud.vast_ssh_key_info:
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDn2GkqWjX7ZzQmW0lRkYt1uJb5sP8cVhTgE4oNfLx3a
"""

RETURN = r"""
ssh_keys:
  description: The keys, sorted by fingerprint and ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the key.
      type: str
      sample: '61230'
    fingerprint:
      description: Fingerprint of the key, as OpenSSH shows it.
      type: str
      sample: SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg
    created_at:
      description: Time of creation, in UTC.
      type: str
      sample: "2026-08-29T14:46:40Z"
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(comment) is included only with O(return_comments=true).
      type: dict
      sample:
        public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDn2GkqWjX7ZzQmW0lRkYt1uJb5sP8cVhTgE4oNfLx3a
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.ssh_key import VastSshKey

MODULE = info_module(VastSshKey)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
