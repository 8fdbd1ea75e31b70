# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.gpufleet.cloud.plugins.modules.vast_instance_info import MODULE
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.direct import DirectAction


class ActionModule(DirectAction):
    module = MODULE
