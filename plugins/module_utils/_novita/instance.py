# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita AI's GPU instances.

Pages: ``gpu-instance-create-instance``, ``-get-instance``, ``-list-instances``, ``-start-instance``,
``-stop-instance``, ``-restart-instance``, ``-delete-instance``, ``-edit-instance``, ``-upgrade-instance``,
``-set-autorenew`` and ``-change-billing-instance`` under https://novita.ai/docs/api-reference/; for an instance
without GPUs ``gpu-instance-create-cpu-instance``. Automatic renewal is read on ``gpus-v2-get-instance``, and so is the
billing mode where the first generation of the API leaves it out.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from .._engine.capabilities import MakingRoom, Preparing, Priced, ReusingNames, Revealing, Switchable
from .._engine.list_response import ListResponse
from .._engine.plan import Change
from .._engine.resource import ListSource, with_stage
from .._engine.state import FAILED, OFF, ON, PENDING, READY, CurrentState, DesiredState, Removal, Stage
from .._errors import CloudError, OptionError
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._http.client import Client
from .._novita_ppio.api import CREATED, IDENTIFIER, TEXT
from .._novita_ppio.resource import BEING_REMOVED, PlatformResource, stage_of, state_in_words
from .._schema.composites import Items, Scalars
from .._schema.environment import Environment
from .._schema.field_set import Values
from .._schema.fields import Boolean, Float, Integer, Text
from .._schema.table import Settings, Table
from .._ssh import answers_ssh, ssh_address
from .._times import iso8601
from .._validation import Violation
from .api import NOVITA, V1, every, list_shape
from .prices import hourly_price

INTERNAL_PORTS = (2222, 2223, 2224)
MAX_PORTS = 15

_PORT = {"type": ["integer", "string"], "pattern": "^[0-9]{1,20}$"}

_HEADING_OFF = ("tostop", "stopping")
_OFF = ("exited", "stopped", "freezing")
_SETTLED = ("running", *_OFF)
"""The words of an instance that is in no transition and has not failed."""
_GONE = "removed"

_FROM_PRODUCT = ("gpu_num", "rootfs_size")
"""What a CPU instance has from its product, so that no task can give it."""


class Ports(Scalars):
    """Ports such as ``8888/http``: one text in a create, objects elsewhere."""

    item = Text("port", pattern="^[1-9][0-9]{0,4}/(tcp|http)$")
    max_items = MAX_PORTS

    def rule_violations(self, desired: list[str], path: str) -> list[Violation]:
        texts = [entry.partition("/")[0] for entry in desired]
        numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]
        return [
            Violation(path, f"must be from 1 to 65535 without 2222, 2223 and 2224, not {number}")
            for number in numbers
            if not 1 <= number <= 65535 or number in INTERNAL_PORTS
        ]

    def response_schema(self) -> dict[str, Any]:
        port = {
            "type": "object",
            "properties": {"port": _PORT, "type": {"type": "string"}},
            "required": ["port", "type"],
        }
        return {"type": ["array", "null"], "items": port}

    def read_from(self, response: dict[str, Any]) -> list[str] | None:
        mappings = response.get(self.response_key)
        if mappings is None:
            return None
        return sorted(f"{entry['port']}/{entry['type']}" for entry in mappings)

    def write(self, target: list[str]) -> str:
        return ", ".join(target)


class Tools(Items):
    """Tools of official images. A response has the port of its Jupyter, and not the type of that port."""

    def read_from(self, response: dict[str, Any]) -> list[Values]:
        port = jupyter_port(response)
        return [{"name": "Jupyter", "port": port}] if port else []

    def differences(self, current: list[Values] | None, target: list[Values] | None, path: str) -> list[str]:
        # Whether an instance has tools cannot be seen while it does not run.
        return [] if current is None else super().differences(current, target, path)

    def response_schema(self) -> dict[str, Any]:
        port = {"type": ["integer", "string", "null"], "pattern": "^[0-9]{0,20}$"}
        return {
            "type": ["object", "null"],
            "properties": {"port": port, "address": TEXT, "isRunning": {"type": ["boolean", "null"]}},
        }


def jupyter_port(response: dict[str, Any]) -> int:
    """The port that a response has for Jupyter, or 0. Instances without Jupyter have one, too."""
    return int((response.get("connectComponentJupyter") or {}).get("port") or 0)


