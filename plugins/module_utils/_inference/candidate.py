# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A candidate: a provider and a product at which the endpoint can exist, with its desired values.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .._fleet.accounts import Account, Connections
from .._fleet.entry import Entry
from .._fleet.entry_options import validated
from .._fleet.resource_types import PROVIDERS, RESOURCE_TYPES
from .._validation import EMPTY, Violation, first_of_each
from . import probe_options
from .place import Place
from .revision import revision_name, revision_of
from .translation import COVERED_BY_TEMPLATE, Part, merged, novita_parts, ppio_parts, run_values, vast_parts
from .vocabulary import OF_TEMPLATE, VAST_SECTIONS, VOCABULARY

_TEMPLATE_OPTIONS = ("template", "template_hash", "template_id")
_KEPT = {
    "novita": ("name", "id", "state", "envs", "secret_envs"),
    "ppio": ("name", "id", "state", "envs", "secret_envs"),
    "vast.endpoint": ("name", "id", "state"),
    "vast.workergroup": ("endpoint", "endpoint_id", "id", "state"),
    "vast.template": ("id", "state"),
}
"""Options of the modules that a section must not set, because this module sets them. It also reveals no secrets."""
_OF_WAIT = ("wait", "wait_timeout", "allow_similar_name")
_OF_WORKERS = ("wait_for_workers", "wait_for")
"""Options of ``vast_endpoint`` for the wait, which begins only after the workergroup exists."""


