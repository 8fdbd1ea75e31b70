# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow_unknown_cost:
    description:
      - Whether the task may change the resource although its cost in the worst case is unknown. With V(false), such a
        task fails before any write. Has no effect without O(max_hourly_cost).
    type: bool
    default: false
"""

    USD = r"""
options:
  max_hourly_cost:
    description:
      - Highest cost per hour that the task may cause, by currency. The module reads the prices and calculates the cost
        in the worst case, which is the highest cost that the settings of the resource allow.
      - The task fails before any write, with the reason C(price), if it raises this cost above the limit. A task that
        does not raise the cost never fails because of the limit, even if the resource costs more.
      - The limit does not contain traffic, storage, and the resource that a replacement deletes. It has no effect on
        running workers.
    type: dict
    suboptions:
      USD:
        description:
          - Limit in USD per hour.
          - "Minimum: 0."
        type: float
"""

    CNY = r"""
options:
  max_hourly_cost:
    description:
      - Highest cost per hour that the task may cause, by currency. The module reads the prices and calculates the cost
        in the worst case, which is the highest cost that the settings of the resource allow.
      - The task fails before any write, with the reason C(price), if it raises this cost above the limit. A task that
        does not raise the cost never fails because of the limit, even if the resource costs more.
      - The limit does not contain traffic, storage, and the resource that a replacement deletes. It has no effect on
        running workers.
    type: dict
    suboptions:
      CNY:
        description:
          - Limit in CNY per hour.
          - "Minimum: 0."
        type: float
"""
