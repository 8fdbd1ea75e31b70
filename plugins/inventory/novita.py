# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: novita
short_description: Use GPU instances of Novita AI as hosts
version_added: 1.0.0
description:
  - Creates a host for each GPU instance of a Novita AI account. For running instances, also reads the connection
    details for SSH.
  - The name of the inventory file must be C(novita.yml) or C(novita.yaml), or end with C(.novita.yml) or
    C(.novita.yaml).
  - The host name is the name of the instance. If several of the selected instances have the same name, or if the name
    has a special meaning in Ansible, such as C(localhost), the host name is C(name-id). Characters other than letters,
    digits, C(_), C(-), and C(.) are replaced with C(_).
  - Hosts of running instances have the variables C(ansible_host), C(ansible_port), and C(ansible_user).
  - All hosts have the values that M(gpufleet.cloud.novita_instance_info) returns as variables with the prefix
    C(novita_), for example C(novita_id), C(novita_status), C(novita_status_message), C(novita_product_id),
    C(novita_product_name), C(novita_cluster_id), C(novita_billing_mode), C(novita_gpu_num), C(novita_ports),
    C(novita_port_mappings), C(novita_ssh_ready), and C(novita_env_names). The values of environment variables are not
    included.
  - Instances that are being removed are not included.
  - If the details of a running instance cannot be read, its host has no address, and the plugin displays a warning.
  - If the list of instances cannot be read, or if it is inconsistent, the plugin fails. It never returns an empty
    inventory in this case.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
requirements:
  - requests
  - jsonschema
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - gpufleet.cloud.novita
  api_key:
    description:
      - API key of the Novita AI account, of at least 8 characters. The value can be a template or come from a vault.
    type: str
    env:
      - name: NOVITA_API_KEY
  api_url:
    description:
      - Base URL of the API. Plain C(http) is accepted for loopback addresses only.
    type: str
    default: https://api.novita.ai
    env:
      - name: NOVITA_API_URL
  api_timeout:
    description:
      - Maximum duration of one request in seconds, from the name resolution to the last byte of the response.
      - "Range: 1 to 3600."
    type: int
    default: 30
  api_retries:
    description:
      - How many times to retry requests that are safe to retry, after a broken connection or HTTP status 429, 502,
        503, or 504.
      - The pause before a retry grows from 1 to 16 seconds. If the provider requests a longer pause, the plugin
        respects it, up to 120 seconds.
      - "Range: 0 to 20."
    type: int
    default: 5
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the server.
      - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
    type: bool
    default: true
  filters:
    description:
      - Conditions on instances. Only instances that satisfy all of them become hosts.
    type: dict
    default: {}
    suboptions:
      status:
        description: States of instances, as the provider reports them, for example V(running) or V(exited). Not case
          sensitive.
        type: list
        elements: str
      cluster_id:
        description: IDs of clusters.
        type: list
        elements: str
      product_id:
        description: IDs of products.
        type: list
        elements: str
      name:
        description: A regular expression for the name of the instance. It matches any part of the name. To match the
          beginning or the end, use C(^) or C($). The plugin fails if the evaluation takes more than 5 seconds of
          processor time, or more than 512 MB of memory.
        type: str
  concurrency:
    description:
      - The maximum number of instances to read at the same time.
      - "Range: 1 to 64."
    type: int
    default: 8
  include_credentials:
    description:
      - Whether to set C(ansible_password) to the SSH password of the provider for running instances.
      - M(ansible.builtin.debug), C(ansible-inventory --list), and everything else that prints variables shows the
        password in clear text.
    type: bool
    default: false
notes:
  - With O(cache), the list of instances and their states come from the cache until it expires. The plugin still reads
    each running instance every time, because address, port, and password change at every start. The cache never
    contains these values, keys, or the values of environment variables.
  - Ansible continues without an inventory source that fails. To make it stop instead, set C(any_unparsed_is_failed) in
    the section C([inventory]) of C(ansible.cfg), or set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED).
  - Ansible never treats text from the provider as a template.
  - The plugin does not follow redirects and does not read a netrc file. It honors E(HTTPS_PROXY) and E(NO_PROXY).
seealso:
  - module: gpufleet.cloud.novita_instance
  - module: gpufleet.cloud.novita_instance_info
"""

EXAMPLES = r"""
# training.novita.yml. Only "plugin" is required: without further options, all instances become hosts, and the API key
# is read from the environment variable NOVITA_API_KEY.
plugin: gpufleet.cloud.novita
api_key: "{{ lookup('ansible.builtin.file', '~/.novita-key') }}"

# Select the running instances of one team. Group them by product and by cluster.
filters:
  status: [running]
  name: ^training-
keyed_groups:
  - key: novita_product_name
    prefix: product
  - key: novita_cluster_id
    prefix: cluster
groups:
  reachable: novita_ssh_ready
  interruptible: novita_billing_mode == 'spot'

# Log in with this SSH key. To log in with the passwords of the provider, set "include_credentials: true" instead and
# install the program sshpass.
compose:
  ansible_ssh_private_key_file: "'~/.ssh/novita'"

