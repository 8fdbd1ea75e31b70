# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One resource in a task: its options, what is wrong in them, what they desire, and what the result says.

A module has one of them, a fleet has many. Knows nothing of Ansible but the form of an argument spec.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .fields import Boolean, Integer, Text
from .plan import Desire
from .table import Settings

IDENTITY = Settings(Text("id", shortest=1))
LIFECYCLE = Settings(
    Boolean("wait", preset=True),
    Integer("wait_timeout", least=1, greatest=86400, preset=600),
    Integer("settle_timeout", least=0, greatest=3600, preset=30),
    Boolean("recreate", preset=False),
)
_CONNECTION = (
    Integer("api_timeout", least=1, greatest=3600, preset=30),
    Integer("api_retries", least=0, greatest=20, preset=5),
    Boolean("validate_certs", preset=True),
)


def connection(provider):
    """The options with which a provider is reached."""
    addresses = [Text(option, preset=None if address.follows else address.default, env=address.env)
                 for option, address in provider.urls.items()]
    return Settings(Text("api_key", secret=True, env=provider.key_env), *addresses, *_CONNECTION)


def tables(kind):
    """The options of a resource, but for those that need no table."""
    return [kind.table, kind.options, IDENTITY, LIFECYCLE]


def arguments(kind):
    """The options of a resource as an argument spec."""
    spec = {"state": {"type": "str", "choices": list(kind.states), "default": kind.states[0]}, **reveal(kind)}
    for table in reversed(tables(kind)):
        spec.update(table.arguments())
    return spec


def rules(kind):
    """What an argument spec cannot say of its options, as ``AnsibleModule`` takes it."""
    return {"required_one_of": [("id", *kind.named_by)], **kind.rules}


def reveal(kind):
    """The option that asks for a kind's private facts, where it has some."""
    return {kind.reveal_option: {"type": "bool", "default": False}} if kind.reveal_option else {}


def faults(option_tables, params):
    """All that is wrong in options by themselves, as sentences that begin with the option's path."""
    return [fault for table in option_tables for fault in table.faults(table.wish(params))]


def faults_of(kind, params):
    """All that is wrong in the options of a resource by themselves."""
    return faults(tables(kind), params) or kind.option_faults(params)


def first_of_each(found):
    """The first of the sentences on each option."""
    return list({fault.split(": ", 1)[0]: fault for fault in reversed(found)}.values())[::-1]


def key_faults(key, provider):
    """What is wrong with a key."""
    if not key:
        return [f"api_key: must be given, or {provider.key_env} must be set in the environment of the place "
                "where this runs"]
    if not key.isascii() or not key.isprintable() or " " in key:
        return ["api_key: must not hold blanks, line ends or other characters that an HTTP header cannot carry"]
    return []


def desire(kind, params):
    """What the options desire of the resource."""
    settings = {option: params[option] for option in ("recreate", "wait", "wait_timeout", "settle_timeout")}
    return Desire(
        state=params["state"], name=params.get("name") or "", id=params["id"] or "", wish=kind.table.wish(params),
        options=kind.options.wish(params), **settings)


def result(reconciler, params):
    """What there is to say after a run, or as far as it came."""
    resource, outcome = reconciler.resource, reconciler.outcome
    shown = {} if outcome.values is None else present(resource, outcome, reconciler.desire.wish, params)
    return {
        "changed": outcome.changed,
        "id": outcome.id,
        resource.noun: shown,
        "plan": outcome.plan,
        "diff": outcome.diff,
        **resource.removal_facts,
        **outcome.removal,
        **resource.run_facts,
    }


def present(resource, record, wish, params):
    """A record, or the outcome of a run, as results show it."""
    table = resource.table
    shown = {
        "id": record.id,
        **({"name": record.name} if "name" in resource.named_by else {}),
        **_scrubbed(record.facts, resource.client.secrets),
        "spec": resource.spec(record, wish, params.get(table.reveal_option)),
    }
    if table.has_environment:
        shown["env_names"] = table.env_names(record.values)
    revealed = record.private if resource.reveal_option and params.get(resource.reveal_option) else {}
    shown.update((fact, revealed.get(fact, "")) for fact in resource.private_facts)
    return shown


def _scrubbed(facts, secrets):
    """Facts with the secrets taken out of the provider's free texts, which can quote anything."""
    if isinstance(facts, dict):
        return {fact: secrets.scrub(value) if fact == "log" or fact.endswith("_message") else _scrubbed(value, secrets)
                for fact, value in facts.items()}
    return [_scrubbed(entry, secrets) for entry in facts] if isinstance(facts, list) else facts
