# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a lookup as a task in the process of Ansible, so that its options are checked like those of a module.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
import warnings
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
    """Return the result of a lookup. Raises ``OptionError`` for options that the lookup does not have.

    :param name: the name of the plugin.
    :param lookup_of: returns the lookup at a provider.
    :param options: the options as written.
    """
    given = {option: value for option, value in options.items() if value is not None}
    plain = as_ansible_sends(given)
    if plain is None:
        raise OptionError(_type_violations(given), advice=NOTHING_SENT)
    lookups = {provider: lookup_of(provider) for provider in PROVIDERS}
    _refuse(_unknown(plain, lookups))
    provider = str(plain["provider"]) if "provider" in plain else _only_provider(plain)
    if provider in PROVIDERS:
        _refuse(_of_other_providers(plain, provider, lookups[provider]))
    # With an unknown provider, the validation of the options ends with this violation.
    lookup = lookups.get(provider, next(iter(lookups.values())))
    with warnings.catch_warnings():
        # Those of Python libraries, such as one for each request without validate_certs.
        warnings.simplefilter("ignore")
        return DirectTask(lookup, name, plain, check_mode=True, permit=DirectPermit()).result()


def _refuse(violations: list[Violation]) -> None:
    if violations:
        raise OptionError(violations, advice=NOTHING_SENT)


def _type_violations(given: dict[str, Any]) -> list[Violation]:
    return [
        Violation(option, f"must be a value that JSON can represent, not one of type {type(value).__name__}")
        for option, value in given.items()
        if as_ansible_sends({option: value}) is None
    ]


def _unknown(given: dict[str, Any], lookups: dict[str, Module]) -> list[Violation]:
    known = {option for lookup in lookups.values() for option in lookup.argument_spec}
    return [Violation(option, "is not an option of this plugin") for option in sorted(given.keys() - known)]


def _only_provider(given: dict[str, Any]) -> str:
    """Return the only provider with an API key in the environment. Raises ``OptionError`` if it is not certain."""
    connections = [field for provider in PROVIDERS.values() for field in connection_options(provider).fields]
    own = sorted({field.name for field in connections if field.env} & given.keys())
    if own:
        _refuse([Violation("provider", f"must be set if {' or '.join(own)} is set")])
    with_key = [provider for provider in PROVIDERS.values() if os.environ.get(provider.key_env)]
    if len(with_key) != 1:
        number = f"{len(with_key)} providers have" if with_key else "no provider has"
        variables = ", ".join(provider.key_env for provider in with_key or PROVIDERS.values())
        _refuse([Violation("provider", f"must be set, because {number} an API key in the environment ({variables})")])
    return with_key[0].name


def _of_other_providers(given: dict[str, Any], provider: str, lookup: Module) -> list[Violation]:
    rule = f"must be omitted, because {PROVIDERS[provider].title} does not have it"
    return [Violation(option, rule) for option in sorted(given.keys() - lookup.argument_spec.keys())]
