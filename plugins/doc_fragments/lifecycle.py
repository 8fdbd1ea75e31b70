# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the record is usable, also when nothing had to be changed.
      - Waiting ends at once when the provider reports a failure. There is no waiting in check mode.
      - With O(state=absent), whether to wait O(wait_timeout) rather than O(settle_timeout) seconds until it is gone.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds O(wait) lasts at most, and how long a record in transition is waited for before it is changed.
      - With O(wait=true) also how long a create or an update is repeated that the provider refuses for the time being,
        as Novita AI and PPIO do while a serverless cluster sleeps.
      - From 1 to 86400.
    type: int
    default: 600
  settle_timeout:
    description:
      - How many seconds a write may take to show up in what the provider answers.
      - Every write is read back. A value that was ignored or limited by the provider fails the task after this time.
      - From 0 to 3600.
    type: int
    default: 30
  recreate:
    description:
      - Whether a record may be replaced when an option differs that the provider cannot change in place. Without it
        such a task fails before anything is written.
      - The new record is created first, from the present one with the task's options laid over it; the old one is
        deleted when the new one is there and, with O(wait=true), usable. For that time both are billed.
      - Needs a task without O(id), because the new record has another id.
    type: bool
    default: false
notes:
  - An option that is left out, or null, is neither compared nor changed. V(0), an empty string, V([]) and V({}) are
    values like any other. For an optional value write C({{ x | default(omit) }}); C(default(none)) arrives as an empty
    string on ansible-core 2.16.
"""

    NAME = r"""
options:
  id:
    description:
      - The provider's id of the record. It wins over O(name), so that a task with both renames the record, and one with
        an id alone adopts a record that was made by hand.
      - An id that does not exist is an error unless O(state=absent); it never leads to a new record.
      - One of O(id) and O(name) is required.
    type: str
"""