def _jupyter_is_on(response: dict[str, Any]) -> bool:
    component, tools = response.get("connectComponentJupyter") or {}, response.get("tools")
    tools = tools if isinstance(tools, list) else []
    return bool(
        component.get("isRunning")
        or component.get("address")
        or any(isinstance(tool, dict) and tool.get("name") == "Jupyter" for tool in tools)
    )


class Storages(Items):
    """Network storages; responses list them among all mounts."""

    def read(self, raw: list[dict[str, Any]]) -> list[Values]:
        return [
            {"id": mount.get("id") or "", "mount_point": mount.get("mountPath") or ""}
            for mount in raw
            if mount.get("type") == "network"
        ]

    def response_schema(self) -> dict[str, Any]:
        mount = {"type": "object", "properties": dict.fromkeys(("type", "id", "mountPath"), TEXT)}
        return {"type": ["array", "null"], "items": mount}


class PrivateNetwork(Text):
    """A private network; responses have it as an object."""

    def read(self, raw: Any) -> str:
        return raw.get("id") or ""

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["object", "null"], "properties": {"id": TEXT}}


class InstanceTable(Table):
    """The table, and the rules between its fields."""

    def read(self, raw: dict[str, Any]) -> Values:
        return _of_its_kind(super().read(raw))

    def target(self, current: Values | None, desired: Values) -> Values:
        """Without automatic renewal there are no months of it."""
        target = _of_its_kind(super().target(current, desired), kept=desired)
        if not target.get("auto_renew") and "auto_renew_month" not in desired:
            target.pop("auto_renew_month", None)
        return target

    def immutable_differences(self, current: Values, target: Values) -> list[str]:
        """The one-way change to monthly billing, and growth of the root disk, are possible in place."""
        paths = super().immutable_differences(current, target)
        if current.get("billing_mode") == "onDemand" and target.get("billing_mode") == "monthly":
            paths.remove("billing_mode")
        if target.get("rootfs_size", 0) < current.get("rootfs_size", 0):
            paths.append("rootfs_size")
        return paths

    def missing(self, target: Values | None, path: str = "") -> list[str]:
        decided = _FROM_PRODUCT if (target or {}).get("kind") == "cpu" else ()
        return [option for option in super().missing(target, path) if option not in decided]

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        conflicts = super().conflicts(target, path)
        if target.get("kind") == "cpu":
            conflicts += [
                Violation(option, "must be left out when kind is cpu, because the product decides it")
                for option in _FROM_PRODUCT
                if option in target
            ]
        return conflicts + _port_conflicts(target) + _billing_conflicts(target)


def _port_conflicts(target: Values) -> list[Violation]:
    ports, tools = target.get("ports") or [], target.get("tools") or []
    taken = {str(tool.get("port")) for tool in tools}
    conflicts = [
        Violation("ports", f"must not hold {port}, because a tool has that port")
        for port in ports
        if port.split("/")[0] in taken
    ]
    count = len(ports) + len(tools)
    if count > MAX_PORTS:
        conflicts.insert(0, Violation("ports", f"must be at most {MAX_PORTS} together with tools, not {count}"))
    return conflicts


def _billing_conflicts(target: Values) -> list[Violation]:
    mode, months = target.get("billing_mode"), target.get("month")
    conflicts = []
    if months and mode not in (None, "monthly"):
        rule = f"must be 0 or left out unless billing_mode is monthly, not {months}; it enforces that"
        conflicts.append(Violation("month", rule))
    if mode == "monthly" and months == 0:
        conflicts.append(Violation("month", "must be at least 1 when billing_mode is monthly"))
    if target.get("auto_renew") and not months and mode != "monthly":
        conflicts.append(Violation("auto_renew", "must be left out or false unless billing_mode is monthly"))
    if target.get("auto_renew_month") and not target.get("auto_renew"):
        conflicts.append(Violation("auto_renew_month", "must be left out unless auto_renew is true"))
    return conflicts


def _of_its_kind(values: Values, kept: Collection[str] = ()) -> Values:
    """The values without those that the product of a CPU instance decides, but for the ones that are kept."""
    if values.get("kind") != "cpu":
        return values
    return {option: value for option, value in values.items() if option not in _FROM_PRODUCT or option in kept}


