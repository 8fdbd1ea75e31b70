# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls for GPU instances of PPIO, and the schemas of their responses.

Pages: ``instance/reference-v2-create-instance``, ``-get-instance``, ``-list-instances``, ``-update-instance-ports``,
``-upgrade-instance`` and ``-set-auto-renew`` under https://ppio.com/docs/gpus/. The other calls are documented on the
pages of the same names of Novita AI.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._http.call import ONCE, READ, REPEATABLE, Call
from .._novita_ppio.api import CREATED, IDENTIFIER, TEXT
from .._novita_ppio.second_generation import V2, list_shape
from .instance_table import TABLE

_SCHEMA = TABLE.response_schema()
_PROPERTIES = _SCHEMA["properties"]
_SECTION = {"type": ["object", "null"]}
_FLAG = {"type": ["boolean", "null"]}
_MOMENT = {"type": ["string", "integer", "null"]}
_TOOLS = TABLE.subset(lambda field: field.name == "tools").response_schema()["properties"]["tools"]
_TOOLS["properties"].update(
    ssh={**_SECTION, "properties": {"command": TEXT, "password": TEXT}},
    web_terminal={**_SECTION, "properties": {"enabled": _FLAG, "endpoint": TEXT, "password": TEXT}},
    log={**_SECTION, "properties": {"instance_endpoint": TEXT, "system_endpoint": TEXT}},
)
_PROPERTIES["billing"]["properties"]["prepaid"]["properties"]["end_time"] = _MOMENT
_PROPERTIES["resource_specs"]["properties"].update(
    cpu_num={"type": ["integer", "string", "null"]}, memory_gb={"type": ["integer", "string", "null"]}
)
_PROPERTIES.update(
    id=IDENTIFIER,
    name={"type": "string"},
    status={
        "type": "object",
        "properties": {"status": {"type": "string"}, "error": TEXT, "message": TEXT},
        "required": ["status"],
    },
    tools=_TOOLS,
    created_at=_MOMENT,
    last_started_at=_MOMENT,
    last_stopped_at=_MOMENT,
)
_SCHEMA["required"] = ["id", "name", "status"]
_PATH = f"{V2}/instances/{{id}}"

LIST = Call("instance.list", "GET", f"{V2}/instances", READ, list_shape(_SCHEMA))
GET = Call("instance.get", "GET", _PATH, READ, _SCHEMA)
CREATE = Call("instance.create", "POST", f"{V2}/instances", ONCE, CREATED)
UPGRADE = Call("instance.upgrade", "PUT", f"{_PATH}/upgrade", ONCE)
EXPAND_ROOTFS = Call("instance.expand_rootfs", "PUT", f"{_PATH}/rootfs-expand", ONCE)
SET_PORTS = Call("instance.set_ports", "PUT", f"{_PATH}/ports", REPEATABLE)
SET_BILLING_MODE = Call("instance.set_billing_mode", "PUT", f"{_PATH}/billing-mode", ONCE)
SET_AUTO_RENEW = Call("instance.set_auto_renew", "PUT", f"{_PATH}/auto-renew", REPEATABLE)
SET_AUTO_MIGRATE = Call("instance.set_auto_migrate", "PUT", f"{_PATH}/auto-migrate", REPEATABLE)
SET_WEB_TERMINAL = Call("instance.set_web_terminal", "PUT", f"{_PATH}/web-terminal", REPEATABLE)
DELETE = Call("instance.delete", "DELETE", _PATH, REPEATABLE)
SWITCHES = {
    "start": Call("instance.start", "PUT", f"{_PATH}/start", REPEATABLE),
    "stop": Call("instance.stop", "PUT", f"{_PATH}/stop", REPEATABLE),
    "restart": Call("instance.restart", "PUT", f"{_PATH}/restart", ONCE),
}
