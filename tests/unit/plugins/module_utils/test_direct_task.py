# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of tasks in the process of Ansible."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.parameters import remove_values

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct import DirectTask
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct_permit import DirectPermit
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Module

FACTS = {
    "changed": False,
    "texts": ['a "quoted" word', "two\nlines", "Grüße 🚀", "back\\slash", "True enough"],
    "nested": [{"number": 4711, "float": 1.5, "yes": True, "nothing": None, "plain": "plain"}],
}


@pytest.mark.parametrize(
    "secret", ['"quoted"', "o\nl", "üße 🚀", "k\\s", "4711", "71", "1.5", "True", "False", "None", "plain", "elsewhere"]
)
def test_a_result_is_masked_as_ansible_masks_it(secret):
    module = Module({"password": {"type": "str", "no_log": True}}, lambda _task: dict(FACTS))
    options = {"password": secret}
    result = DirectTask(module, "some_module", options, check_mode=False, permit=DirectPermit()).result()
    assert result == {**remove_values({**FACTS, "invocation": {"module_args": options}}, {secret}), "changed": False}