TABLE = InstanceTable(
    Text("name", required=True, immutable=True, min_length=1, max_length=255, trimmed=True),
    Text("product_id", wire="productId", required=True, immutable=True, min_length=1, max_length=255),
    Integer("gpu_num", wire="gpuNum", required=True, immutable=True, minimum=1, maximum=8),
    Integer("rootfs_size", wire="rootfsSize", required=True, minimum=10, maximum=6144),
    Text("image_url", wire="imageUrl", required=True, min_length=1, max_length=500, effect="restarts"),
    Text("image_auth", wire="imageAuth", write_only=True, secret=True, max_length=10239),
    Text("image_auth_id", wire="imageAuthId", effect="restarts"),
    Ports("ports", wire_in_response="portMappings", effect="in_place"),
    Environment("envs", max_name_length=511, max_value_length=4095, max_items=100, effect="restarts"),
    Tools(
        "tools",
        wire_in_response="connectComponentJupyter",
        immutable=True,
        identity=("name",),
        fields=(
            Text("name", choices=("Jupyter",)),
            Integer("port", minimum=1, maximum=65535, forbidden=INTERNAL_PORTS, as_text=True),
            Text("type", choices=("tcp", "http"), may_be_missing=True),
        ),
    ),
    Text("command", max_length=2047, effect="restarts"),
    Text("entrypoint", max_length=2047, effect="restarts"),
    Text("cluster_id", wire="clusterId", immutable=True, min_length=1),
    Storages(
        "network_storages",
        wire="networkStorages",
        wire_in_response="volumeMounts",
        identity=("id",),
        max_items=30,
        effect="restarts",
        fields=(
            Text("id", wire="Id", min_length=1),
            Text("mount_point", wire="mountPoint", min_length=1, max_length=4095, on_create="/network"),
        ),
    ),
    PrivateNetwork("network_id", wire="networkId", wire_in_response="network", immutable=True),
    Text("kind", required=True, immutable=True, choices=("gpu", "cpu")),
    Integer("month", write_only=True, minimum=0),
    Text(
        "billing_mode", wire="billingMode", immutable=True, may_be_missing=True, choices=("onDemand", "monthly", "spot")
    ),
    Boolean("auto_renew", wire="autoRenew"),
    Integer("auto_renew_month", wire="autoRenewMonth", minimum=1, maximum=12),
    Text("min_cuda_version", wire="minCudaVersion", write_only=True, max_length=255, pattern=r"^([0-9]+\.[0-9]+)?$"),
)

_EDITED = ("ports", "rootfs_size")
_BILLING_MODE = ("billing_mode",)
_RENEWAL = ("auto_renew", "auto_renew_month")
_UPGRADED = ("image_url", "image_auth_id", "envs", "command", "entrypoint", "network_storages")
_WRITES = {"edit": _EDITED, "to_monthly": _BILLING_MODE, "set_renewal": _RENEWAL, "upgrade": _UPGRADED}
"""The writes that change an instance, in their order, and the options that each of them writes."""

_MODES = {"postpaid": "onDemand", "prepaid": "monthly", "spot": "spot"}
"""The billing modes, by the words of the second generation of the API."""


