# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of GPU instances of Vast.ai, and the rules between them.

Page: https://docs.vast.ai/api-reference/instances/create-instance. Variables, ports and other options of ``docker run``
are one object in a request, ``{"NAME": "value", "-p 8000:8000": "1"}``, and a list of pairs in a response.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import Any

from .._schema.composites import Scalars
from .._schema.environment import HIDDEN, DesiredEnvironment, Environment
from .._schema.field import Field
from .._schema.field_set import Values
from .._schema.fields import Float, Text
from .._schema.free_text import FreeText
from .._schema.table import Table
from .._schema.withheld import CanBeSecret, Withheld
from .._secret_arguments import without_secrets
from .._validation import Violation

_WORKER_LABEL = re.compile(r"[^:]+:(\d{1,20}):", re.ASCII)
NO_WORKER_LABEL = "must not have the form <text>:<number>:, which is that of the label of a worker of an endpoint"

MAX_PORTS = 64
MAX_ENVIRONMENT = 32_768
"""Characters of all names and values of variables."""
MAX_START = 4096
"""Characters of the commands and the arguments together."""
LAST_PORT = 65535
FIRST_RANDOM_PORT = 70000
"""A port from here on stands for a random one, which is the same inside and outside."""
_PORT = re.compile(r"-p (?:(\d{1,5}):)?(\d{1,5})(?:/(tcp|udp))?", re.ASCII)
_REVEALED = "return_env_values"


def endpoint_id_in(label: str) -> str:
    """Return the id of the endpoint in the label of a worker, or an empty text for all other labels."""
    worker = _WORKER_LABEL.match(label)
    return str(int(worker[1])) if worker else ""


class Label(Text):
    """The name of an instance, which must not look like that of a worker."""

    def broken_limit(self, value: str) -> str:
        return super().broken_limit(value) or (NO_WORKER_LABEL if endpoint_id_in(value) else "")


class Image(Text):
    """An image. Without a tag, it is the one with the tag ``latest``."""

    def equal(self, current: str | None, target: str | None) -> bool:
        return _with_tag(current or "") == _with_tag(target or "")


def _with_tag(image: str) -> str:
    last = image.rpartition("/")[2]
    return image if not image or ":" in last or "@" in last else f"{image}:latest"


class RunType(Text):
    """How an instance starts. A response has other words for it, such as ``ssh_direc ssh_proxy``."""

    def read(self, raw: str) -> str | None:
        words = raw.split()
        start = next((start for start in ("jupyter", "ssh") if any(word.startswith(start) for word in words)), "")
        if not start:
            return super().read(raw)
        if any(word.startswith(f"{start}_direc") for word in words):
            return f"{start}_direct"
        return f"{start}_proxy" if f"{start}_proxy" in words else start

    def equal(self, current: str | None, target: str | None) -> bool:
        """Return whether both have the same meaning: ``ssh`` leaves open how the instance is reached."""
        pair = {current or "", target or ""}
        return len(pair) == 1 or any({start, f"{start}_{way}"} == pair for start in _STARTS for way in _WAYS)


_STARTS = ("ssh", "jupyter")
_WAYS = ("proxy", "direct")


class OwnText(FreeText):
    """A command, which results show only if the same task sets it, or if the task of the info module requests it."""

    reveal_option = _REVEALED

    def before_and_after(self, current: str | None, target: str, desired: Any) -> tuple[Any, Any]:
        after = without_secrets(target)
        return (after if self.equal(current, target) else current and HIDDEN), after

    def spec_options(self, current: str, desired: Any, reveal: bool) -> dict[str, Any]:
        is_shown = reveal or not current or (desired is not None and self.equal(current, desired))
        return super().spec_options(current, desired, reveal) if is_shown else {}

    def withheld_options(self, current: str, can_be_secret: CanBeSecret) -> dict[str, Any]:
        return {self.name: Withheld(self.name, current)} if current else {}

    def hidden_values(self, current: str, desired: Any) -> list[str]:
        is_shown = desired is not None and self.equal(current, desired)
        return super().hidden_values(current, desired) if is_shown else [current]


