# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet file, read where Ansible does not run: with plain values, and without templates.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Any

from .._errors import CloudError, OptionError
from .._validation import Violation

_OPTION = "drift.fleet_file"
_MOST_BYTES = 10_000_000
_INSTEAD = (
    "only Ansible evaluates it. Write the value, or write the entries in drift.resources with variables of the "
    "rulebook, or schedule the playbook gpufleet.cloud.drift instead"
)
TEMPLATE_RULE = f"must not be a template, because {_INSTEAD}"


class _Literal(str):
    """Text with the tag ``!unsafe``, which is no template."""


class FleetFile:
    """A fleet file. Each method raises ``OptionError`` if the file cannot be used."""

    def __init__(self, path: str) -> None:
        self._path = os.path.expanduser(path)

    def version(self) -> tuple[int, ...]:
        """Return numbers that differ after a change of the file."""
        try:
            status = os.stat(self._path)
        except (OSError, ValueError) as error:
            raise self._unusable(getattr(error, "strerror", None) or str(error)) from None
        if not stat.S_ISREG(status.st_mode):
            raise self._unusable("no regular file")
        if status.st_size > _MOST_BYTES:
            raise self._invalid(f"must have at most {_MOST_BYTES} bytes, not {status.st_size}")
        return (status.st_mtime_ns, status.st_size, status.st_ino)

    def read(self) -> dict[str, Any]:
        """Return the variables in the file."""
        try:
            with open(self._path, "rb") as file:
                content = file.read(_MOST_BYTES)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None
        variables = self._parsed(content)
        if not isinstance(variables, dict) or "fleet_resources" not in variables:
            raise self._invalid("must contain the variable fleet_resources")
        return variables

    def _parsed(self, content: bytes) -> Any:
        try:
            import yaml  # every installation of ansible-rulebook has it, and only a fleet file needs it
        except ImportError:
            raise CloudError(f"{_OPTION} requires the Python library PyYAML, which is not installed.") from None

        class Loader(yaml.SafeLoader):
            """Accepts the tags of Ansible that have a meaning without Ansible."""

        def refuse(_loader: Any, suffix: str, node: Any) -> None:
            line = node.start_mark.line + 1
            raise self._invalid(f"must not contain the tag !{suffix} (line {line}), because {_INSTEAD}")

        Loader.add_constructor("!unsafe", lambda loader, node: _Literal(loader.construct_scalar(node)))
        Loader.add_multi_constructor("!", refuse)
        try:
            return yaml.load(content, Loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "it is no text"
            raise self._invalid(f"must be valid YAML: {problem}{place}") from None
        except (RecursionError, ValueError):
            raise self._invalid(
                "must be YAML without endless nesting and without numbers of thousands of digits"
            ) from None

    def _unusable(self, reason: str) -> OptionError:
        return self._invalid(f"must be a file that can be read ({reason})")

    def _invalid(self, rule: str) -> OptionError:
        return OptionError([Violation(_OPTION, f"{self._path} {rule}")])


def templated_in(value: Any, path: str) -> Iterator[str]:
    """Yield the paths of all texts in a value that Ansible would evaluate."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from templated_in(item, f"{path}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from templated_in(item, f"{path}[{number}]")
    elif isinstance(value, str) and not isinstance(value, _Literal) and ("{{" in value or "{%" in value):
        yield path
