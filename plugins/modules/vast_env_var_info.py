#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_env_var_info
short_description: Read environment variables of a Vast.ai account
version_added: 1.0.0
description:
  - Returns the names of all environment variables of an account of Vast.ai, or the variable with a name. Vast.ai never
    returns their values.
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
    description: Return only the variable with this ID, which is its name in upper case.
    type: str
  name:
    description: Return only the variable with this name. Upper and lower case are equal.
    type: str
    aliases:
      - key
seealso:
  - module: gpufleet.cloud.vast_env_var
"""

EXAMPLES = r"""
- name: List the environment variables of the account
  gpufleet.cloud.vast_env_var_info:
  register: variables

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ variables.env_vars | map(attribute='name') | list }}"

- name: Find a variable
  gpufleet.cloud.vast_env_var_info:
    name: HF_TOKEN
"""

RETURN = r"""
env_vars:
  description: The variables, sorted by name. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
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
      description: Current values of the options. The value is never included.
      type: dict
      sample:
        name: HF_TOKEN
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.env_var import VastEnvVar

MODULE = info_module(VastEnvVar)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