# Request the list of instances at most once in ten minutes.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible-novita
cache_timeout: 600
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, TypeVar

from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.context import error_context, learn_secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import PENDING, CurrentState, Stage
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import (
    connect,
    connection_options,
    key_violations,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result import resource_result
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.yaml_input import yaml_violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import CloudError, OptionError, while_doing
from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import library_problem
from ansible_collections.gpufleet.cloud.plugins.module_utils._masking import mask_violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.api import NOVITA
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group, Scalars
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Boolean, Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Settings
from ansible_collections.gpufleet.cloud.plugins.module_utils._user_patterns import PatternError, searching
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.unsafe import unsafe

T = TypeVar("T")

_EXACT_FILTERS = ("cluster_id", "product_id")
_OPTIONS = Settings(
    *connection_options(NOVITA).fields,
    Group(
        "filters",
        fields=(
            Scalars("status", item=Text("status")),
            *(Scalars(name, item=Text(name)) for name in _EXACT_FILTERS),
            Text("name"),
        ),
    ),
    Integer("concurrency", minimum=1, maximum=64, default=8),
    Boolean("include_credentials", default=False),
)

# These facts change at every start. They are read with the details of an instance, and must not be cached.
_UNCACHED = ("ssh_host", "ssh_port", "ssh_user", "ssh_ready")
_DEFAULTS = {fact: NovitaInstance.facts_before_create[fact] for fact in _UNCACHED}
_HIDDEN = (*NovitaInstance.private_facts, "envs", "envs_mode")

# Ansible does not accept these names for hosts of an inventory, or treats them specially.
_RESERVED = ("all", "ungrouped", "localhost", "127.0.0.1")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The GPU instances of one account as hosts."""

    NAME = "gpufleet.cloud.novita"

    def verify_file(self, path: str) -> bool:
        endings = (".novita.yml", ".novita.yaml")
        return super().verify_file(path) and f".{os.path.basename(path)}".endswith(endings)

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        problem = library_problem()
        if problem:
            raise AnsibleParserError(problem)
        config = self._read_config_data(path)
        try:
            hosts = self._hosts(self._options_of(config), path, cache)
        except CloudError as error:
            raise AnsibleParserError(str(error)) from None
        for host, variables in sorted(hosts.items()):
            self._add(inventory, host, unsafe(variables))

    def _options_of(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the options, with templates resolved. Raises ``OptionError`` with all violations."""
        spec = _OPTIONS.arguments()
        self.templar.available_variables = self._vars or {}
        options: dict[str, Any] = self.templar.template({name: self.get_option(name) for name in spec})
        checked = ArgumentSpecValidator(spec).validate(options)
        violations = yaml_violations(spec, config) or [Violation("", message) for message in checked.error_messages]
        if not violations:
            options = checked.validated_parameters
            options["filters"] = _trimmed(options["filters"] or {})
            violations = _OPTIONS.violations(_OPTIONS.desired(options)) + key_violations(options["api_key"], NOVITA)
            violations += _pattern_violations(options["filters"].get("name")) + mask_violations(options)
        if violations:
            raise OptionError(violations)
        return options

    def _hosts(self, options: dict[str, Any], path: str, cache: bool) -> dict[str, dict[str, Any]]:
        """Return the variables of all hosts, by host name."""
        client = connect(NOVITA, options, check_mode=True, connections=options["concurrency"])
        try:
            resource = NovitaInstance(client)
            listed = self._listed(resource, options, path, cache)
            selected = _selected(listed, options["filters"], lambda facts: facts)
            return _named(self._completed(resource, selected, options))
        finally:
            client.close()

    def _listed(
        self, resource: NovitaInstance, options: dict[str, Any], path: str, cache: bool
    ) -> list[dict[str, Any]]:
        """Return the facts of every instance without its details, from the cache if possible."""
        # Each account has its own cache entry. Only some bits of a digest of the API key are part of its name.
        account = hashlib.sha256(f"{options['api_url']} {options['api_key']}".encode()).hexdigest()[:8]
        key = f"{self.get_cache_key(path)}_{account}"
        caching = self.get_option("cache")
        if caching and cache and key in self._cache:
            cached: list[dict[str, Any]] = self._cache[key]
            return cached
        with error_context(resource, f"list the {resource.noun}s"):
            instances = resource.conclusive(resource.list_resources())
        _learn_secrets(resource, instances)
        listed = [_facts(resource, instance, without=_UNCACHED) for instance in instances if _stays(instance)]
        if caching:
            self._cache[key] = listed
        return listed

    def _completed(
        self, resource: NovitaInstance, listed: list[dict[str, Any]], options: dict[str, Any]
    ) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Return the facts and the login variables of each instance, with the details of running instances."""
        running = [facts for facts in listed if _runs(facts)]
        with ThreadPoolExecutor(options["concurrency"]) as pool:
            read = list(pool.map(lambda facts: _detail(resource, facts), running))
        _learn_secrets(resource, [detail for detail in read if isinstance(detail, CurrentState)])
        details = {facts["id"]: detail for facts, detail in zip(running, read)}
        completed = []
        for facts in listed:
            detail, access = details.get(facts["id"]), {}
            if isinstance(detail, CloudError):
                self.display.warning(str(detail))
            elif detail:
                if not _stays(detail):
                    continue
                facts, access = _facts(resource, detail), _access(detail, options["include_credentials"])
            completed.append(({**_DEFAULTS, **facts}, access))
        return _selected(completed, options["filters"], lambda host: host[0])

    def _add(self, inventory: InventoryData, host: str, variables: dict[str, Any]) -> None:
        """Add a host with its variables, and apply the options of ``constructed``."""
        strict = self.get_option("strict")
        inventory.add_host(host)
        for name, value in variables.items():
            inventory.set_variable(host, name, value)
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), {}, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, host, strict=strict)


def _trimmed(filters: dict[str, Any]) -> dict[str, Any]:
    """Return the filters without the spaces that remain when Ansible splits a string at commas."""
    return {
        name: [entry.strip() for entry in value] if isinstance(value, list) else value
        for name, value in filters.items()
    }


def _pattern_violations(pattern: str | None) -> list[Violation]:
    try:
        searching(pattern or "", [""] if pattern else [])
    except PatternError as error:
        return [Violation("filters.name", str(error))]
    return []


def _selected(candidates: list[T], filters: dict[str, Any], facts_of: Callable[[T], dict[str, Any]]) -> list[T]:
    """Return the candidates whose facts satisfy all filters. Raises ``OptionError`` if the pattern takes too long."""
    selected = [candidate for candidate in candidates if _is_selected(facts_of(candidate), filters)]
    pattern = filters.get("name")
    if not pattern:
        return selected
    try:
        matches = searching(pattern, [facts_of(candidate)["name"] for candidate in selected])
    except PatternError as error:
        raise OptionError([Violation("filters.name", str(error))]) from None
    return [candidate for candidate, is_match in zip(selected, matches) if is_match]


def _is_selected(facts: dict[str, Any], filters: dict[str, Any]) -> bool:
    """Return whether an instance satisfies all filters but ``name``. An empty filter matches all instances."""
    given = {name: values for name, values in filters.items() if values}
    return facts["status"].lower() in [status.lower() for status in given.get("status", [facts["status"]])] and all(
        facts.get(name) in given[name] for name in _EXACT_FILTERS if name in given
    )


def _runs(facts: dict[str, Any]) -> bool:
    return bool(facts["status"].lower() == "running")


def _stays(instance: CurrentState) -> bool:
    return not (instance.being_removed or instance.gone)


def _learn_secrets(resource: NovitaInstance, instances: Iterable[CurrentState]) -> None:
    """Mask the secrets of these instances in all messages from now on."""
    for instance in instances:
        learn_secrets(resource, instance, {})


def _facts(resource: NovitaInstance, instance: CurrentState, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the facts of an instance for the variables of its host, without secrets."""
    facts: dict[str, Any] = resource_result(resource, instance, {}, {resource.reveal_option: False})
    facts.update(facts.pop("spec"))
    return {fact: value for fact, value in facts.items() if fact not in (*_HIDDEN, *without)}


def _detail(resource: NovitaInstance, facts: dict[str, Any]) -> CurrentState | CloudError:
    """Read an instance and return it, with ``gone`` set if it does not exist, or return the error."""
    absent = CurrentState(facts["id"], facts["name"], {}, {}, Stage(PENDING, ""), gone=True)
    doing, advice = f"read instance {absent.name!r} ({absent.id})", "Its host has no address."
    try:
        with while_doing(doing, advice):
            return resource.read_one(absent) or absent
    except CloudError as error:
        return error
    except Exception as error:  # one invalid response must not affect the other hosts
        return CloudError(f"the response is invalid ({type(error).__name__})", doing=doing, advice=advice)


def _access(instance: CurrentState, credentials: bool) -> dict[str, Any]:
    """Return the variables that Ansible needs to log in to a running instance."""
    host, port, user = (instance.facts[fact] for fact in ("ssh_host", "ssh_port", "ssh_user"))
    if not _runs(instance.facts) or not host:
        return {}
    access = {"ansible_host": host, "ansible_port": port}
    if user:
        access["ansible_user"] = user
    if credentials and instance.private["ssh_password"]:
        access["ansible_password"] = instance.private["ssh_password"]
    return access


def _named(instances: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Return the variables of instances by host name: the name of the instance, with its ID if it is not unique."""
    names = [
        (_safe(facts["name"]), _safe("-".join(filter(None, (facts["name"], facts["id"])))))
        for facts, _variables in instances
    ]
    taken = Counter(["", *_RESERVED, *(name for pair in names for name in pair)])
    return {
        short if taken[short] == 1 else long: {**{f"novita_{fact}": value for fact, value in facts.items()}, **access}
        for (short, long), (facts, access) in zip(names, instances)
    }


def _safe(name: str) -> str:
    """Return a name without characters that are special in host patterns, in templates, or in a shell."""
    return re.sub(r"^-|[^\w.-]", "_", name)
