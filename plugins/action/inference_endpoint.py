# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.gpufleet.cloud.plugins.modules.inference_endpoint import MODULE
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.direct import DirectAction
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.group_defaults import with_group_defaults


class ActionModule(DirectAction):
    module = MODULE

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        self._task.args = with_group_defaults(self._task, self._templar)
        return super().run(tmp, task_vars)