class NovitaInstance(Preparing, Switchable, Priced, Revealing, MakingRoom, ReusingNames, PlatformResource):
    """A GPU instance of Novita AI. It is billed from the moment its image is pulled."""

    provider = NOVITA
    noun = "instance"
    table = TABLE
    states = ("present", "started", "stopped", "restarted", "absent")
    options = Settings(
        Boolean("save_data", default=True),
        Float("max_hourly_price", exclusive_minimum=0),
        Boolean("wait_for_ssh", default=False),
        Text("recreate_order", choices=("create_first", "delete_first"), default="create_first"),
    )
    facts_before_create = {
        "status": "",
        "status_message": "",
        "product_name": "",
        "cluster_name": "",
        "port_mappings": [],
        "ssh_host": "",
        "ssh_port": 0,
        "ssh_user": "",
        "ssh_ready": False,
        "spot_status": "",
        "spot_reclaim_time": "",
        "end_time": "",
        "created_at": "",
        "last_started_at": "",
        "last_stopped_at": "",
    }
    private_facts = ("ssh_password", "web_terminal_password")
    reveal_option = "return_credentials"
    switched_facts = ("status", "last_started_at", "last_stopped_at")
    codes_when_full = frozenset({"INSUFFICIENT_RESOURCE", "CREATE_INSTANCE_LIMIT"})

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        super().__init__(client, shared_lists)
        self._desired: dict[str, Any] = {}

    def prepare(self, desired_state: DesiredState) -> None:
        self._desired = desired_state.values

    # -- reading -----------------------------------------------------------------------------------------------------

    def read_list(self) -> ListResponse:
        return every(self.client, LIST, "instances", self._current_state)

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        def read() -> CurrentState:
            return self._current_state(self.client.send(GET, query={"instanceId": current.id}), is_complete=True)

        latest = self.read_by_id(current, read)
        if latest is not None and any(
            option in current.values and option not in latest.values for option in ("auto_renew", "billing_mode")
        ):
            return self._with_billing(latest)
        return latest

    def read_while_waiting(self, current: CurrentState) -> CurrentState | None:
        # List responses lack the address, which can be what is waited for.
        return self.read_one(current)

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        # List responses lack the address. The first generation of the API lacks the renewal and perhaps the billing.
        completed = current if current.is_complete else self.read_one(current) or current

        def lacks(value: str, options: tuple[str, ...]) -> bool:
            return value not in completed.values and (desired is None or any(option in desired for option in options))

        if lacks("auto_renew", _RENEWAL) or lacks("billing_mode", _BILLING_MODE):
            return self._with_billing(completed)
        return completed

    def _with_billing(self, current: CurrentState) -> CurrentState:
        """The instance with what the first generation of the API does not return of its billing."""
        response = self.client.send(GET_V2, path={"id": current.id})
        self.demand_id(current, response["id"])
        billing = response["billing"]
        renewal = (billing.get("prepaid") or {}).get("auto_renew") or {}
        values = {**current.values, "auto_renew": bool(renewal.get("enabled"))}
        mode = _MODES.get(billing.get("mode"))
        if mode is not None:
            values.setdefault("billing_mode", mode)
        if int(renewal.get("months") or 0):
            values["auto_renew_month"] = int(renewal["months"])
        return replace(current, values=values)

    # -- writing -----------------------------------------------------------------------------------------------------

    def create(self, target: dict[str, Any]) -> str:
        return str(self.client.send(CREATE, body=TABLE.create_body(target))["id"])

    def changes(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], options: dict[str, Any]
    ) -> list[Change]:
        if "rootfs_size" in paths and not current.values.get("rootfs_size"):
            raise OptionError(
                [
                    Violation(
                        "rootfs_size",
                        "must be left out, because the provider does not tell the present size, and it takes only what "
                        "is to be added to that",
                    )
                ]
            )
        changes = []
        for write, written in _WRITES.items():
            fields = [path for path in paths if path.split(".")[0] in written]
            if fields:
                power = ON if write == "upgrade" else ""
                changes.append(Change(fields, TABLE.effect(fields), write, power))
        return changes

    def send_change(
        self, change: Change, current: CurrentState, target: dict[str, Any], options: dict[str, Any]
    ) -> None:
        if change.write == "edit":
            self.client.send(EDIT, body=_edit_body(current, target))
        elif change.write == "to_monthly":
            self.client.send(TO_MONTHLY, body={"instanceId": current.id, "month": target.get("month") or 1})
        elif change.write == "set_renewal":
            self.client.send(SET_RENEWAL, body={"instanceIds": [current.id], **TABLE.part(target, _RENEWAL)})
        else:
            self.client.send(UPGRADE, body=_upgrade_body(current, target, options["save_data"]))

    def switch(self, current: CurrentState, action: str) -> None:
        self.client.send(SWITCHES[action], body={"instanceId": current.id})

    def delete(self, current: CurrentState) -> Removal:
        return self.remove(lambda: self.client.send(DELETE, body={"instanceId": current.id}))

    def may_delete_first(self, desired_state: DesiredState) -> bool:
        return desired_state.options.get("recreate_order") == "delete_first"

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        mode, end = current.values.get("billing_mode"), current.facts["end_time"]
        violations = []
        if mode == "monthly" or (end and mode is None):
            raise OptionError(
                [
                    Violation(
                        "recreate",
                        f"must be false, because the present {self.noun} {current.id} is a subscription that ends "
                        f"{end or 'at an unknown time'}; the provider does not delete it before, and both would be "
                        "paid",
                    )
                ],
                advice="Once it has ended, delete it with state: absent and create the new one.",
            )
        missing = TABLE.missing(target)
        if missing:
            why = f"because the present {self.noun} {current.id} has no such value"
            violations.append(Violation.of_several(missing, f"must be given for a replacement, {why}"))
        elif "tools" not in target or any("type" not in tool for tool in target["tools"]):
            violations.append(
                Violation("tools", "must be given for a replacement, because the provider never tells the port's type")
            )
        if violations:
            raise OptionError(violations)
        return target

    # -- judging -----------------------------------------------------------------------------------------------------

    def assess(self, current: CurrentState, desired_state: DesiredState, power: str) -> CurrentState:
        if current.stage.name != READY:
            return current
        # An upgrade may start a stopped instance. That matters only to a task that wants it stopped.
        if current.power != power and (power == ON or desired_state.state == "stopped"):
            return with_stage(current, FAILED if power == ON else PENDING, current.stage.words)
        if desired_state.options["wait_for_ssh"] and current.power == ON and not _answers_ssh(current):
            return with_stage(current, PENDING, f"{current.stage.words}, and no SSH server answers yet")
        return current

    def price(self, target: dict[str, Any], desired_state: DesiredState) -> float | None:
        limit = desired_state.options.get("max_hourly_price")
        return None if limit is None else hourly_price(self.client, target, limit)

    def hourly_cost(self, values: dict[str, Any]) -> float | None:
        try:
            return hourly_price(self.client, values)
        except CloudError:
            return None

    # -- from a response ---------------------------------------------------------------------------------------------

    def _current_state(self, instance: dict[str, Any], is_complete: bool = False) -> CurrentState:
        """The current state from an instance in a response."""
        status = instance.get("status") or ""
        error = instance.get("statusError") or {}
        text = ": ".join(part for part in (error.get("state"), error.get("message")) if part)
        word = status.lower()
        stage = FAILED if error.get("state") or word == "freezing" else stage_of(word, _SETTLED)
        ssh = instance.get("connectComponentSSH") or {}
        terminal = instance.get("connectComponentWebTerminal") or {}
        return CurrentState(
            id=instance["id"],
            name=instance["name"],
            values=self._values(instance, word),
            facts=_facts(instance, status, text, ssh),
            stage=Stage(
                PENDING if stage == BEING_REMOVED else stage, state_in_words(status, text, "nothing of its status")
            ),
            being_removed=stage == BEING_REMOVED,
            is_complete=is_complete,
            gone=word == _GONE,
            # After a delete some clients met an empty status.
            gone_if_deleted=not status,
            power=OFF if word in (*_HEADING_OFF, *_OFF) else ON,
            in_transition=word not in _SETTLED and stage_of(word) not in (FAILED, BEING_REMOVED),
            private={
                "ssh_password": ssh.get("password") or instance.get("sshPassword") or "",
                "web_terminal_password": terminal.get("password") or "",
            },
        )

    def _values(self, instance: dict[str, Any], word: str) -> dict[str, Any]:
        """The values of an instance. One of its ports can be that of Jupyter, or one of the task's own."""
        values = TABLE.read(instance)
        port = jupyter_port(instance)
        if not port or "connectComponentJupyter" not in instance:
            return values
        ports, desired_ports = values.get("ports") or [], self._desired.get("ports") or []
        of_jupyter = [entry for entry in ports if entry.startswith(f"{port}/")]
        if "tools" not in self._desired and any(entry in desired_ports for entry in of_jupyter):
            return {**values, "tools": []}
        is_desired = any(tool.get("port") == port for tool in self._desired.get("tools") or [])
        if _jupyter_is_on(instance) or is_desired:
            without = [entry for entry in ports if entry not in of_jupyter]
            return {**values, "ports": without} if "ports" in values else values
        if word == "running":
            return {**values, "tools": []}
        return {option: value for option, value in values.items() if option != "tools"}


