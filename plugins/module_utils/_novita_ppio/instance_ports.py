# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The open ports of GPU instances of Novita AI and PPIO, as texts such as ``8888/http``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._schema.composites import Scalars
from .._schema.fields import Text
from .._validation import Violation

_PORT = {"type": ["integer", "string"], "pattern": "^[0-9]{1,20}$", "description": "a port number"}


class InstancePorts(Scalars):
    """Open ports. Responses have them as a list of objects.

    :param protocol_key: the key of the protocol in these objects.
    :param forbidden: ports that the provider uses itself.
    """

    item = Text(
        "port", pattern="^[1-9][0-9]{0,4}/(tcp|http)$", form="a port and a protocol, such as 8000/http or 22/tcp"
    )
    protocol_key: str = "protocol"
    forbidden: tuple[int, ...] = ()

    def rule_violations(self, desired: list[str], path: str) -> list[Violation]:
        texts = [entry.partition("/")[0] for entry in desired]
        numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]
        rule = "must be from 1 to 65535"
        if self.forbidden:
            *others, last = self.forbidden
            rule += f" except {', '.join(map(str, others))}, and {last}"
        return super().rule_violations(desired, path) + [
            Violation(path, f"{rule}, not {number}")
            for number in numbers
            if not 1 <= number <= 65535 or number in self.forbidden
        ]

    def response_schema(self) -> dict[str, Any]:
        port = {
            "type": "object",
            "properties": {"port": _PORT, self.protocol_key: {"type": "string"}},
            "required": ["port", self.protocol_key],
        }
        return {"type": ["array", "null"], "items": port}

    def read_from(self, response: dict[str, Any]) -> list[str] | None:
        mappings = response.get(self.response_key)
        if mappings is None:
            return None
        return sorted(f"{entry['port']}/{entry[self.protocol_key]}" for entry in mappings)

    def write(self, target: list[str]) -> Any:
        ports = [entry.split("/") for entry in target]
        return [{"port": int(port), self.protocol_key: protocol} for port, protocol in ports]