@dataclass(frozen=True)
class Candidate:
    """One candidate.

    :param desired: the desired values in the vocabulary, without those that neither the task nor the candidate sets.
    :param section: the options of its provider.
    :param covers: the options that the template at Vast.ai already has.
    :param verify: the options of the probe, or ``None`` without a probe.
    """

    index: int
    provider: str
    desired: dict[str, Any] = field(repr=False)
    section: dict[str, Any] = field(repr=False)
    covers: tuple[str, ...] = ()
    verify: dict[str, Any] | None = field(default=None, repr=False)
    wait_timeout: int = 600
    allow_similar_name: bool = False
    account_name: str = ""
    base_name: str = ""
    strategy: str = "in_place"
    given_revision: str = ""
    foreign: tuple[str, ...] = ()
    """The sections of other providers that the candidate itself sets."""

    @property
    def label(self) -> str:
        """The candidate in messages, for example ``candidate 1 (novita, product 7)``."""
        product = f"product {self.product}" if self.product else ""
        return f"candidate {self.index + 1} ({', '.join(filter(None, [str(self.account), product]))})"

    @property
    def product(self) -> str:
        """The id of the product, or the hash of the template; an empty text if the task does not set it."""
        return self.desired.get("product") or ""

    @property
    def is_routed(self) -> bool:
        """Whether the probe goes through the router of Vast.ai, which returns no URL of an endpoint."""
        return self.provider == "vast" and self.verify is not None and not self.verify["url"]

    @property
    def has_template(self) -> bool:
        """Whether the candidate names or describes a template of Vast.ai."""
        group = self.section.get("workergroup") or {}
        named = any(group.get(option) is not None for option in _TEMPLATE_OPTIONS)
        return bool(self.product) or named or self.section.get("template") is not None

    @property
    def counts_workers(self) -> bool:
        """Whether the task sets for how many workers at Vast.ai to wait."""
        section = self.section.get("endpoint") or {}
        return any(section.get(option) is not None for option in _OF_WORKERS)

    @property
    def account(self) -> Account:
        return Account(self.provider, self.account_name)

    @functools.cached_property
    def revision(self) -> str:
        """The revision that the task describes, or an empty text if the strategy has none."""
        if self.strategy != "blue_green":
            return ""
        return revision_of(self.given_revision or self.runs)

    @property
    def runs(self) -> list[Any]:
        """The values that determine what the workers run, and on which hardware."""
        gpu_count = self.desired.get("gpu_count")
        values: list[Any] = list(run_values(self._parts(self.base_name, is_new=False)))
        return values if gpu_count is None else [*values, gpu_count]

    @property
    def name(self) -> str:
        """The name of the endpoint at the provider."""
        return revision_name(self.base_name, self.revision) if self.revision else self.base_name

    @property
    def place(self) -> Place:
        return Place(self.account, self.name)

    def parts(self, is_new: bool) -> list[Part]:
        """Return the resources of the candidate.

        :param is_new: whether the endpoint does not exist yet.
        """
        return self._parts(self.name, is_new)

    def _parts(self, name: str, is_new: bool) -> list[Part]:
        if self.provider == "novita":
            parts = novita_parts(name, self.desired, self.section)
        elif self.provider == "ppio":
            parts = ppio_parts(name, self.desired, self.section, is_new)
        else:
            applied = {option: value for option, value in self.desired.items() if option not in self.covers}
            parts = vast_parts(name, applied, self.section)
            if self.strategy == "rolling":
                parts[-1] = parts[-1].with_default("update_workers", "on_change")
        return [part._replace(options={**part.options, **self._waits(part)}) for part in parts]

    def _waits(self, part: Part) -> dict[str, Any]:
        waits: dict[str, Any] = {"wait_timeout": self.wait_timeout}
        if part.type_name != "vast_workergroup":
            waits["allow_similar_name"] = self.allow_similar_name
        return waits

    def entries(self, parts: list[Part], number: int) -> list[Entry]:
        """Return the entries of a fleet that converge some parts, without a wait for the workers at Vast.ai.

        :param number: the number of the entries.
        """
        entries = []
        for part in parts:
            options = {option: value for option, value in part.options.items() if option not in _OF_WORKERS}
            params, _violations = validated(part.type_name, options)
            entries.append(Entry.of_params(number, part.type_name, params, self.account))
        return entries

    def wait_entry(self, endpoint_id: str, workers: int, number: int) -> Entry:
        """Return the entry that waits for the workers of an endpoint at Vast.ai.

        :param workers: their number, unless the section of the provider sets it.
        :param number: the number of the entry.
        """
        section = self.section.get("endpoint") or {}
        given = {option: section[option] for option in _OF_WORKERS if section.get(option) is not None}
        options = {"id": endpoint_id, "wait_for_workers": workers, "wait_timeout": self.wait_timeout, **given}
        params, _violations = validated("vast_endpoint", options)
        return Entry.of_params(number, "vast_endpoint", params, self.account)

    # -- violations --------------------------------------------------------------------------------------------------

    def violations(self, check_mode: bool, is_alone: bool) -> list[Violation]:
        """Return all violations that can be found before the first request.

        :param is_alone: whether no other candidate has the same account.
        """
        found = [*self._unsupported(), *self._kept(), *self._ambiguous(is_alone)]
        if self.strategy == "rolling" and self.provider != "vast":
            found.append(Violation("strategy", "must not be rolling, which only Vast.ai supports"))
        if self.strategy == "blue_green" and not self.runs and not self.given_revision:
            rule = (
                "must not be blue_green if the task sets neither image, product, command, envs nor port; set revision"
            )
            found.append(Violation("strategy", rule))
        if self.verify is not None:
            found += [violation.inside("verify") for violation in probe_options.violations(self.verify)]
            if self.is_routed and isinstance(self.verify["body"], (str, list)) and self.verify["body"]:
                rule = "must be a mapping at Vast.ai, where it is the payload for a worker, unless verify.url is set"
                found.append(Violation("verify.body", rule))
        for part in self.parts(is_new=False):
            found += self._shared_by_revisions(part)
            found += self._of_part(part, check_mode)
        return [violation.at(self.label) for violation in first_of_each(found)]

    def _of_part(self, part: Part, check_mode: bool) -> list[Violation]:
        _params, violations = validated(part.type_name, part.options, check_mode)
        return [part.in_vocabulary(violation) for violation in violations]

    def _shared_by_revisions(self, part: Part) -> Iterable[Violation]:
        """Return the violations of options that no two revisions can have in common."""
        if self.strategy == "blue_green":
            for field in RESOURCE_TYPES[part.type_name].table.fields:
                if field.unique and part.options.get(field.name) is not None:
                    rule = "must be omitted if strategy is blue_green, because two endpoints cannot have the same value"
                    yield Violation(f"provider_options.{part.section}.{field.name}", rule)

    def _unsupported(self) -> Iterable[Violation]:
        if self.provider != "vast":
            if self.covers:
                yield Violation("template_covers", "supported only at Vast.ai, which has templates")
        else:
            covered = {*self.covers, *(COVERED_BY_TEMPLATE if self.section.get("template") is not None else ())}
            uncovered = [option for option in OF_TEMPLATE if option in self.desired and option not in covered]
            if uncovered:
                yield Violation.of_several(
                    uncovered,
                    "not supported at Vast.ai, where it belongs to the template; omit it, list it in template_covers, "
                    f"or set provider_options.vast.template, which gets {', '.join(COVERED_BY_TEMPLATE)}",
                )
        for provider in self.foreign:
            yield Violation(f"provider_options.{provider}", "belongs to another provider")

    def _kept(self) -> Iterable[Violation]:
        for path, options in self._sections():
            for option in options:
                if option in (*_KEPT[path], *_OF_WAIT) or option.startswith("return_"):
                    yield Violation(f"provider_options.{path}.{option}", "must be omitted here")

    def _sections(self) -> list[tuple[str, dict[str, Any]]]:
        if self.provider != "vast":
            return [(self.provider, self.section)]
        return [(f"vast.{name}", self.section.get(name) or {}) for name in VAST_SECTIONS]

    def _ambiguous(self, is_alone: bool) -> Iterable[Violation]:
        """Return the violations of a candidate whose endpoint looks like that of another candidate."""
        if self.provider != "vast":
            if self.section.get("product") is not None and not is_alone:
                yield Violation(
                    f"provider_options.{self.provider}.product",
                    "must be omitted if several candidates are in the same account, because the module finds the "
                    "candidate of an endpoint by the ID of its product; set product",
                )
            return
        group = self.section.get("workergroup") or {}
        given = [
            f"provider_options.vast.workergroup.{name}" for name in _TEMPLATE_OPTIONS if group.get(name) is not None
        ]
        given += ["provider_options.vast.template"] if self.section.get("template") is not None else []
        if given and not is_alone:
            yield Violation(
                given[-1],
                "must be omitted if several candidates are in the same account, because the module finds the candidate "
                "of an endpoint by the hash of its template; set product",
            )
        given = [*(["product"] if "product" in self.desired else []), *given]
        if len(given) > 1:
            yield Violation.of_several(given, "only one of them can be set, because each of them selects the template")
        search = group.get("search_params")
        if "gpu_count" in self.desired and isinstance(search, (str, dict)) and "num_gpus" in search:
            yield Violation(
                "gpu_count",
                "cannot be combined with num_gpus in provider_options.vast.workergroup.search_params, which it sets",
            )


