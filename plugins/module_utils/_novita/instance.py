# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita AI's GPU instances.

Pages: ``gpu-instance-create-instance``, ``-get-instance``, ``-list-instances``, ``-start-instance``, ``-stop-instance``,
``-restart-instance``, ``-delete-instance``, ``-edit-instance``, ``-upgrade-instance``, ``-set-autorenew`` and
``-change-billing-instance`` under https://novita.ai/docs/api-reference/; of an instance without GPUs
``gpu-instance-create-cpu-instance``. Automatic renewal is read on ``gpus-v2-get-instance``, and so is the billing mode
where the first generation of the API leaves it out.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.plan import Change
from .._engine.state import FAILED, OFF, ON, PENDING, READY, CurrentState, Stage
from .._errors import CloudError, OptionError
from .._http.client import ONCE, READ, REPEATABLE, Call
from .._novita_ppio.api import CREATED, IDENTIFIER, TEXT
from .._novita_ppio.resource import LEAVING, PlatformResource, said_words, stage
from .._schema.composites import Items, Scalars
from .._schema.environment import Environment
from .._schema.fields import Boolean, Float, Integer, Text
from .._schema.table import Settings, Table
from .._ssh import answers_ssh, ssh_address
from .._times import iso8601
from .api import NOVITA, V1, every, list_shape
from .prices import hourly_price

INTERNAL_PORTS = (2222, 2223, 2224)
MAX_PORTS = 15

_PORT = {"type": ["integer", "string"], "pattern": "^[0-9]{1,20}$"}

_HEADING_OFF = ("tostop", "stopping")
_OFF = ("exited", "stopped", "freezing")
_SETTLED = ("running", *_OFF)
"""The words of an instance that goes nowhere by itself, beside those of one that has failed. Any other is a transition."""
_GONE = "removed"

_FROM_PRODUCT = ("gpu_num", "rootfs_size")
"""What a CPU instance has from its product, so that no task can give it."""


class Ports(Scalars):
    """Ports such as ``8888/http``: one text in a create, objects elsewhere."""

    item = Text("port", pattern="^[1-9][0-9]{0,4}/(tcp|http)$")
    max_items = MAX_PORTS

    def violations(self, desired, path):
        texts = [entry.partition("/")[0] for entry in desired]
        numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]
        return [
            f"{path}: must be from 1 to 65535 without 2222, 2223 and 2224, not {number}"
            for number in numbers
            if not 1 <= number <= 65535 or number in INTERNAL_PORTS
        ]

    def response_schema(self):
        port = {
            "type": "object",
            "properties": {"port": _PORT, "type": {"type": "string"}},
            "required": ["port", "type"],
        }
        return {"type": ["array", "null"], "items": port}

    def read(self, record):
        mappings = record.get(self.response_key)
        if mappings is None:
            return None
        return sorted(f"{entry['port']}/{entry['type']}" for entry in mappings)

    def write(self, value):
        return ", ".join(value)


class Tools(Items):
    """Tools of official images. An instance tells the port of its Jupyter, and not the type of that port."""

    def read(self, record):
        port = jupyter_port(record)
        return [{"name": "Jupyter", "port": port}] if port else []

    def differences(self, found, target, path=""):
        # Of an instance that does not run nobody can tell whether it has one.
        return [] if found is None else super().differences(found, target, path)

    def response_schema(self):
        port = {"type": ["integer", "string", "null"], "pattern": "^[0-9]{0,20}$"}
        return {
            "type": ["object", "null"],
            "properties": {"port": port, "address": TEXT, "isRunning": {"type": ["boolean", "null"]}},
        }


def jupyter_port(raw):
    """The port that an instance returns for Jupyter, or 0. Instances without Jupyter return one, too."""
    return int((raw.get("connectComponentJupyter") or {}).get("port") or 0)


def _jupyter_is_on(raw):
    component = raw.get("connectComponentJupyter") or {}
    tools = raw.get("tools") if isinstance(raw.get("tools"), list) else []
    return bool(
        component.get("isRunning")
        or component.get("address")
        or any(isinstance(tool, dict) and tool.get("name") == "Jupyter" for tool in tools)
    )


class Storages(Items):
    """Network storages; answers list them among all mounts."""

    def parse(self, raw):
        return [
            {"id": mount.get("id") or "", "mount_point": mount.get("mountPath") or ""}
            for mount in raw
            if mount.get("type") == "network"
        ]

    def response_schema(self):
        mount = {"type": "object", "properties": {key: TEXT for key in ("type", "id", "mountPath")}}
        return {"type": ["array", "null"], "items": mount}


