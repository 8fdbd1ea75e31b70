# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plugin that waits for the workers of pytest-xdist.

Coverage writes the data of a process when it exits. Without this plugin, pytest-xdist kills a worker that has not
exited ten seconds after its last test, and its data are lost.
"""

from xdist.workermanage import NodeManager

NodeManager.EXIT_TIMEOUT = 600
