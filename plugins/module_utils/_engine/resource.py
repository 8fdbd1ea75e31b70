# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a provider says of itself, and what any resource kind must be able to do.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, ClassVar, NamedTuple

from .._errors import ApiError, BadResponse
from .._schema.table import Table

READY = "ready"
PENDING = "pending"
FAILED = "failed"

ON = "on"
OFF = "off"


class Address(NamedTuple):
    """A base address of a provider: the environment variable that sets it, and its default.

    ``follows`` is the option of another address. Where that one is not its default, it stands in for this default, so that
    no call leaves the provider that a task names.
    """

    env: str
    default: str
    follows: str = ""


class Provider(NamedTuple):
    """A provider: its names, where it is reached, and what its error codes call for.

    ``urls`` maps option names such as ``api_url`` to addresses; ``advice`` maps error codes and HTTP statuses to the
    next step for the user; ``codes`` maps regular expressions to the error code of a refusal whose text matches;
    ``temporary`` are the error codes of refusals that a later run may not meet.
    """

    name: str
    title: str
    key_env: str
    urls: dict
    advice: dict
    codes: dict = {}
    temporary: frozenset = frozenset()

    def addresses(self, options):
        """The base address of each host, by the name of its option, from a task's options."""
        return {option: options[option] or self._stand_in(address, options) if address.follows else options[option]
                for option, address in self.urls.items()}

    def _stand_in(self, address, options):
        followed = options[address.follows]
        return address.default if followed.rstrip("/") == self.urls[address.follows].default else followed


class Stage(NamedTuple):
    """How far a record is: ``READY``, ``PENDING`` or ``FAILED``, with the provider's words for it."""

    stage: str
    words: str


@dataclass(frozen=True)
class CurrentState:
    """One record of a provider, read.

    ``values`` are the table's values, secrets included; ``facts`` are read-only and free of secrets; ``private`` are
    facts that are secrets, shown only on request. ``being_removed`` is true while the provider is removing it, and ``gone``
    when it has and still lists it. ``is_complete`` is true where it is known that nothing is lacking. ``power`` is ``ON`` or
    ``OFF``, where the record is heading if it is not ``settled``, for kinds that can be switched.
    """

    id: str
    name: str
    values: dict = field(repr=False)
    facts: dict
    condition: Stage
    being_removed: bool = False
    private: dict = field(default_factory=dict, repr=False)
    gone: bool = False
    is_complete: bool = False
    power: str = ""
    settled: bool = True


class ListResponse(list):
    """The records of a kind, with an index of their names. ``number`` counts the listings that are shared.

    ``inconsistency`` says why there may be more of them: what is shown is there, and what is not shown may be there, too.
    ``pages`` is how many were read, where they go by place: what is removed meanwhile moves another record over the edge,
    on to a page that was read before. ``announced`` is how many records there are to be.
    """

    def __init__(self, records=(), inconsistency="", pages=1, announced=0):
        super().__init__(records)
        self.number = 0
        self.inconsistency = inconsistency
        self.pages = pages
        self.announced = max(announced, len(self))
        self.ids = {record.id for record in self}
        self._by_name = {}
        for record in self:
            self._by_name.setdefault(record.name, []).append(record)

    def named(self, name):
        return self._by_name.get(name, [])


def moving(totals):
    """The doubt of a listing whose pages announce these numbers of records, or an empty text."""
    return (f"changes while it is read: it announces {' and '.join(map(str, sorted(totals)))} records"
            if len(totals) > 1 else "")


class Change(NamedTuple):
    """One write that changes a record: the option paths, what it does to workers, and the write itself.

    ``power`` is what the record comes to by it, where that is not what it was. ``shows`` is false where the record does
    not show whether it was done; such a write is sent only after those before it have been seen to be done.
    """

    fields: list
    effect: str
    act: Callable
    power: str = ""
    shows: bool = True


@dataclass(frozen=True)
class Removal:
    """What a provider says of a delete: facts for the result, and what it did not remove.

    ``inconsistency`` is what it said instead of yes where that need not be true: that there is no such record.
    """

    facts: dict = field(default_factory=dict)
    warnings: tuple = ()
    inconsistency: str = ""


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
        return self._conclusive(records) if self.shared_lists is None else self.shared_lists.conclusive(
            type(self), lambda: self._conclusive(records))

    def _conclusive(self, records):
        for _attempt in self.client.attempts():
            before, records = records, self.list_resources(records.number + 1)
            if self.is_conclusive(records, before):
                return records
        why = f"the listing {records.inconsistency}." if records.inconsistency else (
            f"the listing of the {self.noun}s is another one each time it is read.")
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
