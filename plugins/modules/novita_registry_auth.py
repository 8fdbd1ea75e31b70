#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_registry_auth
short_description: Manage registry credentials of Novita AI
version_added: 1.0.0
description:
  - Creates, replaces and deletes registry credentials of Novita AI. With a registry credential, Novita AI pulls private
    images for endpoints and instances. Its ID is the value of O(gpufleet.cloud.novita_endpoint#module:image.auth_id)
    and O(gpufleet.cloud.novita_instance#module:image_auth_id).
  - The module finds a registry credential by O(name) and O(username) together, or by its O(id). Novita AI accepts
    several registry credentials with the same name and username. The task then fails and lists their IDs.
  - Novita AI cannot change a registry credential. A new password is a new registry credential with a new ID, see
    O(update_password).
  - Novita AI returns the passwords of all registry credentials in clear text. No output of the module contains a
    password, and the module has no option to return one.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_password=always), every run replaces the registry credential if Novita AI does not return its
        password in clear text. In all other cases, the second run changes nothing.
options:
  state:
    description:
      - V(present) creates the registry credential, or replaces it as O(update_password) specifies.
      - V(absent) deletes the registry credential. Novita AI refuses this while an endpoint or an instance uses it.
    type: str
    choices:
      - present
      - absent
    default: present
  id:
    description:
      - ID of the registry credential at Novita AI. Must not be empty. Must not start or end with whitespace or contain
        control characters.
      - O(id) takes precedence over O(name) and O(username). A task with O(id) never creates a registry credential. If
        the ID does not exist, the task fails, unless O(state=absent).
      - A task that replaces the registry credential must not set O(id), because the new one gets another ID.
      - Set O(id), or O(name) and O(username), or all of them.
    type: str
  name:
    description:
      - B(Required to create the registry credential.) Address of the registry, for example V(registry.example.org). The
        module compares the exact text. Must not start or end with whitespace or contain control characters.
      - "Length: 1 to 255 characters."
      - "Immutable: the provider cannot rename the registry credential."
      - Set O(name) together with O(username).
    type: str
  username:
    description:
      - B(Required to create the registry credential.) Username at the registry. The module compares the exact text.
        Must not start or end with whitespace or contain control characters.
      - "Length: 1 to 511 characters."
      - "Immutable: a different value means another registry credential."
      - Set O(username) together with O(name).
    type: str
  password:
    description:
      - B(Required to create the registry credential.) Password or access token for the registry.
      - "Length: 8 to 1024 characters."
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - "Immutable: O(update_password) defines what a different value means."
      - The module compares this value only if the provider returns it.
    type: str
  update_password:
    description:
      - V(on_create) uses O(password) only for a registry credential that does not exist yet. The module does not
        compare the password of an existing one.
      - V(always) replaces a registry credential with another password. If Novita AI returns the password masked, empty
        or not at all, the module cannot compare it, and every run replaces the registry credential.
      - A replacement creates the new registry credential first, and then deletes the old one. Depending on Novita AI,
        the create can overwrite the old one instead. RV(id) is the ID of the new registry credential.
      - If an endpoint or an instance uses the old registry credential, Novita AI refuses to delete it. The task then
        succeeds with a warning that contains both IDs. Set the new ID in the endpoints and instances, then delete the
        old registry credential by its O(id). Until then, tasks without O(id) fail, because both match.
      - V(always) is sufficient for a replacement. O(recreate) has no effect on the password.
    type: str
    choices:
      - on_create
      - always
    default: on_create
seealso:
  - module: gpufleet.cloud.novita_registry_auth_info
  - module: gpufleet.cloud.novita_endpoint
  - module: gpufleet.cloud.novita_instance
  - name: Create container registry auth
    description: API reference of Novita AI.
    link: https://novita.ai/docs/api-reference/gpu-instance-create-container-registry-auth
"""

EXAMPLES = r"""
- name: Ensure that a registry credential exists
  gpufleet.cloud.novita_registry_auth:
    name: registry.example.org
    username: team-bot
    password: "{{ registry_password }}"
  register: registry
  vars:
    registry_password: s3cret-pull-token # from a vault in reality

- name: Show the ID for image.auth_id of endpoints and image_auth_id of instances
  ansible.builtin.debug:
    var: registry.id

- name: Preview a new password
  gpufleet.cloud.novita_registry_auth:
    name: registry.example.org
    username: team-bot
    password: "{{ registry_password }}"
    update_password: always
  vars:
    registry_password: an0ther-pull-token
  check_mode: true
  diff: true

- name: Replace the registry credential if the password is another one
  gpufleet.cloud.novita_registry_auth:
    name: registry.example.org
    username: team-bot
    password: "{{ registry_password }}"
    update_password: always
  vars:
    registry_password: an0ther-pull-token
  register: registry

- name: Delete the registry credential
  gpufleet.cloud.novita_registry_auth:
    name: registry.example.org
    username: team-bot
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the registry credential, or an empty string if it does not exist. After a replacement, it is the ID of the
      new one. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as
      C(planned:novita_registry_auth:registry.example.org/team-bot). Later tasks of the same check run can use it as an
      ID.
  returned: always
  type: str
  sample: 5f0c2b7a91d3
registry_auth:
  description:
    - The registry credential after the task, or in check mode as predicted. The mapping is empty if the registry
      credential does not exist. It never contains the password.
  returned: always
  type: dict
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
deleted_id:
  description:
    - ID of the registry credential that the task deleted or replaced, or in check mode would have deleted or replaced.
      Empty if there is none.
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
        - Action of the step, one of C(create), C(replace), C(delete) and C(none).
      type: str
    fields:
      description:
        - Paths of the options that the step sets, for example C(password).
      type: list
      elements: str
    effect:
      description:
        - Effect of the step on running workers. One of C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces)
          and C(unknown). A registry credential has no workers, so a replacement has the effect C(replaces) on the
          registry credential only.
      type: str
    id:
      description: ID of the resource that the step deletes or replaces. Only in these steps.
      type: str
  sample:
    - action: replace
      fields: [password]
      effect: replaces
      id: 5f0c2b7a91d3
diff:
  description: Values before and after the task, for the options that it sets. Passwords are hidden.
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
    before: {name: registry.example.org, username: team-bot, password: (hidden)}
    after: {name: registry.example.org, username: team-bot, password: "(hidden, new value)"}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(novita).
      type: str
    operation:
      description: The API call that failed, for example C(registry_auth.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(IMAGE_AUTH_IN_USE), if its response contains one. If an error
          response has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(immutable),
          C(ambiguous_name), C(similar_name), C(not_found), C(locked), C(not_applied), C(outcome_unknown), C(not_ready),
          C(wait_timeout), C(cancelled), C(not_the_provider), C(internal) and C(error).
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.registry_auth import NovitaRegistryAuth

MODULE = resource_module(NovitaRegistryAuth)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
