# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  secret_envs:
    description:
      - Environment variables whose values are secret. The module hides them in results, diffs and logs. The provider
        stores them like other variables, and shows them in clear text to everyone who has an API key.
      - "Values: at least 8 characters. The limits of O(envs) also apply."
      - A value must not occur in an option that is not secret, because Ansible would mask it there. Examples are the
        name of the resource and the image. It must not occur in the current values of the resource either.
      - A variable must not be in O(envs) and in O(secret_envs).
      - Read the values from variables, for example from a vault, a lookup or an AWX credential. If a task fails,
        Ansible can print its source with all literal values.
    type: dict
  envs_mode:
    description:
      - Set V(replace) to make O(envs) and O(secret_envs) together the complete set of variables. The module removes all
        other variables and lists them in the plan.
      - Set V(merge) to manage only the variables in O(envs) and O(secret_envs) and to keep all others.
      - This option has no effect if the task sets neither O(envs) nor O(secret_envs).
    type: str
    choices:
      - replace
      - merge
    default: replace
"""
