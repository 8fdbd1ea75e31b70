# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the endpoint in the accounts of its candidates, and the order in which to try the candidates.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.state import PENDING, READY
from .._errors import CloudError
from .._fleet.accounts import Account
from .._sentences import sentences
from .candidate import Candidate
from .look import SEVERAL, UNREAD, Found, ResourcesOf, look
from .place import Place
from .revisions import Revision, in_order, revisions_of


class Search:
    """The search for an endpoint. ``run`` sets its results.

    ``found`` is what exists in each place, ``order`` are the candidates to try, and ``older`` are the older revisions.
    ``is_ready`` is true if an endpoint is ready. No failure may then create another one.

    :param name: the name of the endpoint.
    :param skips_unread: whether to continue without the accounts that cannot be read.
    :param keep: the number of older revisions to keep.
    """

    def __init__(self, name: str, candidates: list[Candidate], skips_unread: bool, keep: int) -> None:
        self._name = name
        self._candidates = candidates
        self._skips_unread = skips_unread
        self._keep = keep
        self.found: dict[Place, Found] = {}
        self.order: list[Candidate] = []
        self.older: list[Revision] = []
        self.is_ready = False

    def run(self, resources_of: ResourcesOf) -> None:
        """Read every account, and set the order of the candidates.

        Raises ``CloudError`` if an account cannot be read, or has several endpoints.
        """
        for place in dict.fromkeys(candidate.place for candidate in self._candidates):
            self.found[place] = look(place, self._candidates, resources_of(place.account))
        unread = [found for found in self.found.values() if found.stage == UNREAD]
        if len(unread) > (len(self.found) - 1 if self._skips_unread else 0):
            raise CloudError(
                sentences(
                    f"the task could not determine at every provider whether the endpoint {self._name!r} exists",
                    *(found.message for found in unread),
                ),
                advice="Nothing was created or changed. To skip a provider that cannot be read, set failed_look: skip.",
            )
        several = [found.message for found in self.found.values() if found.stage == SEVERAL]
        if several:
            raise CloudError(
                sentences(f"several endpoints have the name {self._name!r}", *several),
                advice="Delete those that you do not need, by id.",
            )
        if has_revisions(self._candidates):
            self._find_older(resources_of)
        self._set_order()

    @property
    def read_accounts(self) -> list[Account]:
        """The accounts that could be read."""
        return list(dict.fromkeys(found.place.account for found in self.found.values() if found.stage != UNREAD))

    def _find_older(self, resources_of: ResourcesOf) -> None:
        """Find the older revisions in the accounts that can be read."""
        names = {candidate.name for candidate in self._candidates}
        found = revisions_of(self._name, self.read_accounts, resources_of)
        older = [revision for revision in found if revision.current.name not in names]
        self.older = in_order(older, self._keep)

    def _set_order(self) -> None:
        """Select the candidate whose endpoint is ready, or put those with a pending endpoint first."""
        existing = sorted(
            (found for found in self.found.values() if found.candidate >= 0), key=lambda found: found.candidate
        )
        ready = [found.candidate for found in existing if found.stage == READY]
        pending = [found.candidate for found in existing if found.stage == PENDING]
        rest = [
            candidate.index
            for candidate in self._candidates
            if candidate.index not in pending and self.found[candidate.place].stage != UNREAD
        ]
        self.is_ready = bool(ready)
        self.order = [self._candidates[index] for index in ready[:1] or [*pending, *rest]]


def has_revisions(candidates: list[Candidate]) -> bool:
    """Return whether each version of the endpoint is an endpoint of its own."""
    return candidates[0].strategy == "blue_green"
