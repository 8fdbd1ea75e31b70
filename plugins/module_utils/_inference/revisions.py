# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The revisions of an endpoint that exist, and what becomes of the older ones.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from .._engine.state import FAILED, CurrentState
from .._fleet.accounts import Account
from .._fleet.entry import Entry
from .._fleet.entry_options import validated
from .._fleet.resource_types import RESOURCE_TYPES
from .._times import unix_time
from .._vast.workergroup import VastWorkergroup
from .look import ResourceOf, ResourcesOf, endpoints_of
from .revision import parsed
from .translation import min_workers_of, resting_part

KEEP, REST, DELETE = "keep", "rest", "delete"
TEMPLATE = "vast_template"


class Revision(NamedTuple):
    """An endpoint that is a revision.

    :param group_id: at Vast.ai, the id of its only workergroup, or an empty text.
    :param action: what retires it: ``keep`` if nothing is to be done, ``rest`` if it must keep no workers, or
        ``delete``.
    """

    account: Account
    current: CurrentState
    revision: str
    group_id: str = ""
    action: str = KEEP

    @property
    def type_name(self) -> str:
        return f"{self.account.provider}_endpoint"

    @property
    def keeps_workers(self) -> bool:
        """Whether the endpoint keeps workers, so that it is billed without requests."""
        values = self.current.values
        return bool(min_workers_of(self.account.provider, values) or values.get("min_load"))

    def report(self) -> dict[str, Any]:
        """Return the revision for the result."""
        return {
            "revision": self.revision,
            "provider": self.account.provider,
            "account": self.account.name,
            "name": self.current.name,
            "id": self.current.id,
            "is_current": False,
            "action": self.action,
        }


def revisions_of(base_name: str, accounts: Collection[Account], resources_of: ResourcesOf) -> list[Revision]:
    """Return all revisions of an endpoint. Raises ``CloudError`` if an account cannot be read."""
    return [
        Revision(account, current, parsed(current.name)[1], _group_of(account, current, resources_of(account)))
        for account in accounts
        for current in endpoints_of(account, resources_of(account)).select({})
        if parsed(current.name)[0] == base_name and not current.being_removed
    ]


def in_order(older: list[Revision], keep: int) -> list[Revision]:
    """Return the older revisions with their actions, in the order in which they are kept.

    Those that keep workers come first, because one of them has served last. Then come the newest ones. A revision
    without a creation time comes last, and one that has failed comes after all others.

    :param keep: the number of revisions to keep.
    """

    def rank(each: Revision) -> tuple[bool, bool, float, str]:
        has_failed = each.current.stage.name == FAILED
        return has_failed, not each.keeps_workers, -_created(each.current), each.current.name

    ordered = sorted(older, key=rank)
    kept = [each._replace(action=REST if each.keeps_workers else KEEP) for each in ordered[:keep]]
    return [*kept, *(each._replace(action=DELETE) for each in ordered[keep:])]


def unchanged_entries(older: Sequence[Revision], number: int) -> list[Entry]:
    """Return the entries of a fleet that change nothing, so that a plan contains the revisions and their costs."""
    endpoints = [_entry(each.type_name, {"name": each.current.name}, each.account, number) for each in older]
    return [*endpoints, *group_entries(older, number)]


def group_entries(older: Sequence[Revision], number: int) -> list[Entry]:
    """Return the entries of a fleet that change nothing, for the workergroups at Vast.ai, which determine the costs."""
    identities = [(each.account, {"id": each.group_id}) for each in older if each.group_id]
    return [_entry("vast_workergroup", identity, account, number) for account, identity in identities]


def retiring_entries(older: Sequence[Revision], with_templates: bool, wait_timeout: float, number: int) -> list[Entry]:
    """Return the entries of a fleet that retire the revisions.

    :param with_templates: whether each revision at Vast.ai has a template of its own, with the same name.
    """
    entries = []
    for each in older:
        if each.action == REST:
            options = {**resting_part(each.account.provider, each.current.name).options, "wait": False}
            entries.append(_entry(each.type_name, options, each.account, number))
        elif each.action == DELETE:
            entries += deleting_entries(each, with_templates, wait_timeout, number)
    return entries


def deleting_entries(revision: Revision, with_templates: bool, wait_timeout: float, number: int) -> list[Entry]:
    """Return the entries of a fleet that delete a revision, in this order.

    The endpoint is the last one, because it shows the next run that the revision still exists.
    """
    account, current = revision.account, revision.current
    endpoint = Entry.removal(revision.type_name, current, account, number, wait_timeout)
    if not with_templates or account.provider != "vast":
        return [endpoint]
    return [Entry.removal_of(TEMPLATE, {"name": current.name}, account, wait_timeout, number), endpoint]


def leftover_entries(
    base_name: str,
    existing: Collection[str],
    accounts: Collection[Account],
    resources_of: ResourcesOf,
    wait_timeout: float,
    number: int,
) -> list[Entry]:
    """Return the entries of a fleet that delete the templates at Vast.ai of revisions that no longer exist.

    Such a template remains if a task ended before it created the endpoint, or if only the endpoint could be deleted.
    A template that a workergroup uses is not deleted. Raises ``CloudError`` if an account cannot be read.

    :param existing: the names of the revisions that exist.
    """
    entries = []
    for account in accounts:
        if account.provider != "vast":
            continue
        resource_of = resources_of(account)
        templates = resource_of(RESOURCE_TYPES[TEMPLATE]).select({})
        left = [each for each in templates if parsed(each.name)[0] == base_name and each.name not in existing]
        groups = resource_of(VastWorkergroup).select({}) if left else []
        used_hashes = {group.values.get("template_hash") for group in groups}
        used_ids = {str(group.values.get("template_id")) for group in groups}
        entries += [
            Entry.removal(TEMPLATE, each, account, number, wait_timeout)
            for each in left
            if each.facts["template_hash"] not in used_hashes and each.id not in used_ids
        ]
    return entries


def _entry(type_name: str, options: dict[str, Any], account: Account, number: int) -> Entry:
    params, _violations = validated(type_name, options)
    return Entry.of_params(number, type_name, params, account)


def _group_of(account: Account, endpoint: CurrentState, resource_of: ResourceOf) -> str:
    if account.provider != "vast":
        return ""
    groups = resource_of(VastWorkergroup).select({"endpoint_id": int(endpoint.id)})
    return groups[0].id if len(groups) == 1 else ""


def _created(current: CurrentState) -> float:
    return unix_time(current.facts.get("created_at") or "") or 0.0
