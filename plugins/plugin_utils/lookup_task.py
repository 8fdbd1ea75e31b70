# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a lookup as a task in the process of Ansible, so that its options are checked like those of a module.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from typing import Any, Callable

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connection_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct import DirectTask
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct_permit import DirectPermit
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Module
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import NOTHING_SENT, OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import PROVIDERS
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.plain_options import as_ansible_sends


def lookup_result(name: str, lookup_of: Callable[[str], Module], options: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a lookup. Raises ``OptionError`` for options that no provider has, or not this one.

    :param name: the name of the plugin.
    :param lookup_of: returns the lookup at a provider.
    :param options: the options as written.
    """
    given = {option: value for option, value in options.items() if value is not None}
    lookups = {provider: lookup_of(provider) for provider in PROVIDERS}
    violations = list(_type_violations(given)) + list(_name_violations(given, lookups))
    provider = "" if violations else _provider(given, violations)
    if provider in PROVIDERS:
        violations += _foreign_violations(given, provider, lookups[provider])
    if violations:
        raise OptionError(violations, advice=NOTHING_SENT)
    # Without a valid provider, the validation ends with the violation of the provider.
    lookup = lookups.get(provider, next(iter(lookups.values())))
    plain = as_ansible_sends(given) or {}
    with warnings.catch_warnings():
        # Those of Python libraries, such as one for each request without validate_certs.
        warnings.simplefilter("ignore")
        return DirectTask(lookup, name, plain, check_mode=True, permit=DirectPermit()).result()


def _type_violations(given: dict[str, Any]) -> Iterator[Violation]:
    for option, value in given.items():
        if as_ansible_sends({option: value}) is None:
            rule = f"must be a value that JSON can represent, not one of type {type(value).__name__}"
            yield Violation(option, rule)


def _name_violations(given: dict[str, Any], lookups: dict[str, Module]) -> Iterator[Violation]:
    known = {option for lookup in lookups.values() for option in lookup.argument_spec}
    for option in sorted(given.keys() - known):
        yield Violation(option, "is not an option of this plugin")


def _provider(given: dict[str, Any], violations: list[Violation]) -> str:
    """Return the given provider, or the only one with an API key in the environment."""
    if "provider" in given:
        return str(given["provider"])
    own = {field.name for provider in PROVIDERS.values() for field in connection_options(provider).fields if field.env}
    options = sorted(own & given.keys())
    if options:
        violations.append(Violation("provider", f"must be set if {' or '.join(options)} is set"))
        return ""
    with_key = [provider for provider in PROVIDERS.values() if os.environ.get(provider.key_env)]
    if len(with_key) == 1:
        return with_key[0].name
    variables = [provider.key_env for provider in with_key or PROVIDERS.values()]
    number = f"{len(with_key)} providers have" if with_key else "no provider has"
    rule = f"must be set, because {number} an API key in the environment ({', '.join(variables)})"
    violations.append(Violation("provider", rule))
    return ""


def _foreign_violations(given: dict[str, Any], provider: str, lookup: Module) -> Iterator[Violation]:
    for option in sorted(given.keys() - lookup.argument_spec.keys()):
        yield Violation(option, f"must be omitted, because {PROVIDERS[provider].title} does not have it")
