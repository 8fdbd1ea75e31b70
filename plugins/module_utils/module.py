# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``AnsibleModule`` in, result out: the only place that knows Ansible.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import copy
import traceback

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from .clock import Clock
from .errors import CloudError, OptionError
from .fields import Boolean, Integer, Text
from .masking import Secrets
from .raw import drop_nulls, raw_faults
from .plan import Desire
from .reconcile import Reconciler
from .table import Table
from .transport import Client

REQUIRED_LIBRARIES = ("requests", "jsonschema")

_CONNECTION = (
    Integer("api_timeout", least=1, greatest=3600, preset=30),
    Integer("api_retries", least=0, greatest=20, preset=5),
    Boolean("validate_certs", preset=True),
)
IDENTITY = Table(Text("id", shortest=1))
LIFECYCLE = Table(
    Boolean("wait", preset=True),
    Integer("wait_timeout", least=1, greatest=86400, preset=600),
    Integer("settle_timeout", least=0, greatest=3600, preset=30),
    Boolean("recreate", preset=False),
)


def connection(provider):
    """The options with which every module of a provider reaches it."""
    addresses = [Text(option, preset=address.default, env=address.env) for option, address in provider.urls.items()]
    return Table(Text("api_key", secret=True, env=provider.key_env), *addresses, *_CONNECTION)


def run_resource(kind):
    """Run a module that converges one resource of a kind (a ``Resource`` class)."""
    states = {"state": {"type": "str", "choices": list(kind.states), "default": kind.states[0]}, **_reveal(kind)}
    module = CloudModule(
        kind, [kind.table, kind.options, IDENTITY, LIFECYCLE], states, required_one_of=[("id", *kind.named_by)],
        **kind.rules)
    module.run(_converge)


def run_info(kind):
    """Run a module that returns the records of a kind."""
    module = CloudModule(kind, [info_identity(kind)], {**_reveal_values(kind), **_reveal(kind)})
    module.run(_look)


def info_identity(kind):
    """The options that select records, as a task of the kind gives them."""
    return Table(*IDENTITY.fields, *(field for field in kind.table.fields if field.name in kind.named_by))


def _reveal(kind):
    """The option that asks for a kind's private facts, where it has some."""
    return {kind.reveal_option: {"type": "bool", "default": False}} if kind.reveal_option else {}


def _reveal_values(kind):
    """The option that asks for values that can hold secrets, where a kind has some."""
    return {kind.table.reveal_option: {"type": "bool", "default": False}} if kind.table.reveal_option else {}


class CloudModule(AnsibleModule):
    """An Ansible module that talks to one provider about one kind of resource."""

    def __init__(self, kind, tables, arguments, **rules):
        self.kind = kind
        self._tables = [connection(kind.provider), *tables]
        self.progress = {}
        spec = dict(arguments)
        for table in reversed(self._tables):
            spec.update(_with_fallbacks(table))
        super().__init__(argument_spec=spec, supports_check_mode=True, **rules)

    def _load_params(self):
        """Keep the options as they came, before Ansible converts them."""
        super()._load_params()
        drop_nulls(self.argument_spec, self.params)
        self.raw_params = copy.deepcopy(self.params)

    def run(self, work):
        """Validate, run ``work(module, resource)``, and return its result or its failure. Never a traceback."""
        error, result = None, {}
        try:
            self._demand_libraries()
            self._validate()
            client = connect(self.kind.provider, self.params, self.check_mode)
            try:
                result = work(self, self.kind(client))
            finally:
                client.close()
        except CloudError as caught:
            error = caught
        except Exception as caught:  # a fault of ours: say where, without a traceback and without any value
            place = traceback.extract_tb(caught.__traceback__)[-1]
            error = CloudError(
                f"{type(caught).__name__} in {place.name} ({place.filename.rsplit('/', 1)[-1]}:{place.lineno}). This "
                "is a fault of the collection: please report it.")
        if error is not None:
            self.fail_json(msg=str(error), failure=error.failure(self.kind.provider.name), **self.progress)
        self.exit_json(**result)

    def _demand_libraries(self):
        for library in REQUIRED_LIBRARIES:
            try:
                __import__(library)
            except ImportError:
                self.fail_json(msg=missing_required_lib(library))

    def _validate(self):
        """Refuse all that can be refused before the first request."""
        faults = raw_faults(self.argument_spec, self.raw_params)
        for table in self._tables:
            faults += table.faults(table.wish(self.params))
        faults += key_faults(self.params["api_key"], self.kind.provider)
        first_of_each = {fault.split(": ", 1)[0]: fault for fault in reversed(faults)}
        if faults:
            raise OptionError([fault for fault in faults if fault in first_of_each.values()])