class Arguments(OwnText):
    """Arguments as one text. The API has a list of words."""

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["array", "string", "null"], "items": {"type": ["string", "number", "boolean", "null"]}}

    def read(self, raw: Any) -> str:
        if not isinstance(raw, str):
            return _joined([str(word) for word in raw])
        return raw if _words(raw) is not None else _joined(raw.split())

    def write(self, target: str) -> list[str]:
        return shlex.split(target)

    def equal(self, current: str | None, target: str | None) -> bool:
        return _words(current or "") == _words(target or "")

    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        if _words(desired) is None:
            return [Violation(path, "must not have a quote without its end")]
        return super().rule_violations(desired, path)


def _joined(words: list[str]) -> str:
    """Return a text for these words, with quotes only where they are necessary."""
    text = " ".join(words)
    return text if _words(text) == words else shlex.join(words)


def _words(text: str) -> list[str] | None:
    """Return the words of a text, or ``None`` if a quote has no end."""
    try:
        return shlex.split(text)
    except ValueError:
        return None


class InstanceEnvironment(Environment):
    """The variables of an instance. A name that begins with ``-`` would be an option of ``docker run``."""

    def rule_violations(self, desired: DesiredEnvironment, path: str) -> list[Violation]:
        violations = super().rule_violations(desired, path)
        return violations or [
            Violation(f"{path}.{name}", "must not have a name that begins with '-'")
            for name in desired.values
            if name.startswith("-")
        ]

    def conflicts(self, target: dict[str, str], path: str) -> list[Violation]:
        size = sum(len(name) + len(value) for name, value in target.items())
        if size <= MAX_ENVIRONMENT:
            return super().conflicts(target, path)
        rule = f"must have at most {MAX_ENVIRONMENT} characters in all names and values together, not {size}"
        return [Violation(path, rule)]


class VastPorts(Scalars):
    """Ports such as ``8000/tcp``. In the form ``80:8000/tcp``, the first number is the one outside."""

    item = Text(
        "port",
        pattern="^([1-9][0-9]{0,4}:)?[1-9][0-9]{0,4}/(tcp|udp)$",
        form="a port and a protocol, such as 8000/tcp or 9000/udp",
    )
    max_items = MAX_PORTS

    def rule_violations(self, desired: list[str], path: str) -> list[Violation]:
        numbers = [number for port in desired if isinstance(port, str) for number in port.partition("/")[0].split(":")]
        return super().rule_violations(desired, path) + [
            Violation(path, f"must be from 1 to {LAST_PORT}, or at least {FIRST_RANDOM_PORT}, not {number}")
            for number in numbers
            if number.isascii() and number.isdigit() and LAST_PORT < int(number) < FIRST_RANDOM_PORT
        ]


class DockerFlags(Field):
    """The other options of ``docker run``. A task cannot set them; a replacement keeps them."""

    option = False

    def differences(self, current: Any, target: Any, path: str) -> list[str]:
        return []


class Bid(Float):
    """The price in USD per hour that a task offers for an interruptible instance; 0 for an on-demand instance."""

    may_be_missing = True

    def differences(self, current: float | None, target: float | None, path: str) -> list[str]:
        return [] if current is None or self.equal(current, target) else [path]

    def spec_options(self, current: float, desired: Any, reveal: bool) -> dict[str, Any]:
        return {self.name: current} if current else {}

    def before_and_after(self, current: float | None, target: float, desired: Any) -> tuple[Any, Any]:
        before, after = super().before_and_after(current, target, desired)
        return before or None, after or None


