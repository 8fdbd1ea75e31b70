# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls for GPU instances of Novita AI, and the schemas of their responses.

Pages: ``gpu-instance-create-instance``, ``-get-instance``, ``-list-instances``, ``-start-instance``,
``-stop-instance``, ``-restart-instance``, ``-delete-instance``, ``-edit-instance``, ``-upgrade-instance``,
``-set-autorenew`` and ``-change-billing-instance`` under https://novita.ai/docs/api-reference/. Automatic renewal is
read as described in ``gpus-v2-get-instance``, and so is the billing mode if the first generation of the API omits it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._http.call import ONCE, READ, REPEATABLE, Call
from .._novita_ppio.api import CREATED, IDENTIFIER, TEXT, V1
from .api import list_shape
from .instance_table import TABLE

_SCHEMA = TABLE.response_schema()
_SECTION = {"type": ["object", "null"]}
_SCHEMA["properties"].update(
    {
        "id": IDENTIFIER,
        "name": {"type": "string"},
        "status": {"type": "string"},
        "statusError": {**_SECTION, "properties": {"state": TEXT, "message": TEXT}},
        "connectComponentSSH": {**_SECTION, "properties": {"sshCommand": TEXT, "password": TEXT}},
        "connectComponentWebTerminal": {**_SECTION, "properties": {"password": TEXT}},
        "sshPassword": TEXT,
    }
)
_SCHEMA["required"] = ["id", "name", "status"]
_RENEWAL = {
    **_SECTION,
    "properties": {
        "enabled": {"type": ["boolean", "null"]},
        "months": {
            "type": ["integer", "string", "null"],
            "pattern": "^[0-9]{0,20}$",
            "description": "a number of at most 20 digits or empty",
        },
    },
}
_BILLING = {
    "type": "object",
    "properties": {"mode": TEXT, "prepaid": {**_SECTION, "properties": {"auto_renew": _RENEWAL}}},
}
_PATH = f"{V1}/gpu/instance"

LIST = Call("instance.list", "GET", f"{V1}/gpu/instances", READ, list_shape("instances", _SCHEMA))
GET = Call("instance.get", "GET", _PATH, READ, _SCHEMA)
GET_V2 = Call(
    "instance.get_v2",
    "GET",
    "/gpus/v2/instances/{id}",
    READ,
    {"type": "object", "properties": {"id": IDENTIFIER, "billing": _BILLING}, "required": ["id", "billing"]},
)
CREATE = Call("instance.create", "POST", f"{_PATH}/create", ONCE, CREATED)
EDIT = Call("instance.edit", "POST", f"{_PATH}/edit", ONCE)
UPGRADE = Call("instance.upgrade", "POST", f"{_PATH}/upgrade", ONCE)
SET_RENEWAL = Call("instance.set_auto_renew", "POST", f"{_PATH}/setAutoRenew", REPEATABLE)
TO_MONTHLY = Call("instance.trans_to_monthly", "POST", f"{_PATH}/transToMonthlyInstance", ONCE)
DELETE = Call("instance.delete", "POST", f"{_PATH}/delete", REPEATABLE)
SWITCHES = {
    "start": Call("instance.start", "POST", f"{_PATH}/start", REPEATABLE),
    "stop": Call("instance.stop", "POST", f"{_PATH}/stop", REPEATABLE),
    "restart": Call("instance.restart", "POST", f"{_PATH}/restart", ONCE),
}