def connect(provider, params, check_mode):
    """A client for a task's connection options."""
    secrets = Secrets()
    secrets.add(params["api_key"])
    return Client(
        provider.name, {option: params[option] for option in provider.urls}, params["api_key"], secrets=secrets,
        clock=Clock(), timeout=params["api_timeout"], retries=params["api_retries"],
        validate_certs=params["validate_certs"], check_mode=check_mode, advice=provider.advice)


def _converge(module, resource):
    params, table = module.params, resource.table
    desire = Desire(
        state=params["state"], name=params.get("name") or "", id=params["id"] or "", wish=table.wish(params),
        options=resource.options.wish(params), recreate=params["recreate"], wait=params["wait"], wait_timeout=params["wait_timeout"],
        settle_timeout=params["settle_timeout"])
    resource.client.secrets.add(*table.secret_values(desire.wish))
    reconciler = Reconciler(resource, desire, resource.client.clock)
    try:
        reconciler.plan()
        if not module.check_mode:
            reconciler.apply()
    finally:
        outcome = reconciler.outcome
        module.progress = {
            "changed": outcome.changed,
            "id": outcome.id,
            resource.noun: {} if outcome.values is None else present(resource, outcome, desire.wish, module.params),
            "plan": outcome.plan,
            "diff": outcome.diff,
            **resource.removal_facts,
            **outcome.removal,
        }
    for warning in [*resource.warnings(desire.wish), *outcome.warnings]:
        module.warn(warning)
    return module.progress


def _look(module, resource):
    params = module.params
    try:
        selection = {option: params[option] for option in ("id", *resource.named_by) if params[option] is not None}
        records = resource.select(selection)
    except CloudError as error:
        error.doing = f"list the {resource.noun}s at {resource.provider.title}"
        raise
    for record in records:
        resource.client.secrets.add(*resource.table.hidden_values(record.values, {}), *record.private.values())
    return {
        "changed": False,
        f"{resource.noun}s": [
            present(resource, record, {}, params)
            for record in sorted(records, key=lambda record: (record.name, record.id))],
    }


def present(resource, record, wish, params):
    """A record, or the outcome of a run, as results show it."""
    table = resource.table
    shown = {
        "id": record.id,
        **({"name": record.name} if "name" in resource.named_by else {}),
        **_scrubbed(record.facts, resource.client.secrets),
        "spec": table.spec(record.values, wish, params.get(table.reveal_option)),
    }
    if table.has_environment:
        shown["env_names"] = table.env_names(record.values)
    revealed = record.private if resource.reveal_option and params[resource.reveal_option] else {}
    shown.update((fact, revealed.get(fact, "")) for fact in resource.private_facts)
    return shown


def _scrubbed(facts, secrets):
    """Facts with the secrets taken out of the provider's free texts, which can quote anything."""
    if isinstance(facts, dict):
        return {fact: secrets.scrub(value) if fact.endswith("_message") else _scrubbed(value, secrets)
                for fact, value in facts.items()}
    return [_scrubbed(entry, secrets) for entry in facts] if isinstance(facts, list) else facts


def _with_fallbacks(table):
    """A table's argument spec with the environment variables that stand in for options."""
    spec = table.arguments()
    for field in table.fields:
        if field.env:
            spec[field.name]["fallback"] = (env_fallback, [field.env])
    return spec


def key_faults(key, provider):
    if not key:
        return [f"api_key: must be given, or {provider.key_env} must be set in the environment of the place "
                "where this runs"]
    if not key.isascii() or not key.isprintable() or " " in key:
        return ["api_key: must not hold blanks, line ends or other characters that an HTTP header cannot carry"]
    return []
