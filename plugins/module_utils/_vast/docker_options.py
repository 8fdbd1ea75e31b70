# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``docker run`` in a template, which the API represents as one text, ``env``.

A task sets the variables, the ports and all other options separately. Two texts with the same variables, the same ports
and the same other options have the same meaning.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from .._schema.composites import Scalars
from .._schema.fields import Text
from .._schema.free_text import FreeText
from .._validation import Violation

PORT = r"[0-9]{1,5}:[0-9]{1,5}(/(tcp|udp))?"
_PORT = re.compile(PORT)
_VARIABLE = re.compile("([^=]+)=(.*)", re.DOTALL)
_JOINED_VARIABLE = re.compile("-e[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_FLAGS = {"-e": "env", "--env": "env", "-p": "publish", "--publish": "publish"}


class DockerRun(NamedTuple):
    """The options in a text. ``others`` has the words of all options that set neither a variable nor a port."""

    variables: dict[str, str]
    ports: list[str]
    others: list[str]

    @property
    def other_options(self) -> str:
        return shlex.join(self.others)


def parse(text: str) -> DockerRun:
    """Return the options in a text, split as a shell splits them. The last value of a variable counts."""
    run = DockerRun({}, [], [])
    try:
        words = shlex.split(text)
    except ValueError:  # a quote without its end
        words = text.split()
    for written, flag, value in _options(words):
        variable = _VARIABLE.fullmatch(value) if flag == "env" else None
        if variable:
            run.variables[variable[1]] = variable[2]
        elif flag == "publish" and _PORT.fullmatch(value):
            if plain_port(value) not in run.ports:
                run.ports.append(plain_port(value))
        else:
            run.others.extend(written)
    return run


def _options(words: list[str]) -> Iterator[tuple[list[str], str, str]]:
    """Yield the words of each option, whether it can set a variable or a port, and its value."""
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            following = next(rest, None)
            yield [word] if following is None else [word, following], _FLAGS[word], following or ""
        elif equals and name in ("--env", "--publish"):
            yield [word], _FLAGS[name], value
        elif _JOINED_VARIABLE.fullmatch(word):
            yield [word], "env", word[2:]
        elif word.startswith("-p") and _PORT.fullmatch(word[2:]):
            yield [word], "publish", word[2:]
        else:
            yield [word], "", ""


def render(variables: dict[str, str], ports: list[str], other_options: str) -> str:
    """Return the text for options."""
    words = [f"-e {shlex.quote(name)}={shlex.quote(variables[name])}" for name in sorted(variables)]
    return " ".join([*words, *(f"-p {port}" for port in sorted(ports)), *([other_options] if other_options else [])])


def plain_port(port: str) -> str:
    """Return a port without the protocol that is the default."""
    return port[: -len("/tcp")] if port.endswith("/tcp") else port


class Ports(Scalars):
    """Ports such as ``8000:8000`` and ``9000:9000/udp``."""

    item = Text("port", pattern=f"^{PORT}$", form='a text such as "8000:8000" or "9000:9000/udp"')

    def desired(self, given: list[str]) -> list[str]:
        return [plain_port(port) if isinstance(port, str) else port for port in given]


class DockerOptions(FreeText):
    """All options of ``docker run`` except variables and ports, in their order."""

    def equal(self, current: str | None, target: str | None) -> bool:
        return parse(current or "").others == parse(target or "").others

    def rule_violations(self, desired: Any, path: str) -> list[Violation]:
        violations = super().rule_violations(desired, path)
        if violations:
            return violations
        try:
            shlex.split(desired)
        except ValueError:
            return [Violation(path, "must not have a quote without its end")]
        run = parse(desired)
        if run.variables or run.ports:
            option = "-e; set variables in envs or secret_envs" if run.variables else "-p; set ports in ports"
            return [Violation(path, f"must not have the option {option}")]
        return []