class InstanceTable(Table):
    """The table, and the rules between its fields."""

    def target(self, current: Values | None, desired: Values) -> Values:
        """Return the target. The variables and ports of a template stay, although the task does not set them."""
        current = current or {}
        if not (desired.get("template_hash_id") or current.get("template_hash_id")):
            return super().target(current, desired)
        merged = dict(desired)
        if isinstance(desired.get("envs"), DesiredEnvironment):
            merged["envs"] = desired["envs"]._replace(merge=True)
        if "ports" in desired:
            merged["ports"] = sorted({*(current.get("ports") or ()), *desired["ports"]})
        return super().target(current, merged)

    def immutable_differences(self, current: Values, target: Values) -> list[str]:
        """Return the paths that cannot change in place. The price of a bid can; that it is a bid cannot."""
        paths = super().immutable_differences(current, target)
        if current.get("bid_price") == 0 and target.get("bid_price"):
            paths.append("bid_price")
        return paths

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        conflicts = super().conflicts(target, path)
        length = sum(len(target.get(option) or "") for option in ("onstart", "args"))
        if length > MAX_START and target.get("args"):
            rule = f"must have at most {MAX_START} characters together with onstart, not {length}"
            conflicts.append(Violation("args", rule))
        return conflicts


TABLE = InstanceTable(
    Label("name", wire="label", aliases=("label",), required=True, trimmed=True, max_length=256, effect="none"),
    Image("image", wire_in_response="image_uuid", immutable=True, max_length=1024),
    Text("template_hash_id", is_id=True, immutable=True, described_by="template"),
    Text("template", names_other=True, trimmed=True),
    Float("disk", wire_in_response="disk_space", required=True, immutable=True, minimum=8),
    InstanceEnvironment("envs", immutable=True, max_name_length=256, max_value_length=256),
    VastPorts("ports", immutable=True),
    DockerFlags("docker_flags", immutable=True),
    OwnText("onstart", immutable=True, may_be_empty=True, max_length=4048),
    Arguments("args", wire_in_response="image_args", immutable=True, may_be_empty=True),
    RunType(
        "runtype",
        wire_in_response="image_runtype",
        immutable=True,
        printed_choices=("ssh", "jupyter", "args", "ssh_proxy", "ssh_direct", "jupyter_proxy", "jupyter_direct"),
    ),
    Bid("bid_price", wire="price", minimum=0.001, maximum=128),
    Text(
        "registry_login",
        wire="image_login",
        aliases=("image_login",),
        may_be_empty=True,
        write_only=True,
        secret=True,
    ),
)

_IN_ENV = ("envs", "ports", "docker_flags")
"""The options that the API represents as one object."""


def read_environment(pairs: Iterable[Any]) -> dict[str, Any]:
    """Return the variables, ports and other options in the pairs of a response, in the form that the table reads."""
    variables, ports, flags = [], [], {}
    for pair in pairs:
        name, value = str(pair[0]), "" if len(pair) < 2 or pair[1] is None else str(pair[1])
        port = _PORT.fullmatch(name)
        if port:
            outside = f"{port[1]}:" if port[1] and int(port[1]) != int(port[2]) else ""
            ports.append(f"{outside}{int(port[2])}/{port[3] or 'tcp'}")
        elif name.startswith("-"):
            flags[name] = value
        else:
            variables.append({"key": name, "value": value})
    return {"envs": variables, "ports": sorted(set(ports)), "docker_flags": flags}


def create_body(target: Values) -> dict[str, Any]:
    """Return the body of a create without empty values, which mean that there is none."""
    body = TABLE.create_body({option: value for option, value in target.items() if option not in _IN_ENV})
    body = {key: value for key, value in body.items() if value not in (None, "", [], 0)}
    environment = {
        **(target.get("envs") or {}),
        **dict(_port_option(port) for port in sorted(target.get("ports") or [])),
        **(target.get("docker_flags") or {}),
    }
    return {**body, **({"env": environment} if environment else {}), "cancel_unavail": True}


def _port_option(port: str) -> tuple[str, str]:
    """Return a port as an option of ``docker run``, as the API has it."""
    numbers, _slash, protocol = port.partition("/")
    outside, _colon, inside = numbers.rpartition(":")
    return f"-p {outside or inside}:{inside}{'' if protocol == 'tcp' else '/udp'}", "1"