def _facts(instance: dict[str, Any], status: str, text: str, ssh: dict[str, Any]) -> dict[str, Any]:
    """What results show of an instance beside its options."""
    host, port, user = ssh_address(ssh.get("sshCommand") or "")
    return {
        "status": status,
        "status_message": text,
        "product_name": instance.get("productName") or "",
        "cluster_name": instance.get("clusterName") or "",
        "port_mappings": [
            {"port": int(entry["port"]), "type": entry["type"], "endpoint": entry.get("endpoint") or ""}
            for entry in instance.get("portMappings") or []
        ],
        "ssh_host": host,
        "ssh_port": port,
        "ssh_user": user,
        "ssh_ready": bool(host and ssh.get("isRunning", True)),
        "spot_status": instance.get("spotStatus") or "",
        "spot_reclaim_time": iso8601(_moment(instance.get("spotReclaimTime"))),
        "end_time": iso8601(_moment(instance.get("endTime"))),
        "created_at": iso8601(_moment(instance.get("createdAt"))),
        "last_started_at": iso8601(_moment(instance.get("lastStartedAt"))),
        "last_stopped_at": iso8601(_moment(instance.get("lastStoppedAt"))),
    }


def _answers_ssh(current: CurrentState) -> bool:
    """Whether an SSH server answers at the address of an instance."""
    host, port = current.facts["ssh_host"], current.facts["ssh_port"]
    return bool(host and current.facts["ssh_ready"] and answers_ssh(host, port))


