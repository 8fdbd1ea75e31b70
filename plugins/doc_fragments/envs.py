# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  envs:
    description:
      - Environment variables of the container, name to value, which may be shown in results and diffs.
      - Values are strings or whole numbers. Booleans, floats and null are refused with the advice to quote, because
        YAML has changed them before the module sees them (C(no), C(12.80), C(010)).
      - If O(envs) or O(secret_envs) is given, the variables wanted are exactly those of both together, and all others
        are removed; the plan names each of them. O(envs_mode=merge) changes that.
      - What a change does to running workers is not documented by the provider.
    type: dict
  secret_envs:
    description:
      - Environment variables whose values are hidden in results, diffs and logs. The provider itself keeps them like
        any other variable, and shows them in clear to whoever holds an API key.
      - A value must have at least 8 characters. A name must not be in O(envs) as well.
      - Give the values through variables (a vault, a lookup, an AWX credential). A literal value in a task can be
        printed by Ansible with the task's source when the task fails.
    type: dict
  envs_mode:
    description:
      - With V(replace) the variables given are all that the container shall have.
      - With V(merge) only the variables given are managed, and others are left alone.
    type: str
    choices:
      - replace
      - merge
    default: replace
"""
