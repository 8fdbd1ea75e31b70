#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: export
short_description: Write the resources of your accounts to a fleet file
version_added: 1.0.0
description:
  - Reads the resources of your accounts, at all providers, and returns them as a fleet file. The playbooks C(converge),
    C(drift) and C(teardown) read such a file. The module only reads from the providers.
  - If you converge the file with the same values in its variables, nothing changes. In an empty account, it creates
    the same resources, except for what its comments name.
  - The module reads the accounts of all providers whose API key is set, as an option or in the environment. If O(types)
    is set, it reads only the accounts of the providers of these types. It also reads all accounts in O(accounts). Their
    entries have the key C(account).
  - The file contains names instead of IDs where the entries refer to each other. An ID stays, with a comment, if its
    resource is not in the account, or if several resources have the same name. Products keep their IDs.
  - Resources that have the same name are identified by their IDs. Such entries are only for this account.
  - The file contains no secrets. Each value of an environment variable is a variable of Ansible that you set. So is
    each other value that results do not show, such as a command with a token. The beginning of the file lists these
    variables. A value is in C(secret_envs) if that option accepts it. It is in C(envs) if it is shorter than 8
    characters, or if it is part of something that results show.
  - Options that a provider never returns are comments, unless a create requires them. Required ones, such as the value
    of an environment variable of Vast.ai, are variables.
  - A comment also names each option that a task cannot set to its current value, and each resource that is not in the
    file because the provider is deleting it.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.fleet.connections
  - gpufleet.cloud.fleet.accounts
attributes:
  check_mode:
    support: full
    details:
      - In check mode, the module does not write the file. It returns the same content.
  diff_mode:
    support: full
    details:
      - The diff covers the file.
  idempotent:
    support: full
    details:
      - The module does not write the file again if nothing but the time of the export would differ.
options:
  types:
    description:
      - Resource types to export. The default is all types of the providers that the module reads.
    type: list
    elements: str
    choices:
      - novita_endpoint
      - novita_instance
      - novita_network
      - novita_network_storage
      - novita_registry_auth
      - ppio_endpoint
      - ppio_instance
      - vast_endpoint
      - vast_env_var
      - vast_instance
      - vast_ssh_key
      - vast_template
      - vast_workergroup
  name:
    description:
      - Regular expression for the names of the resources to export. It must match from the start of the name.
      - For a workergroup, it must match the name of its endpoint. For an SSH key, it must match its comment.
    type: str
  path:
    description:
      - File to write on the host of this task. Only its owner can read it. Without a path, the module only returns the
        content.
      - The module replaces the file as a whole. It refuses a symbolic link.
      - If the task runs on the controller, a relative path is relative to the directory of the playbook.
    type: path
  force:
    description:
      - Whether to replace an existing file with another content. With V(false), the task then fails.
    type: bool
    default: false
  allow_incomplete:
    description:
      - Whether to export the other resources if some resource types cannot be read. With V(false), the task then fails
        and writes no file.
      - An incomplete file says so at its beginning. Do not use it to prune resources.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Write all resources of all accounts to a fleet file
  gpufleet.cloud.export:
    path: exported.yml

- name: Write the endpoints of a team at Novita AI and what they use
  gpufleet.cloud.export:
    types: [novita_endpoint, novita_network_storage, novita_registry_auth]
    name: team-a-
    path: team-a.yml
    force: true

- name: Read the resources without a file
  gpufleet.cloud.export:
  register: exported

- name: Show the variables to set
  ansible.builtin.debug:
    var: exported.variables
"""

RETURN = r"""
content:
  description:
    - The fleet file. If the file at O(path) differs only in the time of the export, the content of that file.
    - Empty if the task failed because a resource type could not be read.
  returned: always
  type: str
  sample: |
    # Exported by gpufleet.cloud.export 1.0.0 from vast.
    # Exported at 2026-08-01T12:00:00Z.
    ---
    fleet_resources:

      # vast_endpoint tts, id 50871
      - vast_endpoint:
          name: tts
          max_workers: 4
resources:
  description: One element for each entry of the file, in the same order.
  returned: always
  type: list
  elements: dict
  contains:
    account:
      description: Name of the account in O(accounts). Empty for the account of the option of the provider.
      type: str
    resource_type:
      description: Resource type, for example C(vast_endpoint).
      type: str
    name:
      description: Name of the resource. For a workergroup, the name of its endpoint. If there is no name, the ID.
      type: str
    id:
      description: ID of the resource at the provider.
      type: str
    variables:
      description: Names of the variables in the entry.
      type: list
      elements: str
    notes:
      description: The comments on options of the entry.
      type: list
      elements: str
  sample:
    - account: ''
      resource_type: vast_env_var
      name: HF_TOKEN
      id: HF_TOKEN
      variables: [vast_env_var_hf_token_value]
      notes: []
variables:
  description: Names of all variables in the file. Set each of them before you converge the file.
  returned: always
  type: list
  elements: str
  sample: [vast_env_var_hf_token_value]
left_out:
  description: What is not in the file. The task also shows a warning for each element.
  returned: always
  type: list
  elements: dict
  contains:
    account:
      description: Name of the account in O(accounts). Empty for the account of the option of the provider.
      type: str
    resource_type:
      description: Resource type.
      type: str
    name:
      description: Name of the resource. Empty for a resource type that could not be read.
      type: str
    id:
      description: ID of the resource. Empty for a resource type that could not be read.
      type: str
    reason:
      description: Why it is not in the file.
      type: str
  sample: []
diff:
  description: The file before and after the task. Empty texts if the task does not write it.
  returned: always
  type: dict
  contains:
    before_header:
      description: Path of the file.
      type: str
    after_header:
      description: Path of the file.
      type: str
    before:
      description: Content of the file before the task. Empty if there was no file.
      type: str
    after:
      description: Content of the file after the task.
      type: str
  sample:
    before: ''
    after: ''
failure:
  description: Details of the first failure, as the module of the resource type returns them.
  returned: on failure
  type: dict
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._export.module import MODULE


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