def _edit_body(current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
    """The whole set of ports, and what the root disk grows by. An omitted set might be taken as an empty one."""
    ports = [entry.split("/") for entry in target.get("ports") or []]
    body = {
        "instanceId": current.id,
        "ports": [{"port": int(port), "type": port_type} for port, port_type in ports],
    }
    growth = target.get("rootfs_size", 0) - current.values.get("rootfs_size", 0)
    return {**body, "expandRootDisk": growth} if growth else body


def _upgrade_body(current: CurrentState, target: dict[str, Any], save_data: bool) -> dict[str, Any]:
    """All that an upgrade sets. It would detach a storage that is left out."""
    mounts = [
        {"type": "network", "id": storage["id"], "mountPath": storage["mount_point"]}
        for storage in target.get("network_storages") or []
    ]
    wire = TABLE.part(target, [option for option in _UPGRADED if option != "network_storages"])
    return {
        "instanceId": current.id,
        "command": "",
        "envs": [],
        **wire,
        "save": save_data,
        "networkVolume": {"volumeMounts": mounts},
    }


def _moment(value: Any) -> Any:
    """A point in time, or nothing where the provider says 0 or -1."""
    return None if value in (None, "", 0, "0", -1, "-1") else value


_INSTANCE_SCHEMA = TABLE.response_schema()
_SECTION = {"type": ["object", "null"]}
_INSTANCE_SCHEMA["properties"].update(
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
_INSTANCE_SCHEMA["required"] = ["id", "name", "status"]
_RENEWED = {
    **_SECTION,
    "properties": {
        "enabled": {"type": ["boolean", "null"]},
        "months": {"type": ["integer", "string", "null"], "pattern": "^[0-9]{0,20}$"},
    },
}
_BILLING = {
    "type": "object",
    "properties": {"mode": TEXT, "prepaid": {**_SECTION, "properties": {"auto_renew": _RENEWED}}},
}
_INSTANCE = f"{V1}/gpu/instance"

LIST = Call("instance.list", "GET", f"{V1}/gpu/instances", READ, list_shape("instances", _INSTANCE_SCHEMA))
GET = Call("instance.get", "GET", _INSTANCE, READ, _INSTANCE_SCHEMA)
GET_V2 = Call(
    "instance.get_v2",
    "GET",
    "/gpus/v2/instances/{id}",
    READ,
    {"type": "object", "properties": {"id": IDENTIFIER, "billing": _BILLING}, "required": ["id", "billing"]},
)
CREATE = Call("instance.create", "POST", f"{_INSTANCE}/create", ONCE, CREATED)
EDIT = Call("instance.edit", "POST", f"{_INSTANCE}/edit", ONCE)
UPGRADE = Call("instance.upgrade", "POST", f"{_INSTANCE}/upgrade", ONCE)
SET_RENEWAL = Call("instance.set_auto_renew", "POST", f"{_INSTANCE}/setAutoRenew", REPEATABLE)
TO_MONTHLY = Call("instance.trans_to_monthly", "POST", f"{_INSTANCE}/transToMonthlyInstance", ONCE)
DELETE = Call("instance.delete", "POST", f"{_INSTANCE}/delete", REPEATABLE)
SWITCHES = {
    "start": Call("instance.start", "POST", f"{_INSTANCE}/start", REPEATABLE),
    "stop": Call("instance.stop", "POST", f"{_INSTANCE}/stop", REPEATABLE),
    "restart": Call("instance.restart", "POST", f"{_INSTANCE}/restart", ONCE),
}
