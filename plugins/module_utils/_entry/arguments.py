# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One resource in a task: its options, what is wrong in them, what they desire, and what the result says.

A module has one of them, a fleet has many. Knows nothing of Ansible but the form of an argument spec.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.capabilities import RelatingOptions, RemovingChildren, ReportingWrites, Revealing
from .._engine.state import DesiredState
from .._schema.fields import Boolean, Integer, Text
from .._schema.table import Settings
from .._validation import Violation

IDENTITY = Settings(Text("id", min_length=1))
LIFECYCLE = Settings(
    Boolean("wait", default=True),
    Integer("wait_timeout", minimum=1, maximum=86400, default=600),
    Integer("settle_timeout", minimum=0, maximum=3600, default=30),
    Boolean("recreate", default=False),
)
_CONNECTION = (
    Integer("api_timeout", minimum=1, maximum=3600, default=30),
    Integer("api_retries", minimum=0, maximum=20, default=5),
    Boolean("validate_certs", default=True),
)


def connection(provider):
    """The options with which a provider is reached."""
    addresses = [
        Text(option, default=None if address.follows else address.default, env=address.env)
        for option, address in provider.urls.items()
    ]
    return Settings(Text("api_key", secret=True, env=provider.key_env), *addresses, *_CONNECTION)


def tables(resource_type):
    """The options of a resource, but for those that need no table."""
    return [resource_type.table, resource_type.options, IDENTITY, LIFECYCLE]


def argument_spec(resource_type):
    """The options of a resource as an argument spec."""
    spec = {
        "state": {"type": "str", "choices": list(resource_type.states), "default": resource_type.states[0]},
        **reveal(resource_type),
    }
    for table in reversed(tables(resource_type)):
        spec.update(table.arguments())
    return spec


def rules(resource_type):
    """What an argument spec cannot say of its options, as ``AnsibleModule`` takes it."""
    own = resource_type.rules if issubclass(resource_type, RelatingOptions) else {}
    return {"required_one_of": [("id", *resource_type.named_by)], **own}


def reveal(resource_type):
    """The option that asks for a kind's private facts, where it has some."""
    if not issubclass(resource_type, Revealing):
        return {}
    return {resource_type.reveal_option: {"type": "bool", "default": False}}


def violations(option_tables, params):
    """All that is wrong in options by themselves."""
    return [violation for table in option_tables for violation in table.violations(table.desired(params))]


def violations_of(resource_type, params):
    """All that is wrong in the options of a resource by themselves."""
    wrong = violations(tables(resource_type), params)
    if wrong or not issubclass(resource_type, RelatingOptions):
        return wrong
    return resource_type.option_violations(params)


def key_violations(key, provider):
    """What is wrong with a key."""
    if not key:
        rule = f"must be given, or {provider.key_env} must be set in the environment of the place where this runs"
        return [Violation("api_key", rule)]
    if not key.isascii() or not key.isprintable() or " " in key:
        rule = "must not hold blanks, line ends or other characters that an HTTP header cannot carry"
        return [Violation("api_key", rule)]
    return []


def desired_state(resource_type, params):
    """What the options desire of the resource."""
    settings = {option: params[option] for option in ("recreate", "wait", "wait_timeout", "settle_timeout")}
    return DesiredState(
        state=params["state"],
        name=params.get("name") or "",
        id=params["id"] or "",
        values=resource_type.table.desired(params),
        options=resource_type.options.desired(params),
        **settings,
    )


def result(convergence, params):
    """What there is to say after a run, or as far as it came."""
    resource, outcome = convergence.resource, convergence.outcome
    shown = {} if outcome.values is None else present(resource, outcome, convergence.desired_state.values, params)
    return {
        "changed": outcome.changed,
        "id": outcome.id,
        resource.noun: shown,
        "plan": outcome.plan,
        "diff": outcome.diff,
        **(resource.removal_facts if isinstance(resource, RemovingChildren) else {}),
        **outcome.removal,
        **(resource.write_facts if isinstance(resource, ReportingWrites) else {}),
    }


def present(resource, record, desired, params):
    """A record, or the outcome of a run, as results show it."""
    table = resource.table
    shown = {
        "id": record.id,
        **({"name": record.name} if "name" in resource.named_by else {}),
        **_scrubbed(record.facts, resource.client.secrets),
        "spec": resource.spec(record.id, record.values, desired, params.get(table.reveal_option)),
    }
    shown.update(table.shown_facts(record.values))
    if isinstance(resource, Revealing):
        revealed = record.private if params.get(resource.reveal_option) else {}
        shown.update((fact, revealed.get(fact, "")) for fact in resource.private_facts)
    return shown


def _scrubbed(facts, secrets):
    """Facts with the secrets taken out of the provider's free texts, which can quote anything."""
    if isinstance(facts, dict):
        return {
            fact: secrets.scrub(value) if fact == "log" or fact.endswith("_message") else _scrubbed(value, secrets)
            for fact, value in facts.items()
        }
    return [_scrubbed(entry, secrets) for entry in facts] if isinstance(facts, list) else facts
