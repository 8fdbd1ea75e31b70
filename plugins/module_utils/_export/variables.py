# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables in place of the values that an export does not show.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .._schema.withheld import Withheld
from .entry import ExportedEntry
from .yaml_text import Template

_LONGEST_NAME = 40
_CONVERTED = ("{", "[")
_WORDS = ("True", "False")
"""Texts that ansible-core before 2.19 converts to another type when a template returns them."""


class Variable(NamedTuple):
    """A variable that the user sets.

    :param option: the option path of its value.
    """

    name: str
    entry: ExportedEntry
    option: str


class Variables:
    """The variables of an export, each with a name of its own."""

    def __init__(self) -> None:
        self.all: dict[str, Variable] = {}

    def put_into(self, entry: ExportedEntry) -> dict[str, Any]:
        """Return the options of an entry with variables in place of withheld values."""
        options: dict[str, Any] = self._replaced(entry.options, entry, "")
        return options

    def _replaced(self, value: Any, entry: ExportedEntry, path: str) -> Any:
        if isinstance(value, dict):
            return {name: self._replaced(item, entry, f"{path}.{name}".lstrip(".")) for name, item in value.items()}
        if isinstance(value, list):
            return [self._replaced(item, entry, f"{path}[{number}]") for number, item in enumerate(value)]
        if not isinstance(value, Withheld):
            return value
        name = self._free_name(entry, value)
        self.all[name] = Variable(name, entry, path)
        return Template(f"{{{{ {name}{_conversion(value.value)} }}}}")

    def _free_name(self, entry: ExportedEntry, value: Withheld) -> str:
        own = _word(_word(entry.name)[:_LONGEST_NAME])
        # The type comes first, so that no name is one of Ansible's own.
        words = (entry.type_name, _word(entry.account), own or _word(entry.id), _word(value.hint))
        name = "_".join(filter(None, words))
        number = 2
        free = name
        while free in self.all:
            free, number = f"{name}_{number}", number + 1
        return free


def _word(text: str) -> str:
    """Return a text as a part of the name of a variable."""
    return re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")


def _conversion(value: Any) -> str:
    """Return the filter that keeps a value a text in each release of ansible-core, or an empty text."""
    return " | string" if isinstance(value, str) and (value.startswith(_CONVERTED) or value in _WORDS) else ""
