# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of GPU instances of Novita AI, and the rules between them.

Pages: ``gpu-instance-create-instance`` under https://novita.ai/docs/api-reference/; for an instance without GPUs
``gpu-instance-create-cpu-instance``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .._novita_ppio.api import TEXT
from .._novita_ppio.instance_ports import InstancePorts
from .._novita_ppio.registry_auth import RegistryAuthName
from .._schema.composites import Items
from .._schema.environment import Environment
from .._schema.field_set import Values
from .._schema.fields import Boolean, Integer, Text
from .._schema.free_text import FreeText
from .._schema.table import Table
from .._validation import Violation

INTERNAL_PORTS = (2222, 2223, 2224)
MAX_PORTS = 15

_FROM_PRODUCT = ("gpu_num", "rootfs_size")
"""Options that the product of a CPU instance determines, so that a task cannot set them."""


class Ports(InstancePorts):
    """Open ports. A create has them as one string."""

    max_items = MAX_PORTS
    protocol_key = "type"
    forbidden = INTERNAL_PORTS

    def write(self, target: list[str]) -> str:
        return ", ".join(target)


def wire_ports(ports: list[str]) -> Any:
    """Return ports as requests other than a create have them."""
    return InstancePorts("ports", protocol_key="type").write(ports)


class Tools(Items):
    """Tools of official images. A response has the port of Jupyter, but not the type of this port."""

    def read_from(self, response: dict[str, Any]) -> list[Values]:
        port = jupyter_port(response)
        return [{"name": "Jupyter", "port": port}] if port else []

    def differences(self, current: list[Values] | None, target: list[Values] | None, path: str) -> list[str]:
        # A response shows only for a running instance whether it has tools.
        return [] if current is None else super().differences(current, target, path)

    def response_schema(self) -> dict[str, Any]:
        port = {
            "type": ["integer", "string", "null"],
            "pattern": "^[0-9]{0,20}$",
            "description": "a port number or empty",
        }
        return {
            "type": ["object", "null"],
            "properties": {"port": port, "address": TEXT, "isRunning": {"type": ["boolean", "null"]}},
        }


def jupyter_port(response: dict[str, Any]) -> int:
    """Return the port of Jupyter in a response, or 0.

    The response can have a port even for an instance without Jupyter.
    """
    return int((response.get("connectComponentJupyter") or {}).get("port") or 0)


def jupyter_is_on(response: dict[str, Any]) -> bool:
    """Return whether a response shows that Jupyter is installed."""
    component, tools = response.get("connectComponentJupyter") or {}, response.get("tools")
    tools = tools if isinstance(tools, list) else []
    return bool(
        component.get("isRunning")
        or component.get("address")
        or any(isinstance(tool, dict) and tool.get("name") == "Jupyter" for tool in tools)
    )


class Storages(Items):
    """Network storages. Responses list them together with all other mounts."""

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
    """A private network. Responses have it as an object."""

    def read(self, raw: Any) -> str | None:
        return super().read(raw.get("id") or "")

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["object", "null"], "properties": {"id": TEXT}}


class InstanceTable(Table):
    """The table, and the rules between its fields."""

    def read(self, raw: dict[str, Any]) -> Values:
        return _without_product_values(super().read(raw))

    def target(self, current: Values | None, desired: Values) -> Values:
        """Return the target. Without automatic renewal, it has no ``auto_renew_month``."""
        target = _without_product_values(super().target(current, desired), kept=desired)
        if not target.get("auto_renew") and "auto_renew_month" not in desired:
            target.pop("auto_renew_month", None)
        return target

    def immutable_differences(self, current: Values, target: Values) -> list[str]:
        """Return the paths that cannot change in place.

        A change to monthly billing and a larger root disk are possible.
        """
        paths = super().immutable_differences(current, target)
        if current.get("billing_mode") == "onDemand" and target.get("billing_mode") == "monthly":
            paths.remove("billing_mode")
        if target.get("rootfs_size", 0) < current.get("rootfs_size", 0):
            paths.append("rootfs_size")
        return paths

    def missing(self, target: Values | None, path: str = "") -> list[str]:
        missing = super().missing(target, path)
        if (target or {}).get("kind") != "cpu":
            return missing
        # A described product has GPUs.
        return [option.partition(" or ")[0] for option in missing if option not in _FROM_PRODUCT]

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        conflicts = super().conflicts(target, path)
        if target.get("kind") == "cpu":
            conflicts += [
                Violation(option, "must be omitted when kind is cpu, because the product determines it")
                for option in _FROM_PRODUCT
                if option in target
            ]
        return conflicts + _port_conflicts(target) + _billing_conflicts(target)


