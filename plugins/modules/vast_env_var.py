#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_env_var
short_description: Manage environment variables of a Vast.ai account
version_added: 1.0.0
description:
  - Creates, updates and deletes the environment variables of an account of Vast.ai. The API calls them secrets. Vast.ai
    sets them in each new instance and in each new serverless worker.
  - Store tokens here instead of in a template, because Vast.ai returns the environment of a template in clear text.
  - Vast.ai never returns a value. The module can neither read nor compare it, see O(update_value). A read after a write
    proves only that the variable exists.
  - If the response to a create is lost and the variable exists afterwards, the module writes the value once more.
  - Vast.ai does not document that a new value reaches running instances and workers. To bring it to the workers of an
    endpoint, replace them with O(gpufleet.cloud.vast_workergroup#module:update_workers=always).
  - Vast.ai does not document which value applies if a template or an instance sets a variable with the same name. If
    a task writes a variable, the module also reads the templates of the account, and returns a warning about those that
    set a variable with this name. If it cannot read them, it returns no such warning.
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
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_value=always), the module writes the value of an existing variable in every run, and the task
        always reports a change.
options:
  state:
    description:
      - V(present) creates the variable. If it exists, O(update_value) determines whether the module writes its value.
      - V(absent) deletes the variable.
    type: str
    choices:
      - present
      - absent
    default: present
  id:
    description:
      - ID of the variable, which is its name in upper case. Must not be empty. Must not start or end with whitespace or
        contain control characters.
      - O(id) takes precedence over O(name). A task with O(id) never creates a variable. If the ID does not exist, the
        task fails, unless O(state=absent).
      - Set O(id), O(name), or both.
    type: str
  name:
    description:
      - B(Required to create the environment variable.) Name of the variable. Vast.ai stores it in upper case, so names
        that differ only in case are equal. Results show it in upper case.
      - The name consists of ASCII letters, digits and underscores, and does not begin with a digit.
      - "Length: 1 to 255 characters."
      - "Immutable: the provider cannot rename the environment variable."
    type: str
    aliases:
      - key
  value:
    description:
      - B(Required to create the environment variable.) Value of the variable.
      - "Write-only: the provider never returns this value, so it is never compared."
      - Vast.ai accepts ASCII letters, digits, underscores, periods and hyphens. The module refuses other characters
        before the first request. Encode other values, for example in hexadecimal, and decode them where they are used.
      - At least 8 characters. Must not occur in an option that is not secret, because Ansible would mask it there.
    type: str
  update_value:
    description:
      - When the module writes O(value).
      - V(on_create) writes it only if the variable does not exist yet. Otherwise, the result has
        RV(value_not_compared=true).
      - V(always) writes it in every run, and the task always reports a change. Requires O(value), unless
        O(state=absent).
    type: str
    choices:
      - on_create
      - always
    default: on_create
seealso:
  - module: gpufleet.cloud.vast_env_var_info
  - name: Create environment variable
    description: API reference of Vast.ai.
    link: https://docs.vast.ai/api-reference/accounts/create-env-var
"""

EXAMPLES = r"""
- name: Create a variable if it does not exist yet
  gpufleet.cloud.vast_env_var:
    name: HF_TOKEN
    value: "{{ hf_token | default('hf_0123456789abcdef') }}"
  register: token

- name: Report that the value of an existing variable is unknown
  ansible.builtin.debug:
    msg: "{{ token.id }} exists. Its value was not compared."
  when: token.value_not_compared

- name: Write a new value in every run
  gpufleet.cloud.vast_env_var:
    name: HF_TOKEN
    value: "{{ hf_token | default('hf_fedcba9876543210') }}"
    update_value: always

- name: Delete the variable
  gpufleet.cloud.vast_env_var:
    name: HF_TOKEN
    state: absent
"""

RETURN = r"""
id:
  description:
    - ID of the variable, which is its name in upper case, or an empty string if it does not exist. A failed task also
      returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:vast_env_var:HF_TOKEN). Later tasks of the same
      check run can use it as an ID.
  returned: always
  type: str
  sample: HF_TOKEN
env_var:
  description:
    - The variable after the task, or in check mode as predicted. The mapping is empty if the variable does not exist.
  returned: always
  type: dict
  contains:
    id:
      description: ID of the variable, which is its name in upper case.
      type: str
      sample: HF_TOKEN
    name:
      description: Name of the variable, in upper case.
      type: str
      sample: HF_TOKEN
    spec:
      description:
        - Current values of the options. A task with these values changes nothing. The value is never included.
      type: dict
      sample:
        name: HF_TOKEN
deleted_id:
  description:
    - ID of the variable that the task deleted, or in check mode would have deleted. Empty if there is none.
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
        - Options that the step sets, for example C(value).
      type: list
      elements: str
    effect:
      description:
        - Effect of the step on running workers. One of C(none), C(in_place), C(rolls_workers), C(restarts), C(replaces)
          and C(unknown). The effect is C(unknown) unless the provider documents it.
      type: str
    id:
      description: ID of the variable that the step deletes. Only in these steps.
      type: str
  sample:
    - action: update
      fields: [value]
      effect: unknown
value_not_compared:
  description:
    - Whether the task sets O(value) for an existing variable and does not write it, because of
      O(update_value=on_create). The variable can then have another value.
  returned: always
  type: bool
  sample: false
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
    before: {name: HF_TOKEN, value: (hidden)}
    after: {name: HF_TOKEN, value: (hidden)}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(vast).
      type: str
    operation:
      description: The API call that failed, for example C(env_var.create). Empty if no single call failed.
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
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.env_var import VastEnvVar

MODULE = resource_module(VastEnvVar)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
