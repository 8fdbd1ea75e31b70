# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the resource is ready, even if the task changes nothing.
      - An endpoint that is idle because of its own settings counts as ready. The wait ends immediately if the provider
        reports a failure. In check mode, the module does not wait.
      - With O(state=absent), the module waits until the resource is removed. The time limit is O(wait_timeout) with
        O(wait=true), and O(settle_timeout) with O(wait=false).
    type: bool
    default: true
  wait_timeout:
    description:
      - Time limit in seconds for O(wait). It is also the time limit for a resource in transition, which the module lets
        settle before it changes it.
      - With O(wait=true), it also limits how long the module retries a create or an update that the provider refuses
        temporarily. Novita AI and PPIO do so while a serverless cluster is asleep.
      - "Range: 1 to 86400."
    type: int
    default: 600
  settle_timeout:
    description:
      - Time limit in seconds until a write must be visible in the responses of the provider.
      - The module verifies every write by a read. The task fails if the provider still returns another value after this
        time, for example because it has ignored or limited the value.
      - If another task of the same user on the same host is creating, changing or deleting the resource, the module
        first waits until that task has verified its writes. The time limit is O(settle_timeout) plus 60 seconds.
      - "Range: 0 to 3600."
    type: int
    default: 30
  recreate:
    description:
      - Whether the module may replace the resource if the task changes an immutable option. With V(false), such a task
        fails before any write.
      - The module creates the new resource first, from the current values with the desired values merged into them.
        After the new resource exists and, with O(wait=true), is ready, the module deletes the old one. The provider
        bills both in the meantime.
      - A task that replaces a resource must not set O(id), because the new resource gets another ID.
    type: bool
    default: false
notes:
  - The module neither compares nor changes options that are omitted or null. V(0), V([]) and V({}) are desired values
    like any other. An empty text is a desired value only if the description of the option says so, and is refused
    otherwise. For a variable that can be undefined or empty, write C({{ x | default(omit, true) }}). On ansible-core
    2.16, C(default(none)) becomes an empty text.
  - Text for a list is split at its commas, for example V(7, 8). An empty item is refused.
  - Placeholders from examples, such as V(...) or V(<your ID>), are refused as the whole value of a text.
"""

    NAME = r"""
options:
  id:
    description:
      - ID of the resource at the provider. Must not be empty. Must not start or end with whitespace or contain
        control characters.
      - O(id) takes precedence over O(name). A task with both finds the resource by its ID, and renames it if the name
        is not immutable. A task with O(id) alone can manage a resource that was created manually.
      - A task with O(id) never creates a resource. If the ID does not exist, the task fails, unless O(state=absent).
      - In check mode, it can be the planned ID that an earlier task of the same check run has returned. Outside check
        mode, a planned ID is refused.
      - Set O(id), O(name), or both.
    type: str
  allow_similar_name:
    description:
      - Whether the module may create a resource although the name of another one is similar to O(name). With V(false),
        such a task fails before any write, and the message contains the ID of the other resource.
      - A provider can store a name in another form. The module then never finds the resource by O(name), so that each
        run would create another one. With O(state=absent), the module shows a warning instead of an error.
      - Names are similar if they differ only in case, in whitespace, punctuation and symbols, in the encoding of
        characters, or in HTML or percent escapes. They are also similar if the existing name is the beginning of
        O(name), and its length is a usual limit of names, for example 32, 63 or 255.
    type: bool
    default: false
"""
