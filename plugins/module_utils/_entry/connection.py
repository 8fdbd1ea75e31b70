# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of a provider, and the client for them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from typing import Any

from .._clock import Clock
from .._engine.provider import Address, Provider
from .._http.client import Client
from .._http.service import Service
from .._schema.fields import Boolean, Integer, Text
from .._schema.table import Settings
from .._secrets import Secrets, length_violations
from .._validation import Violation
from .permit import Permit

_PATIENCE = (
    Integer("api_timeout", minimum=1, maximum=3600, default=30),
    Integer("api_retries", minimum=0, maximum=20, default=5),
    Boolean("validate_certs", default=True),
)


def connection_options(provider: Provider) -> Settings:
    """Return the connection options of a provider."""
    addresses = [
        Text(option, default=None if address.follows else address.default, env=address.env)
        for option, address in provider.urls.items()
    ]
    # An empty key has its own violation, which names the environment variable.
    return Settings(Text("api_key", may_be_empty=True, secret=True, env=provider.key_env), *addresses, *_PATIENCE)


def connection_arguments(provider: Provider) -> dict[str, Any]:
    """Return the argument spec of the connection options."""
    return settings_arguments(connection_options(provider))


def undecided_arguments(provider: Provider) -> dict[str, Any]:
    """Return the argument spec of the connection options without defaults, which ``complete_connection`` adds."""
    arguments = connection_options(provider).arguments()
    return {
        name: {key: value for key, value in argument.items() if key != "default"}
        for name, argument in arguments.items()
    }


def settings_arguments(settings: Settings) -> dict[str, Any]:
    """Return the argument spec of settings, with the environment variables that replace them."""
    spec = settings.arguments()
    for field in settings.fields:
        if field.env:
            spec[field.name]["fallback"] = (_set_variable, [field.env])
    return spec


def _set_variable(name: str) -> str:
    """Return the value of an environment variable. An empty one counts as not set: AWX sets every variable."""
    value = os.environ.get(name)
    if not value:
        from ansible.module_utils.errors import AnsibleFallbackNotFound  # event sources run without Ansible

        raise AnsibleFallbackNotFound
    return value


def complete_connection(provider: Provider, given: Mapping[str, Any], key_from_environment: bool) -> dict[str, Any]:
    """Return the connection options of an account, with the environment variables and the defaults.

    :param key_from_environment: whether the environment variable of the API key applies to the account.
    """
    params = {}
    for field in connection_options(provider).fields:
        value = given.get(field.name)
        if value is None and field.env and (key_from_environment or not field.secret):
            value = os.environ.get(field.env) or None
        params[field.name] = field.default if value is None else value
    return params


def connection_violations(provider: Provider, params: dict[str, Any]) -> list[Violation]:
    """Return the violations of the connection options, those of the API key last."""
    options = connection_options(provider)
    return options.violations(options.desired(params)) + key_violations(params["api_key"], provider)


def key_violations(key: str | None, provider: Provider) -> list[Violation]:
    """Return the violations of an API key."""
    if not key:
        rule = (
            f"must be set, as an option or as {provider.key_env} in the environment of {_host()}, the host of this task"
        )
        return [Violation("api_key", rule)]
    if not key.isascii() or not key.isprintable() or " " in key:
        rule = "must not contain spaces, line breaks or other characters that are invalid in an HTTP header"
        return [Violation("api_key", rule)]
    return length_violations(key, "api_key")


def connect(
    provider: Provider,
    params: dict[str, Any],
    check_mode: bool,
    permit: Permit | None = None,
    connections: int = 1,
    written: Mapping[str, Any] | None = None,
    inside: str = "",
) -> Client:
    """Return a client for the options of a task.

    :param written: the connection options that the task sets, without values of environment variables and defaults.
    :param inside: the option that contains the connection options, if there is one.
    :param permit: the permission to write; without one, the client can always write.
    :param connections: the maximum number of concurrent requests.
    """
    secrets = Secrets()
    secrets.add(params["api_key"])
    demand, sleep = (permit.demand, permit.sleep) if permit else (lambda: None, time.sleep)
    return Client(
        provider.addresses(params),
        params["api_key"],
        errors=provider.errors,
        secrets=secrets,
        clock=Clock(sleep),
        timeout=params["api_timeout"],
        retries=params["api_retries"],
        validate_certs=params["validate_certs"],
        check_mode=check_mode,
        permit=demand,
        connections=connections,
        service=_service(provider, params, written, inside),
    )


def _host() -> str:
    return platform.node() or "this host"


def _service(provider: Provider, params: dict[str, Any], written: Mapping[str, Any] | None, inside: str) -> Service:
    """Return the provider as messages name it. Without ``written``, it is unknown where a value comes from."""
    host = _host()
    path = f"{inside}.".lstrip(".")

    def source(option: str, variable: str) -> str:
        if written is None:
            return f"the option {option} or {variable} on {host}"
        return f"the option {path}{option}" if written.get(option) else f"{variable} on {host}"

    def url_source(option: str, address: Address) -> str:
        is_default = provider.addresses(params)[option] == address.default
        if is_default and not (written or {}).get(option) and not os.environ.get(address.env):
            return f"the default of {option}"
        if address.follows and not params[option]:
            return f"{address.follows}, because {option} is not set"
        return source(option, address.env)

    return Service(
        title=provider.title,
        key_source=source("api_key", provider.key_env),
        url_sources={option: url_source(option, address) for option, address in provider.urls.items()},
        default_urls={option: address.default for option, address in provider.urls.items()},
    )