def _port_conflicts(target: Values) -> list[Violation]:
    ports, tools = target.get("ports") or [], target.get("tools") or []
    taken = {str(tool.get("port")) for tool in tools}
    conflicts = [
        Violation("ports", f"must not contain {port}, because a tool uses this port")
        for port in ports
        if port.split("/")[0] in taken
    ]
    count = len(ports) + len(tools)
    if count > MAX_PORTS:
        rule = f"must have at most {MAX_PORTS} entries together with tools, not {count}"
        conflicts.insert(0, Violation("ports", rule))
    return conflicts


def _billing_conflicts(target: Values) -> list[Violation]:
    mode, months = target.get("billing_mode"), target.get("month")
    conflicts = []
    if months and mode not in (None, "monthly"):
        rule = f"must be 0 or omitted unless billing_mode is monthly, not {months}; it implies monthly billing"
        conflicts.append(Violation("month", rule))
    if mode == "monthly" and months == 0:
        conflicts.append(Violation("month", "must be at least 1 when billing_mode is monthly"))
    if target.get("auto_renew") and not months and mode != "monthly":
        conflicts.append(Violation("auto_renew", "must be false or omitted unless billing_mode is monthly"))
    if target.get("auto_renew_month") and not target.get("auto_renew"):
        conflicts.append(Violation("auto_renew_month", "must be omitted unless auto_renew is true"))
    return conflicts


def _without_product_values(values: Values, kept: Collection[str] = ()) -> Values:
    """Return the values without those that the product of a CPU instance determines.

    Values of ``kept`` options stay.
    """
    if values.get("kind") != "cpu":
        return values
    return {option: value for option, value in values.items() if option not in _FROM_PRODUCT or option in kept}


TABLE = InstanceTable(
    Text("name", required=True, immutable=True, max_length=255, trimmed=True),
    Text("product_id", wire="productId", required=True, immutable=True, described_by="product", max_length=255),
    Integer("gpu_num", wire="gpuNum", required=True, immutable=True, minimum=1, maximum=8),
    Integer("rootfs_size", wire="rootfsSize", required=True, minimum=10, maximum=6144),
    Text("image_url", wire="imageUrl", required=True, max_length=500, effect="restarts"),
    Text("image_auth", wire="imageAuth", may_be_empty=True, write_only=True, secret=True, max_length=10239),
    Text(
        "image_auth_id",
        wire="imageAuthId",
        is_id=True,
        may_be_empty=True,
        described_by="registry_auth",
        effect="restarts",
    ),
    RegistryAuthName("registry_auth"),
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
    FreeText("command", may_be_empty=True, max_length=2047, effect="restarts"),
    FreeText("entrypoint", may_be_empty=True, max_length=2047, effect="restarts"),
    Text("cluster_id", wire="clusterId", immutable=True),
    Storages(
        "network_storages",
        wire="networkStorages",
        wire_in_response="volumeMounts",
        identity=("id",),
        max_items=30,
        effect="restarts",
        fields=(
            Text("id", wire="Id", is_id=True, described_by="storage"),
            Text("storage", names_other=True),
            Text("mount_point", wire="mountPoint", max_length=4095, on_create="/network"),
        ),
    ),
    PrivateNetwork(
        "network_id",
        wire="networkId",
        wire_in_response="network",
        is_id=True,
        immutable=True,
        described_by="network",
    ),
    Text("network", names_other=True),
    Text("kind", required=True, immutable=True, choices=("gpu", "cpu")),
    Integer("month", write_only=True, minimum=0),
    Text(
        "billing_mode", wire="billingMode", immutable=True, may_be_missing=True, choices=("onDemand", "monthly", "spot")
    ),
    Boolean("auto_renew", wire="autoRenew"),
    Integer("auto_renew_month", wire="autoRenewMonth", minimum=1, maximum=12),
    Text(
        "min_cuda_version",
        wire="minCudaVersion",
        may_be_empty=True,
        write_only=True,
        max_length=255,
        pattern=r"^([0-9]+\.[0-9]+)?$",
        form="a version with two numbers, such as 12.4",
    ),
)
