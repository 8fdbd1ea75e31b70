#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_ssh_key
short_description: Manage SSH keys of a Vast.ai account
version_added: 1.0.0
description:
  - Adds and deletes the SSH keys of an account of Vast.ai, and changes their comments. Vast.ai puts the keys of the
    account on each new instance, and according to its documentation on existing instances within minutes.
  - The module finds a key by its type and its base64 part, or by its O(id). It ignores options before the type, and the
    comment, which is only a label. Another key is another resource. To rotate a key, add the new one and delete the
    old one.
  - Vast.ai can have the same key several times. For O(state=present), one of them is sufficient, and the module returns
    a warning with their IDs. For O(state=absent), the module deletes all of them.
  - Vast.ai does not document that the deletion of a key from the account removes it from running instances. To remove
    it there, delete it from each instance in the Vast.ai console or with the command C(vastai detach ssh).
  - A virtual machine gets only the keys that exist when it is created.
  - An account that belongs to a team cannot have keys. The module then reports the error of Vast.ai.
  - The provider does not document the effect of a change on running workers.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
  - gpufleet.cloud.lifecycle
options:
  state:
    description:
      - V(present) adds the key, and sets its comment if the task sets O(comment).
      - V(absent) deletes the key from the account.
    type: str
    choices:
      - present
      - absent
    default: present
  id:
    description:
      - ID of the key at Vast.ai. Must not be empty. Must not start or end with whitespace or contain control
        characters.
      - O(id) takes precedence over O(public_key). With O(state=absent), the module then deletes only the key with this
        ID, even if the account has the same key several times.
      - A task with O(id) never adds a key. If the ID does not exist, the task fails, unless O(state=absent).
      - Set O(id), O(public_key), or both.
    type: str
  public_key:
    description:
      - B(Required to create the SSH key.) The public key in the format of OpenSSH, for example the content of the file
        C(id_ed25519.pub). Must not be empty. The text can have options before the key and a comment after it.
      - A new key gets the comment in this text, unless the task sets O(comment). Later, the module does not compare the
        comment in this text.
      - A private key is refused before the first request. The result and the log show it masked.
      - "Immutable: a different value means another SSH key."
    type: str
    aliases:
      - ssh_key
  comment:
    description:
      - Comment of the key. The module compares it only if the task sets it.
      - An empty text removes the value. Several spaces between words count as one, and spaces around the text are
        removed.
      - Control characters are refused, among them line breaks between words.
      - A comment can contain personal data. Results show it only if the same task sets it.
    type: str
seealso:
  - module: gpufleet.cloud.vast_ssh_key_info
  - name: Create SSH key
    description: API reference of Vast.ai.
    link: https://docs.vast.ai/api-reference/accounts/create-ssh-key
"""

EXAMPLES = r"""
- name: Add a public key
  gpufleet.cloud.vast_ssh_key:
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDn2GkqWjX7ZzQmW0lRkYt1uJb5sP8cVhTgE4oNfLx3a ops@build
  register: key

- name: Change the comment of the key
  gpufleet.cloud.vast_ssh_key:
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDn2GkqWjX7ZzQmW0lRkYt1uJb5sP8cVhTgE4oNfLx3a
    comment: build server

- name: Show which key an account has, by its fingerprint
  ansible.builtin.debug:
    msg: "{{ key.ssh_key.fingerprint }}"

- name: Delete the key
  gpufleet.cloud.vast_ssh_key:
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDn2GkqWjX7ZzQmW0lRkYt1uJb5sP8cVhTgE4oNfLx3a
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the key, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:vast_ssh_key:ssh-ed25519 AAAA...). Later tasks of
      the same check run can use it as an ID.
  returned: always
  type: str
  sample: '61230'
ssh_key:
  description:
    - The key after the task, or in check mode as predicted. The mapping is empty if the key does not exist.
  returned: always
  type: dict
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
        - O(public_key) consists of the type and the base64 part. O(comment) is included only if the task sets it.
      type: dict
      sample:
        public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDn2GkqWjX7ZzQmW0lRkYt1uJb5sP8cVhTgE4oNfLx3a
        comment: build server
deleted_id:
  description:
    - ID of the key that the task deleted, or in check mode would have deleted. Empty if there is none. If several
      equal keys are deleted, this is the first ID, and RV(plan) contains all IDs.
  returned: always
  type: str
  sample: ''
plan:
  description:
    - The steps of the task. Check mode returns the same steps as the run that follows.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description:
        - Action of the step, one of C(create), C(update), C(delete) and C(none).
      type: str
    fields:
      description:
        - Options that the step sets, for example C(comment).
      type: list
      elements: str
    effect:
      description:
        - Effect of the step on running workers. One of C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces)
          and C(unknown). The effect is C(unknown) unless the provider documents it.
      type: str
    id:
      description: ID of the key that the step deletes. Only in these steps.
      type: str
  sample:
    - action: update
      fields: [comment]
      effect: unknown
diff:
  description: Values before and after the task, for the options that it sets.
  returned: always
  type: dict
  contains:
    before:
      description: Values before the task.
      type: dict
    after:
      description: Values after the task.
      type: dict
  sample:
    before: {comment: (hidden)}
    after: {comment: build server}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(vast).
      type: str
    operation:
      description: The API call that failed, for example C(ssh_key.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(invalid_args), if its response contains one. If an error response
          has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(immutable),
          C(ambiguous_name),
          C(not_found), C(not_applied), C(outcome_unknown), C(not_ready), C(wait_timeout), C(locked), C(cancelled),
          C(not_the_provider), C(internal) and C(error).
        - C(bad_answer) means that the response of the provider is not valid or contradicts itself, for example if it
          has the status of a success and also contains an error. C(not_the_provider) means that something other than
          the API returned the response, for example a proxy. C(locked) means that another task on the same host was
          working on the resource. C(internal) and C(error) mean unexpected errors.
      type: str
    message:
      description: Cause of the failure, without the advice in RV(ignore:msg).
      type: str
    request_id:
      description: The provider's ID of the request, if the provider returns one.
      type: str
    retryable:
      description: Whether the same task can succeed if you run it again without changes.
      type: bool
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.resource_module import resource_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.ssh_key import VastSshKey

MODULE = resource_module(VastSshKey)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
