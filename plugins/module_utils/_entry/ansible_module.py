# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``AnsibleModule`` in, result out: the only place that knows Ansible.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import atexit
import gc

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from .._clock import Clock
from .._engine.convergence import Convergence
from .._errors import CloudError, OptionError, internal_error
from .._http.client import Client
from .._schema.table import Table
from .._secrets import Secrets
from .._validation import first_of_each
from . import arguments
from .permit import Permit, PermitWatch
from .yaml_input import drop_nulls, safe_for_ansible, yaml_violations

REQUIRED_LIBRARIES = ("requests", "jsonschema")
_NEW_OBJECTS = 100_000
"""How many objects must have come before Python looks for garbage: nearly all that a task loads and reads stays."""


def run_resource(resource_type):
    """Run a module that converges one resource of a kind (a ``Resource`` class)."""
    module = CloudModule(
        {**arguments.argument_spec(resource_type), **connection_arguments(resource_type.provider)},
        **arguments.rules(resource_type),
    )
    module.run(
        resource_type.provider.name, lambda: _with_client(module, resource_type, arguments.violations_of, _converge)
    )


def run_info(resource_type):
    """Run a module that returns the records of a kind."""
    selection = info_identity(resource_type)
    spec = {
        **_reveal_values(resource_type),
        **arguments.reveal(resource_type),
        **selection.arguments(),
        **connection_arguments(resource_type.provider),
    }
    module = CloudModule(spec)
    module.run(
        resource_type.provider.name,
        lambda: _with_client(
            module, resource_type, lambda _kind, params: arguments.violations([selection], params), _look
        ),
    )


def info_identity(resource_type):
    """The options that select records, as a task of the kind gives them."""
    return Table(
        *arguments.IDENTITY.fields,
        *(field for field in resource_type.table.fields if field.name in resource_type.named_by),
    )


def _reveal_values(resource_type):
    """The option that asks for values that can hold secrets, where a kind has some."""
    return (
        {resource_type.table.reveal_option: {"type": "bool", "default": False}}
        if resource_type.table.reveal_option
        else {}
    )


def connection_arguments(provider):
    """The options that reach a provider as an argument spec, with the environment variables that stand in for them."""
    table = arguments.connection(provider)
    spec = table.arguments()
    for field in table.fields:
        if field.env:
            spec[field.name]["fallback"] = (env_fallback, [field.env])
    return spec


class CloudModule(AnsibleModule):
    """An Ansible module that knows its options as they came, and that never ends in a traceback."""

    def __init__(self, spec, **rules):
        gc.set_threshold(_NEW_OBJECTS)
        # At the end, Python need not look through all of it once more to free what ends with the process anyway.
        atexit.register(gc.freeze)
        self.progress = {}
        self.permit = Permit()
        super().__init__(argument_spec=spec, supports_check_mode=True, **rules)

    def _load_params(self):
        """Keep the options as they came, before Ansible converts them."""
        super()._load_params()
        drop_nulls(self.argument_spec, self.params)
        self.params_as_written = self.params
        self.params = safe_for_ansible(self.argument_spec, self.params)

    def run(self, provider, work):
        """Return the result of ``work()``, or its failure beside ``progress``."""
        error, result = None, {}
        try:
            self._demand_libraries()
            result = work()
        except CloudError as caught:
            error = caught
        except Exception as caught:  # whatever it is, a person shall read a sentence
            error = internal_error(caught)
        if error is not None:
            self.fail_json(msg=str(error), failure=error.failure(provider), **self.progress)
        self.exit_json(**result)

    def _demand_libraries(self):
        for library in REQUIRED_LIBRARIES:
            try:
                __import__(library)
            except ImportError:
                self.fail_json(msg=missing_required_lib(library))


def _with_client(module, resource_type, violations_of, work):
    """Refuse what can be refused before the first request, then do the work.

    ``violations_of`` tells what is wrong in the kind's own options.
    """
    params = module.params
    violations = yaml_violations(module.argument_spec, module.params_as_written)
    violations += arguments.violations([arguments.connection(resource_type.provider)], params) + violations_of(
        resource_type, params
    )
    violations += arguments.key_violations(params["api_key"], resource_type.provider)
    if violations:
        raise OptionError(first_of_each(violations))
    client = connect(resource_type.provider, params, module.check_mode, permit=module.permit.demand)
    try:
        return work(module, resource_type(client))
    finally:
        client.close()


def connect(provider, params, check_mode, **more):
    """A client for a task's connection options."""
    secrets = Secrets()
    secrets.add(params["api_key"])
    return Client(
        provider.addresses(params),
        params["api_key"],
        errors=provider.errors,
        secrets=secrets,
        clock=Clock(),
        timeout=params["api_timeout"],
        retries=params["api_retries"],
        validate_certs=params["validate_certs"],
        check_mode=check_mode,
        **more,
    )


def _converge(module, resource):
    desired_state = arguments.desired_state(type(resource), module.params)
    resource.client.secrets.add(*resource.table.secret_values(desired_state.values))
    convergence = Convergence(resource, desired_state, resource.client.clock, PermitWatch(module.permit))
    try:
        convergence.plan()
        if not module.check_mode:
            convergence.apply()
    finally:
        module.progress = arguments.result(convergence, module.params)
    for warning in convergence.outcome.warnings:
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
            arguments.present(resource, record, {}, params)
            for record in sorted(records, key=lambda record: (record.name, record.id))
        ],
    }
