# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a fleet file.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator
from typing import NamedTuple

from .._version import VERSION
from .._visible import printable
from .account import Account, Skipped
from .variables import Variable, Variables
from .yaml_text import INDENT, lines

_TIME = re.compile("^# Exported at .*$", re.MULTILINE)


class FleetFile(NamedTuple):
    """The text of a fleet file, and its variables."""

    text: str
    variables: list[Variable]

    def is_like(self, other: str) -> bool:
        """Return whether another text differs in nothing but its time."""
        return _TIME.sub("", self.text) == _TIME.sub("", other)


def fleet_file(account: Account, providers: Collection[str]) -> FleetFile:
    """Return the fleet file for an account."""
    variables = Variables()
    body = ["---", "fleet_resources:" if account.entries else "fleet_resources: []"]
    for entry in account.entries:
        first, *others = lines({entry.type_name: variables.put_into(entry)})
        body += ["", _comment(f"{entry.type_name} {entry.name}, id {entry.id}", INDENT), f"{INDENT}- {first}"]
        body += [f"{INDENT * 2}{line}" for line in others]
        body += [_comment(note, INDENT * 3) for note in entry.notes]
    found = list(variables.all.values())
    text = "\n".join([*_head(account, providers, found), *body]) + "\n"
    return FleetFile(text, found)


def _head(account: Account, providers: Collection[str], variables: list[Variable]) -> Iterator[str]:
    yield _comment(f"Exported by gpufleet.cloud.export {VERSION} from {', '.join(providers)}.")
    yield _comment(f"Exported at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}.")
    if account.errors:
        yield _comment("THIS FILE IS INCOMPLETE. It lacks all resources of the types that could not be read.")
    if account.skipped:
        yield "#"
        yield _comment("Not in this file:")
        yield from (_comment(f"{INDENT}{shown(skipped)}") for skipped in account.skipped)
    if variables:
        yield "#"
        yield _comment("Set these variables, for example in a file that is encrypted with ansible-vault:")
        for variable in variables:
            use = f"{variable.option} of {variable.entry.type_name} {variable.entry.name}"
            yield _comment(f"{INDENT}{variable.name}:  # {use}")


def shown(skipped: Skipped) -> str:
    """Return what is not in an export, and why, as a message shows it."""
    subject = f"{skipped.type_name} {skipped.name}, id {skipped.id}" if skipped.id else skipped.type_name
    return f"{subject}: {skipped.reason}"


def _comment(text: str, indent: str = "") -> str:
    return f"{indent}# {printable(text)}"