class PrivateNetwork(Text):
    """A private network; answers give it as an object."""

    def parse(self, raw):
        return raw.get("id") or ""

    def response_schema(self):
        return {"type": ["object", "null"], "properties": {"id": TEXT}}


class InstanceTable(Table):
    """The table, and the rules between its fields."""

    def read(self, record):
        return _of_its_kind(super().read(record))

    def target(self, found, desired):
        """Without automatic renewal there are no months of it."""
        target = _of_its_kind(super().target(found, desired), kept=desired)
        if not target.get("auto_renew") and "auto_renew_month" not in desired:
            target.pop("auto_renew_month", None)
        return target

    def immutable_differences(self, found, target):
        """The one-way change to monthly billing, and growth of the root disk, are possible in place."""
        paths = super().immutable_differences(found, target)
        if found.get("billing_mode") == "onDemand" and target.get("billing_mode") == "monthly":
            paths.remove("billing_mode")
        if target.get("rootfs_size", 0) < found.get("rootfs_size", 0):
            paths.append("rootfs_size")
        return paths

    def missing(self, target):
        return [path for path in super().missing(target) if target.get("kind") != "cpu" or path not in _FROM_PRODUCT]

    def conflicts(self, target):
        found = super().conflicts(target)
        if target.get("kind") == "cpu":
            found += [
                f"{option}: must be left out when kind is cpu, because the product decides it"
                for option in _FROM_PRODUCT
                if option in target
            ]
        mode, months = target.get("billing_mode"), target.get("month")
        count = len(target.get("ports") or []) + len(target.get("tools") or [])
        if count > MAX_PORTS:
            found.append(f"ports: must be at most {MAX_PORTS} together with tools, not {count}")
        taken = {str(tool.get("port")) for tool in target.get("tools") or []}
        found += [
            f"ports: must not hold {entry}, because a tool has that port"
            for entry in target.get("ports") or []
            if entry.split("/")[0] in taken
        ]
        if months and mode not in (None, "monthly"):
            found.append(f"month: must be 0 or left out unless billing_mode is monthly, not {months}; it enforces that")
        if mode == "monthly" and months == 0:
            found.append("month: must be at least 1 when billing_mode is monthly")
        if target.get("auto_renew") and not months and mode != "monthly":
            found.append("auto_renew: must be left out or false unless billing_mode is monthly")
        if target.get("auto_renew_month") and not target.get("auto_renew"):
            found.append("auto_renew_month: must be left out unless auto_renew is true")
        return found


def _of_its_kind(values, kept=()):
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

_UPGRADED = ("image_url", "image_auth_id", "envs", "command", "entrypoint", "network_storages")
_EDITED = ("ports", "rootfs_size")
_RENEWAL = ("auto_renew", "auto_renew_month")
_MODES = {"postpaid": "onDemand", "prepaid": "monthly", "spot": "spot"}
"""The second generation's words for the billing mode."""


