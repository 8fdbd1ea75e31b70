# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of GPU instances of PPIO, and the rules between them.

Pages: ``instance/reference-v2-create-instance`` and ``-get-instance`` under https://ppio.com/docs/gpus/. The module
enforces the ranges of these pages and of those of the other calls. Ranges of the first generation of the API are not
enforced.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._novita_ppio.api import TEXT
from .._novita_ppio.instance_ports import InstancePorts
from .._novita_ppio.registry_auth import RegistryAuthName
from .._schema.composites import Group, Items, Scalars
from .._schema.environment import Environment
from .._schema.field_set import Values
from .._schema.fields import Boolean, Integer, Text
from .._schema.free_text import FreeText
from .._schema.table import Table
from .._validation import Violation

MAX_TEXT_LENGTH = 255
MODE = "billing.mode"
SIZE = "resource.rootfs_size_gb"
GPU_NUM = "resource.gpu_num"


class CandidateRegions(Scalars):
    """The regions in which an instance can run. Responses have the one in which it runs, as a text."""

    item = Text("region")
    min_items = 1

    def response_schema(self) -> dict[str, Any]:
        return TEXT

    def read(self, raw: Any) -> list[str]:
        return [raw] if raw else []

    def equal(self, current: list[str] | None, target: list[str] | None) -> bool:
        return not target or bool(set(current or []) & set(target))

    def before_and_after(self, current: list[str] | None, target: list[str], desired: Any) -> tuple[Any, Any]:
        return sorted(target if self.equal(current, target) else current or []), sorted(target)


class PrivateNetwork(Group):
    """The private network. Responses can have an address even without a network."""

    def read(self, raw: Values) -> Values:
        values = super().read(raw)
        return values if values.get("id") else {"id": ""}


class WebTerminal(Boolean):
    """Whether the web terminal is on. Responses have it among the tools, and a create does not accept it."""

    def read_from(self, response: dict[str, Any]) -> bool | None:
        terminal = (response.get("tools") or {}).get("web_terminal") or {}
        enabled: bool | None = terminal.get("enabled")
        return enabled


class InstanceTable(Table):
    """The table, and the rules between its fields."""

    def read(self, raw: dict[str, Any]) -> Values:
        values = super().read(raw)
        if values.get("type") == "cpu":
            values.get("resource", {}).pop("gpu_num", None)
        return values

    def target(self, current: Values | None, desired: Values) -> Values:
        """Return the target. Only a subscription has values for the next terms."""
        target = super().target(current, desired)
        if mode_of(target) != "prepaid" and "prepaid" not in desired.get("billing", {}) and "billing" in target:
            target["billing"] = {name: value for name, value in target["billing"].items() if name != "prepaid"}
        return target

    def differences(self, current: Values | None, target: Values | None, path: str = "") -> list[str]:
        paths = super().differences(current, target, path)
        if "prepaid" in ((target or {}).get("billing") or {}):
            return paths
        # A subscription always has values for the next terms, even if no task has set them.
        return [each for each in paths if not each.startswith("billing.prepaid.")]

    def immutable_differences(self, current: Values, target: Values) -> list[str]:
        """Return the paths that cannot change in place, such as the number of GPUs and a smaller root disk."""
        paths = super().immutable_differences(current, target)
        for path in self.differences(current, target):
            is_spot = path == MODE and "spot" in (mode_of(current), mode_of(target))
            is_smaller = path == SIZE and size_of(target) < size_of(current)
            if path == GPU_NUM or is_spot or is_smaller:
                paths.append(path)
        return paths

    def missing(self, target: Values | None, path: str = "") -> list[str]:
        missing = super().missing(target, path)
        if (target or {}).get("type") == "cpu":
            # A described product has GPUs.
            return [option.partition(" or ")[0] for option in missing if option != GPU_NUM]
        return missing

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        conflicts = super().conflicts(target, path)
        if target.get("type") == "cpu" and "gpu_num" in target.get("resource", {}):
            rule = "must be omitted when type is cpu, because the product determines it"
            conflicts.append(Violation(GPU_NUM, rule))
        if mode_of(target) not in ("", "prepaid"):
            rule = f"must be omitted unless {MODE} is prepaid, not {mode_of(target)}"
            prepaid = target["billing"].get("prepaid")
            conflicts += [Violation(option, rule) for option in _options_in("billing.prepaid", prepaid)]
        network = target.get("network", {})
        if network.get("ip") and not network.get("id"):
            conflicts.append(Violation("network.ip", "must be omitted unless network.id is set"))
        return conflicts


def _options_in(path: str, value: Any) -> list[str]:
    """Return the paths of the options that a value sets; none if it is ``None``."""
    if isinstance(value, dict) and value:
        return [option for name, inner in value.items() for option in _options_in(f"{path}.{name}", inner)]
    return [] if value is None else [path]


def mode_of(values: Values) -> str:
    """Return the billing mode in values, or an empty text."""
    mode: str = (values.get("billing") or {}).get("mode") or ""
    return mode


def size_of(values: Values) -> int:
    """Return the size of the root disk in values in GB, or 0 if it is unknown."""
    size: int = (values.get("resource") or {}).get("rootfs_size_gb") or 0
    return size


TABLE = InstanceTable(
    Text("name", required=True, immutable=True, max_length=MAX_TEXT_LENGTH, trimmed=True),
    Text("type", immutable=True, choices=("gpu", "cpu")),
    Text("product_id", required=True, immutable=True, described_by="product", max_length=MAX_TEXT_LENGTH),
    Text("image", required=True, max_length=500, effect="restarts"),
    Text(
        "registry_auth_id",
        may_be_empty=True,
        empty_is_unset=True,
        described_by="registry_auth",
        max_length=MAX_TEXT_LENGTH,
        effect="restarts",
    ),
    RegistryAuthName("registry_auth"),
    FreeText("entrypoint", may_be_empty=True, effect="restarts"),
    FreeText("command", may_be_empty=True, effect="restarts"),
    Environment("envs", effect="restarts"),
    Group(
        "resource",
        wire_in_response="resource_specs",
        required=True,
        fields=(
            Integer("gpu_num", required=True, minimum=1),
            Integer("rootfs_size_gb", required=True, minimum=10),
            Text("min_cuda_version", may_be_empty=True, write_only=True),
        ),
    ),
    Group(
        "billing",
        required=True,
        fields=(
            Text("mode", required=True, choices=("postpaid", "prepaid", "spot")),
            Group(
                "prepaid",
                fields=(
                    Integer("months", write_only=True, minimum=1),
                    Group("auto_renew", fields=(Boolean("enabled"), Integer("months", minimum=0))),
                ),
            ),
        ),
    ),
    InstancePorts("ports", effect="in_place"),
    Items(
        "volumes",
        immutable=True,
        identity=("type", "id", "mount_point"),
        fields=(Text("type"), Text("id"), Text("mount_point")),
    ),
    PrivateNetwork(
        "network",
        immutable=True,
        fields=(Text("id", may_be_empty=True), Text("ip")),
    ),
    CandidateRegions("candidate_regions", wire_in_response="region", immutable=True),
    Group(
        "tools",
        immutable=True,
        fields=(
            Group(
                "jupyter",
                fields=(
                    Boolean("enabled"),
                    Integer("port", minimum=1, maximum=65535),
                    Text("protocol", choices=("tcp", "http"), write_only=True),
                ),
            ),
        ),
    ),
    Group("auto_migrate", fields=(Boolean("enabled"), Boolean("include_system_disk"))),
    WebTerminal("web_terminal", wire_in_response="tools", update_only=True),
)