def have_templates(candidates: Iterable[Candidate]) -> bool:
    """Return whether each endpoint of one of the candidates has its own template at Vast.ai, with the same name."""
    return any(candidate.section.get("template") is not None for candidate in candidates)


def endpoint_violations(params: dict[str, Any], candidates: list[Candidate], check_mode: bool) -> list[Violation]:
    """Return the violations in the options of an endpoint that can be found before the first request."""
    found = [Violation("name", EMPTY)] if not params["name"].strip() else []
    if params["candidates"] == []:
        found.append(Violation("candidates", EMPTY))
    if params["revision"] is not None and not params["revision"].strip():
        found.append(Violation("revision", EMPTY))
    elif params["revision"] is not None and params["strategy"] != "blue_green":
        found.append(Violation("revision", "must be omitted, unless strategy is blue_green"))
    if found or params["state"] == "absent":
        return found
    accounts = [candidate.account for candidate in candidates]
    return [
        violation
        for candidate in candidates
        for violation in candidate.violations(check_mode, is_alone=accounts.count(candidate.account) == 1)
    ]


def unknown_accounts(candidates: list[Candidate], connections: Connections) -> list[Violation]:
    """Return a violation for each candidate whose account is not an account of the task."""
    rules = [(candidate, connections.unknown(candidate.account)) for candidate in candidates]
    return [Violation("account", rule, place=candidate.label) for candidate, rule in rules if rule]


def candidates_of(params: dict[str, Any]) -> list[Candidate]:
    """Return the candidates of a task in their order, for its converted options."""
    own = params["candidates"]
    if own is None:
        own = [{option: params[option] for option in ("provider", "account", "product")}]
    return [_candidate(index, params, candidate) for index, candidate in enumerate(own)]


def _candidate(index: int, params: dict[str, Any], own: dict[str, Any]) -> Candidate:
    provider = own["provider"]

    def given(options: dict[str, Any]) -> dict[str, Any]:
        return {option: options[option] for option in VOCABULARY if options.get(option) is not None}

    sections = [(options.get("provider_options") or {}).get(provider) or {} for options in (params, own)]
    probes = [options.get("verify") for options in (params, own)]
    product = {"product": own["product"]} if own.get("product") is not None else {}
    foreign = (own.get("provider_options") or {}) if own is not params else {}
    covers = own.get("template_covers") or params.get("template_covers") or ()
    return Candidate(
        index,
        provider,
        {**given(params), **given(own), **product},
        merged(*sections),
        tuple(covers),
        _verify(provider, *probes),
        own.get("wait_timeout") or params["wait_timeout"],
        params["allow_similar_name"],
        own["account"] or "",
        params["name"],
        params["strategy"],
        params["revision"] or "",
        tuple(name for name in PROVIDERS if name != provider and foreign.get(name) is not None),
    )


def _verify(provider: str, *probes: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the options of the probe, or ``None`` without one. Workers of Vast.ai require the payload as JSON."""
    if all(probe is None for probe in probes):
        return None
    has_url = any(probe and probe.get("url") for probe in probes)
    routed = {"method": "POST", "body_format": "json"} if provider == "vast" and not has_url else {}
    return probe_options.merged(routed, *probes)
