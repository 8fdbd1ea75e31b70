# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What any resource type must be able to do.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import ClassVar

from .._errors import ApiError, BadResponse
from .._schema.table import Table
from .list_response import ListResponse
from .plan import Change
from .provider import Provider


class Resource:
    """A resource kind at a provider. A subclass gives the class attributes and the calls."""

    provider: ClassVar[Provider]
    noun: ClassVar[str]
    table: ClassVar[Table]
    states: ClassVar[tuple] = ("present", "absent")
    named_by: ClassVar[tuple] = ("name",)
    """The options of which one, where the id is not given, says which record is meant."""
    owner: ClassVar[type | None] = None
    """The kind of which a record must be there for one of this kind to be."""
    owned_by: ClassVar[tuple] = ()
    """The options that name the owner, by its name and by its id."""
    rules: ClassVar[dict] = {}
    """Rules between options as ``AnsibleModule`` takes them, for example ``mutually_exclusive``."""
    options: ClassVar[Table] = Table()
    """Options beside the table and those that all kinds share."""
    facts_before_create: ClassVar[dict] = {}
    """The facts of a record that is not there yet."""
    removal_facts: ClassVar[dict] = {}
    """Facts of a removal when there was none."""
    write_facts: ClassVar[dict] = {}
    """Facts that writes add to a result beside the record; here without such a write, in an instance as they became."""
    create_needs: ClassVar[tuple] = ()
    """Groups of options of which a create needs one."""
    private_facts: ClassVar[tuple] = ()
    """Facts that are secrets."""
    reveal_option: ClassVar[str] = ""
    """The option that asks for the private facts."""
    crowded: ClassVar[tuple] = ()
    """Error words of a create that succeeds when there is one record less."""
    switched_facts: ClassVar[tuple] = ("status",)
    """Facts of which one moves when a record is started, stopped or restarted."""
    waits_for_removal: ClassVar[bool] = True
    """Whether a record that is being removed stands in the way of a new one of its name."""

    def __init__(self, client, shared_lists=None):
        self.client = client
        self.shared_lists = shared_lists

    @classmethod
    def option_violations(cls, params):
        """Sentences on what is wrong between the options of a task, and can be told before the first request."""
        return []

    def prepare(self, desired_state):
        """Look up what a task names beside the record itself. Called before the listing."""

    def matches(self, records, desired_state):
        """Those of the records that a task without an id means: all that have its name."""
        return records.named(desired_state.name)

    def label(self, desired_state):
        """What a task calls its record."""
        return f"{self.noun} {(desired_state.id or desired_state.name)!r}"

    def matched_by(self, desired_state):
        """By what a task without an id finds its record."""
        return f"the name {desired_state.name!r}"

    def claim(self, desired_state):
        """What a new record takes that no second one can have, beside its name; or an empty text."""
        return ""

    def is_absence(self, error):
        """Whether a refusal (``ApiError``) proves that the record asked for does not exist."""
        raise NotImplementedError

    def unless_absent(self, send):
        """What a call returns, or ``None`` when the provider says that the record does not exist."""
        try:
            return send()
        except ApiError as error:
            if self.is_absence(error):
                return None
            raise

    def read_list(self):
        """All records as a ``ListResponse``, from the provider. Leaves none out without raising or saying so in its doubt."""
        raise NotImplementedError

    def list_resources(self, mark=None):
        """All records as a ``ListResponse``; where listings are shared, perhaps one that was begun at or after a mark."""
        return self.read_list() if self.shared_lists is None else self.shared_lists.read(type(self), mark)

    def conclusive(self, records):
        """A listing to conclude from that something is not there, with the patience that any read has for a listing.

        Raises ``BadResponse`` where none can be had.
        """
        if self.is_conclusive(records):
            return records
        return (
            self._conclusive(records)
            if self.shared_lists is None
            else self.shared_lists.conclusive(type(self), lambda: self._conclusive(records))
        )

    def _conclusive(self, records):
        for _attempt in self.client.attempts():
            before, records = records, self.list_resources(records.number + 1)
            if self.is_conclusive(records, before):
                return records
        why = (
            f"the listing {records.inconsistency}."
            if records.inconsistency
            else (f"the listing of the {self.noun}s is another one each time it is read.")
        )
        raise BadResponse(why, operation=f"{self.noun}.list", reason="bad_answer", retryable=True)

    def is_conclusive(self, records, before=ListResponse()):
        """Whether what a listing does not show is not there: where one can miss a record, two must be the same.

        One of several pages can, and one that is empty although there were records ``before``.
        """
        if records.inconsistency:
            return False
        same = records.ids == before.ids and records.announced == before.announced
        return same or records.pages == 1 and (bool(records) or not before.announced)

    def list_others(self, resource_type):
        """The listing of another kind of this provider."""
        return resource_type(self.client, self.shared_lists).list_resources()

    def mark(self):
        """This moment, for a listing that must not be older."""
        return None if self.shared_lists is None else self.shared_lists.mark(type(self))

    def select(self, selection):
        """The records that have these values of ``id`` and ``named_by``; all of them for an empty selection."""
        records = [record for record in self.conclusive(self.list_resources()) if not record.gone]
        for option, value in selection.items():
            records = [record for record in records if {**record.values, "id": record.id}.get(option) == value]
        return [self.complete(record) for record in records] if selection else records

    def read_one(self, record, mark=None):
        """The record read again, or ``None`` when the provider says that it does not exist."""
        raise NotImplementedError

    def read_while_waiting(self, record):
        """The record read again while it is waited for: many that are waited for can share one listing."""
        return self.read_one(record) if self.shared_lists is None else self.find_in_list(record)

    def find_in_list(self, record, mark=None):
        """The record as a listing shows it, or ``None``."""
        return next((found for found in self.list_resources(mark) if found.id == record.id), None)

    def is_temporary(self, error):
        """Whether a refusal (``ApiError``) of a write proves that nothing happened, and may soon be none."""
        return False

    def has_left(self, record):
        """Whether a record that was being removed is gone, although a listing still shows it."""
        return record.gone

    def spec(self, record, desired=None, reveal=False):
        """The record as options that, given to a task, change nothing; nothing secret in them."""
        return self.table.spec(record.values, desired, reveal)

    def complete(self, record, desired=None):
        """The record with what a listing lacks: what the wish asks for, or without one everything."""
        return record

    def before_create(self, target):
        """Look up what could not be looked up yet when the create was planned."""

    def create(self, target):
        """Order a new record and return its id. Raises ``ApiError``."""
        raise NotImplementedError

    def update(self, record, target):
        """Write the whole target into a record."""
        raise NotImplementedError

    def asked(self, options):
        """The options that ask for a write to a record even where nothing differs; ``changes`` gets them as paths."""
        return []

    def changes(self, record, target, paths, options):
        """The writes that bring a record to a target from which it differs in ``paths``, as ``Change``s."""
        return [Change(paths, self.table.effect(paths), lambda: self.update(record, target))]

    def switch(self, record, action):
        """``start``, ``stop`` or ``restart`` a settled record, for kinds with such states."""
        raise NotImplementedError

    def delete(self, record):
        """Order the removal; a record that is gone already is no error. Returns a ``Removal``."""
        raise NotImplementedError

    def replacement(self, record, target):
        """The target of a record that takes this one's place: without what a provider fills in by itself."""
        return target

    def condition(self, record, desired_state, power):
        """How far the record is on the way to what a task desires, and to the power state in which it must end."""
        return record.condition

    def price(self, target, desired_state):
        """The hourly price of a target in USD where the task asks to look at it, or ``None``. Raises when too high."""
        return None

    def hourly_cost(self, values):
        """What a running record with these values costs in an hour by the provider's price list, in USD, or ``None``."""
        return None

    def account_of(self, record):
        """What else the provider can tell of a record that did not become ready, or an empty text."""
        return ""

    def conflicts(self, target, desired_state):
        """Sentences on what does not go together in a target and what a task desires beside it."""
        return []

    def warnings(self, desired_state, current, target):
        """Sentences that the user should read, in check mode and in the run that follows.

        ``current`` are the values of the record as it is, or ``None`` without one; ``target`` are those that the task leads
        to, or ``None`` where it removes the record.
        """
        return []
