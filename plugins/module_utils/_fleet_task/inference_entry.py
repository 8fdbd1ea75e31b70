# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry of a fleet that is an inference endpoint at one of several candidates.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from .._fleet.accounts import Account
from .._fleet.entry import Entry
from .._fleet.prune import Spared
from .._inference.candidate import Candidate, candidates_of
from .._inference.removal import removal_entries
from .._inference.revision import parsed

INFERENCE_ENDPOINT = "inference_endpoint"


@dataclass(frozen=True)
class InferenceEntry:
    """An inference endpoint in a fleet.

    :param number: its index in ``resources``.
    :param params: the options of the entry: those of the module ``inference_endpoint``, without the connections.
    """

    number: int
    params: dict[str, Any] = field(repr=False)
    candidates: list[Candidate] = field(repr=False)
    type_name = INFERENCE_ENDPOINT

    @classmethod
    def of_task(cls, number: int, params: dict[str, Any]) -> InferenceEntry:
        """Return the entry for validated options."""
        return cls(number, params, candidates_of(params))

    @property
    def name(self) -> str:
        return str(self.params["name"])

    @property
    def is_removal(self) -> bool:
        return bool(self.params["state"] == "absent")

    @property
    def accounts(self) -> list[Account]:
        """The accounts of the candidates."""
        return list(dict.fromkeys(candidate.account for candidate in self.candidates))

    @property
    def resource_types(self) -> set[str]:
        """The names of the resource types that the endpoint can consist of."""
        parts = (part for each in self.candidates for part in each.parts(is_new=False))
        return {part.type_name for part in parts}

    @property
    def account(self) -> str:
        """The accounts of the candidates, as text."""
        return ", ".join(map(str, self.accounts))

    def spared(self) -> list[Spared]:
        """Return the resources of all candidates, of which the task manages only those of one candidate."""
        if self.is_removal:
            return []
        base_name = self.name if self.params["strategy"] == "blue_green" else ""
        return [
            Spared(part.account, part.type_name, functools.partial(_is_of, part.name, base_name))
            for part in self.parts()
        ]

    def removals(self) -> list[Entry]:
        """Return the entries that delete the endpoint in every account."""
        return removal_entries(self.name, self.candidates, self.number)

    def parts(self) -> list[Entry]:
        """Return the entries of all resources that the endpoint can consist of, for valid options. Each occurs once."""
        if self.is_removal:
            return self.removals()
        parts = {
            (part.account, part.type_name, part.name): part
            for candidate in self.candidates
            for part in candidate.entries(candidate.parts(is_new=False), self.number)
        }
        return list(parts.values())


def _is_of(part_name: str, base_name: str, name: str) -> bool:
    """Return whether a name is that of a part, or of a revision of an endpoint.

    :param base_name: the name of the endpoint, or an empty text if it has no revisions.
    """
    return name == part_name or bool(base_name and parsed(name)[0] == base_name)