class NovitaInstance(PlatformResource):
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
    waits_for_removal = False
    crowded = ("INSUFFICIENT_RESOURCE", "CREATE_INSTANCE_LIMIT")

    def __init__(self, client, shared_lists=None):
        super().__init__(client, shared_lists)
        self._desired = {}

    def prepare(self, desired_state):
        self._desired = desired_state.values

    def read_list(self):
        return every(self.client, LIST, "instances", self._record)

    def read_one(self, record, mark=None):
        known = self.reread(
            record, lambda: self._record(self.client.send(GET, query={"instanceId": record.id}), is_complete=True)
        )
        if known is not None and any(
            option in record.values and option not in known.values for option in ("auto_renew", "billing_mode")
        ):
            self._read_billing(known)
        return known

    def read_while_waiting(self, record):
        # Listings lack the address, which can be what is waited for.
        return self.read_one(record)

    def complete(self, record, desired=None):
        # Listings lack the address, and the first generation of the API lacks the renewal and perhaps the billing mode.
        completed = record if record.is_complete else self.read_one(record) or record

        def lacks(value, options):
            return value not in completed.values and (desired is None or any(option in desired for option in options))

        if lacks("auto_renew", _RENEWAL) or lacks("billing_mode", ("billing_mode",)):
            self._read_billing(completed)
        return completed

    def create(self, target):
        return self.client.send(CREATE, body=TABLE.create_body(target))["id"]

    def changes(self, record, target, paths, options):
        names = [path.split(".")[0] for path in paths]

        def touched(wanted):
            return [path for path, name in zip(paths, names) if name in wanted]

        def change(wanted, call, body, power=""):
            fields = touched(wanted)
            return Change(fields, TABLE.effect(fields), lambda: self.client.send(call, body=body), power)

        if "rootfs_size" in names and not record.values.get("rootfs_size"):
            raise OptionError(
                [
                    "rootfs_size: must be left out, because the provider does not tell the present size, and it "
                    "takes only what is to be added to that"
                ]
            )
        writes = []
        if touched(_EDITED):
            writes.append(change(_EDITED, EDIT, self._edit_body(record, target)))
        if touched(("billing_mode",)):
            body = {"instanceId": record.id, "month": target.get("month") or 1}
            writes.append(change(("billing_mode",), TO_MONTHLY, body))
        if touched(_RENEWAL):
            body = {"instanceIds": [record.id], **TABLE.part(target, _RENEWAL)}
            writes.append(change(_RENEWAL, SET_RENEWAL, body))
        if touched(_UPGRADED):
            writes.append(
                change(_UPGRADED, UPGRADE, self._upgrade_body(record, target, options["save_data"]), power=ON)
            )
        return writes

    def switch(self, record, action):
        self.client.send(SWITCHES[action], body={"instanceId": record.id})

    def delete(self, record):
        return self.remove(lambda: self.client.send(DELETE, body={"instanceId": record.id}))

    def has_left(self, record):
        # After a delete some clients met an empty status.
        return record.gone or not record.facts["status"]

    def condition(self, record, desired_state, power):
        condition = record.condition
        if condition.stage != READY:
            return condition
        # An upgrade may start a stopped one, which only a task that wants it stopped minds.
        if record.power != power and (power == ON or desired_state.state == "stopped"):
            return Stage(FAILED if power == ON else PENDING, condition.words)
        return self._reachable(record) if desired_state.options["wait_for_ssh"] and record.power == ON else condition

    def replacement(self, record, target):
        mode, end = record.values.get("billing_mode"), record.facts["end_time"]
        if mode == "monthly" or (end and mode is None):
            raise OptionError(
                [
                    f"recreate: must be false, because the present {self.noun} {record.id} is a subscription that ends "
                    f"{end or 'at an unknown time'}; the provider does not delete it before, and both would be paid"
                ],
                advice="Once it has ended, delete it with state: absent and create the new one.",
            )
        lacking = TABLE.missing(target)
        if lacking:
            raise OptionError(
                [
                    f"{', '.join(lacking)}: must be given for a replacement, because the present "
                    f"{self.noun} {record.id} has no such value"
                ]
            )
        if "tools" not in target or any("type" not in tool for tool in target["tools"]):
            raise OptionError(
                ["tools: must be given for a replacement, because the provider never tells the port's type"]
            )
        return target

    def price(self, target, desired_state):
        limit = desired_state.options.get("max_hourly_price")
        return None if limit is None else hourly_price(self.client, target, limit)

    def hourly_cost(self, values):
        try:
            return hourly_price(self.client, values)
        except CloudError:
            return None

    def _edit_body(self, record, target):
        """The whole set of ports, and what the root disk grows by. An omitted set might be taken as an empty one."""
        ports = [entry.split("/") for entry in target.get("ports") or []]
        body = {"instanceId": record.id, "ports": [{"port": int(port), "type": kind} for port, kind in ports]}
        growth = target.get("rootfs_size", 0) - record.values.get("rootfs_size", 0)
        return {**body, "expandRootDisk": growth} if growth else body

    def _upgrade_body(self, record, target, save_data):
        """All that an upgrade sets; a storage left out would be detached."""
        mounts = [
            {"type": "network", "id": storage["id"], "mountPath": storage["mount_point"]}
            for storage in target.get("network_storages") or []
        ]
        wire = TABLE.part(target, [option for option in _UPGRADED if option != "network_storages"])
        return {
            "instanceId": record.id,
            "command": "",
            "envs": [],
            **wire,
            "save": save_data,
            "networkVolume": {"volumeMounts": mounts},
        }

    def _read_billing(self, record):
        """Read what the first generation of the API does not tell of the billing."""
        response = self.client.send(GET_V2, path={"id": record.id})
        self.demand_identity(record, response["id"])
        billing = response["billing"]
        mode = _MODES.get(billing.get("mode"))
        if mode is not None:
            record.values.setdefault("billing_mode", mode)
        renewal = (billing.get("prepaid") or {}).get("auto_renew") or {}
        record.values["auto_renew"] = bool(renewal.get("enabled"))
        if int(renewal.get("months") or 0):
            record.values["auto_renew_month"] = int(renewal["months"])

    def _reachable(self, record):
        """Ready, once something answers as an SSH server."""
        host, port = record.facts["ssh_host"], record.facts["ssh_port"]
        if host and record.facts["ssh_ready"] and answers_ssh(host, port):
            return record.condition
        return Stage(PENDING, f"{record.condition.words}, and no SSH server answers yet")

    def _record(self, raw, is_complete=False):
        status = raw.get("status") or ""
        error = raw.get("statusError") or {}
        said = ": ".join(text for text in (error.get("state"), error.get("message")) if text)
        ssh, terminal = raw.get("connectComponentSSH") or {}, raw.get("connectComponentWebTerminal") or {}
        host, port, user = ssh_address(ssh.get("sshCommand") or "")
        facts = {
            "status": status,
            "status_message": said,
            "product_name": raw.get("productName") or "",
            "cluster_name": raw.get("clusterName") or "",
            "port_mappings": [
                {"port": int(entry["port"]), "type": entry["type"], "endpoint": entry.get("endpoint") or ""}
                for entry in raw.get("portMappings") or []
            ],
            "ssh_host": host,
            "ssh_port": port,
            "ssh_user": user,
            "ssh_ready": bool(host and ssh.get("isRunning", True)),
            "spot_status": raw.get("spotStatus") or "",
            "spot_reclaim_time": iso8601(_moment(raw.get("spotReclaimTime"))),
            "end_time": iso8601(_moment(raw.get("endTime"))),
            "created_at": iso8601(_moment(raw.get("createdAt"))),
            "last_started_at": iso8601(_moment(raw.get("lastStartedAt"))),
            "last_stopped_at": iso8601(_moment(raw.get("lastStoppedAt"))),
        }
        word = status.lower()
        reached = FAILED if error.get("state") or word == "freezing" else stage(word, _SETTLED)
        return CurrentState(
            id=raw["id"],
            name=raw["name"],
            values=self._values(raw, word),
            facts=facts,
            condition=Stage(
                PENDING if reached == LEAVING else reached, said_words(status, said, "nothing of its status")
            ),
            being_removed=reached == LEAVING,
            is_complete=is_complete,
            gone=word == _GONE,
            power=OFF if word in (*_HEADING_OFF, *_OFF) else ON,
            settled=word in _SETTLED or stage(word) in (FAILED, LEAVING),
            private={
                "ssh_password": ssh.get("password") or raw.get("sshPassword") or "",
                "web_terminal_password": terminal.get("password") or "",
            },
        )

    def _values(self, raw, word):
        """The values of a record, of which one port can be Jupyter's or one of the task's."""
        values = TABLE.read(raw)
        port = jupyter_port(raw)
        if not port or "connectComponentJupyter" not in raw:
            return values
        own = f"{port}/"
        if "tools" not in self._desired and any(
            entry.startswith(own) and entry in (values.get("ports") or []) for entry in self._desired.get("ports") or []
        ):
            values["tools"] = []
            return values
        wanted = any(tool.get("port") == port for tool in self._desired.get("tools") or [])
        if _jupyter_is_on(raw) or wanted:
            without = [entry for entry in values.get("ports") or [] if not entry.startswith(own)]
            return {**values, "ports": without} if "ports" in values else values
        if word == "running":
            values["tools"] = []
        else:
            del values["tools"]
        return values


def _moment(value):
    """A point in time, or nothing where the provider says 0 or -1."""
    return None if value in (None, "", 0, "0", -1, "-1") else value


_RECORD = TABLE.response_schema()
_SECTION = {"type": ["object", "null"]}
_RECORD["properties"].update(
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
_RECORD["required"] = ["id", "name", "status"]
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

LIST = Call("instance.list", "GET", f"{V1}/gpu/instances", READ, list_shape("instances", _RECORD))
GET = Call("instance.get", "GET", _INSTANCE, READ, _RECORD)
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
