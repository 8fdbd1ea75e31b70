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

from . import task
from .clock import Clock
from .errors import CloudError, OptionError, own_fault
from .masking import Secrets
from .permit import Permit, PermitWatch
from .raw import disarmed, drop_nulls, raw_faults
from .reconcile import Reconciler
from .table import Table
from .transport import Client

REQUIRED_LIBRARIES = ("requests", "jsonschema")
_NEW_OBJECTS = 100_000
"""How many objects must have come before Python looks for garbage: nearly all that a task loads and reads stays."""


def run_resource(kind):
    """Run a module that converges one resource of a kind (a ``Resource`` class)."""
    module = CloudModule(
        {**task.arguments(kind), **connection_arguments(kind.provider)}, **task.rules(kind))
    module.run(kind.provider.name, lambda: _with_client(module, kind, task.faults_of, _converge))


def run_info(kind):
    """Run a module that returns the records of a kind."""
    selection = info_identity(kind)
    spec = {**_reveal_values(kind), **task.reveal(kind), **selection.arguments(), **connection_arguments(kind.provider)}
    module = CloudModule(spec)
    module.run(kind.provider.name, lambda: _with_client(
        module, kind, lambda _kind, params: task.faults([selection], params), _look))


def info_identity(kind):
    """The options that select records, as a task of the kind gives them."""
    return Table(*task.IDENTITY.fields, *(field for field in kind.table.fields if field.name in kind.named_by))


def _reveal_values(kind):
    """The option that asks for values that can hold secrets, where a kind has some."""
    return {kind.table.reveal_option: {"type": "bool", "default": False}} if kind.table.reveal_option else {}


def connection_arguments(provider):
    """The options that reach a provider as an argument spec, with the environment variables that stand in for them."""
    table = task.connection(provider)
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
        self.raw_params = self.params
        self.params = disarmed(self.argument_spec, self.params)

    def run(self, provider, work):
        """Return the result of ``work()``, or its failure beside ``progress``."""
        error, result = None, {}
        try:
            self._demand_libraries()
            result = work()
        except CloudError as caught:
            error = caught
        except Exception as caught:  # whatever it is, a person shall read a sentence
            error = own_fault(caught)
        if error is not None:
            self.fail_json(msg=str(error), failure=error.failure(provider), **self.progress)
        self.exit_json(**result)

    def _demand_libraries(self):
        for library in REQUIRED_LIBRARIES:
            try:
                __import__(library)
            except ImportError:
                self.fail_json(msg=missing_required_lib(library))


def _with_client(module, kind, faults_of, work):
    """Refuse what can be refused before the first request, then do the work.

    ``faults_of`` tells what is wrong in the kind's own options.
    """
    params = module.params
    faults = raw_faults(module.argument_spec, module.raw_params)
    faults += task.faults([task.connection(kind.provider)], params) + faults_of(kind, params)
    faults += task.key_faults(params["api_key"], kind.provider)
    if faults:
        raise OptionError(task.first_of_each(faults))
    client = connect(kind.provider, params, module.check_mode, permit=module.permit.demand)
    try:
        return work(module, kind(client))
    finally:
        client.close()


def connect(provider, params, check_mode, **more):
    """A client for a task's connection options."""
    secrets = Secrets()
    secrets.add(params["api_key"])
    return Client(
        provider.addresses(params), params["api_key"], secrets=secrets, clock=Clock(),
        timeout=params["api_timeout"], retries=params["api_retries"], validate_certs=params["validate_certs"],
        check_mode=check_mode, advice=provider.advice, codes=provider.codes, passing=provider.passing, **more)


def _converge(module, resource):
    desire = task.desire(type(resource), module.params)
    resource.client.secrets.add(*resource.table.secret_values(desire.wish))
    reconciler = Reconciler(resource, desire, resource.client.clock, PermitWatch(module.permit))
    try:
        reconciler.plan()
        if not module.check_mode:
            reconciler.apply()
    finally:
        module.progress = task.result(reconciler, module.params)
    for warning in reconciler.outcome.warnings:
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
            task.present(resource, record, {}, params)
            for record in sorted(records, key=lambda record: (record.name, record.id))],
    }
