# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
    details:
      - A task on the controller runs in the process of Ansible, with the Python that runs Ansible. With C(become),
        C(async), or a connection other than C(local), and in the other cases that the guide R(Where tasks
        run,ansible_collections.gpufleet.cloud.docsite.python) lists, Ansible runs the module as usual. The options and
        the results are the same.
      - Set the variable C(gpufleet_direct) or the environment variable E(GPUFLEET_DIRECT) to V(false) to always run the
        module.
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
      - This assumes that the system controlled by the module has not changed in a relevant way.
"""

    RESOURCE = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - In check mode, the module sends read requests only. It predicts changes with the same code as in a normal run.
  diff_mode:
    support: full
    details:
      - The diff covers the options that the task sets, even if nothing differs.
  idempotent:
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module does not change anything.
  diff_mode:
    support: N/A
    details:
      - This module does not change anything.
  idempotent:
    support: full
"""

    NOVITA = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/gpufleet.cloud.novita) in C(module_defaults) to set options for all modules of this
      provider.
    support: full
    membership:
      - gpufleet.cloud.novita
"""

    PPIO = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/gpufleet.cloud.ppio) in C(module_defaults) to set options for all modules of this
      provider.
    support: full
    membership:
      - gpufleet.cloud.ppio
"""

    VAST = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/gpufleet.cloud.vast) in C(module_defaults) to set options for all modules of this
      provider.
    support: full
    membership:
      - gpufleet.cloud.vast
"""
