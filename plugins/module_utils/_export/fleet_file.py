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

from .._fleet.accounts import Account
from .._fleet.entry import ACCOUNT
from .._version import VERSION
from .._visible import printable
from .reading import Exported, LeftOut
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


def fleet_file(exported: Exported, accounts: Collection[Account]) -> FleetFile:
    """Return the fleet file for the resources of some accounts."""
    variables = Variables()
    body = ["---", "fleet_resources:" if exported.entries else "fleet_resources: []"]
    for entry in exported.entries:
        of_account = {ACCOUNT: entry.account} if entry.account else {}
        first, *others = lines({**of_account, entry.type_name: variables.put_into(entry)})
        body += ["", _comment(f"{entry.label}, id {entry.id}", INDENT), f"{INDENT}- {first}"]
        body += [f"{INDENT * 2}{line}" for line in others]
        body += [_comment(note, INDENT * 3) for note in entry.notes]
    found = list(variables.all.values())
    text = "\n".join([*_head(exported, accounts, found), *body]) + "\n"
    return FleetFile(text, found)


def _head(exported: Exported, accounts: Collection[Account], variables: list[Variable]) -> Iterator[str]:
    yield _comment(f"Exported by gpufleet.cloud.export {VERSION} from {', '.join(map(str, accounts))}.")
    yield _comment(f"Exported at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}.")
    if exported.errors:
        yield _comment("THIS FILE IS INCOMPLETE. It lacks all resources of the types that could not be read.")
    if exported.left_out:
        yield "#"
        yield _comment("Not in this file:")
        yield from (_comment(f"{INDENT}{shown(left_out)}") for left_out in exported.left_out)
    if variables:
        yield "#"
        yield _comment("Set these variables, for example in a file that is encrypted with ansible-vault:")
        for variable in variables:
            use = f"{variable.option} of {variable.entry.label}"
            yield _comment(f"{INDENT}{variable.name}:  # {use}")


def shown(left_out: LeftOut) -> str:
    """Return what is not in an export, and why, as a message shows it."""
    account = f" of account {left_out.account.name}" if left_out.account.name else ""
    resource = f" {left_out.name}, id {left_out.id}" if left_out.id else ""
    return f"{left_out.type_name}{account}{resource}: {left_out.reason}"


def _comment(text: str, indent: str = "") -> str:
    return f"{indent}# {printable(text)}"
