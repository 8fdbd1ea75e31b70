# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``hypothesis`` strategies: valid tasks for a resource type, from its table, and servers with different behavior."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result_words import RESULT_WORDS
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.argument_spec import (
    argument_spec,
    option_names,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._masking import MASKS
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance_table import INTERNAL_PORTS
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita_ppio.instance_ports import InstancePorts
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group, Items, Scalars
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Boolean, Float, Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import is_placeholder
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.properties import mistake
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.search import SearchParams
from ansible_collections.gpufleet.cloud.tests.simulator.novita.endpoints import LIMITS
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import VAST_INSTANCE, public_key

LARGEST = 10**6
LONGEST = 40
TEXT = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
WORDS = {*RESULT_WORDS, *option_names(argument_spec())}
"""The words in results. The options of a fleet include those of all resource types."""
NUMBERS = st.integers(0, LARGEST * 100).map(lambda number: number / 100)

# Values that depend on the provider and are not in a table: its products and regions, and the texts that it accepts.
APP_NAME = st.from_regex("[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
OFFERED = {
    "novita_endpoint": {
        "app_name": APP_NAME,
        "products": st.lists(st.sampled_from(["7", "8", "9"]), min_size=1, unique=True),
        "cluster_id": st.sampled_from(["", "us-demo-1", "eu-demo-1"]),
    },
    "ppio_endpoint": {
        "app_name": APP_NAME,
        "product_id": st.sampled_from(["7", "8", "9"]),
        "region_id": st.sampled_from(["cn-demo-1", "cn-south-1"]),
    },
    # No subscriptions, because they cannot be deleted before they end.
    "novita_instance": {
        "product_id": st.sampled_from(["4090.16c62g", "5090.28c120g"]),
        "cluster_id": st.sampled_from(["us-demo-1", "eu-demo-1"]),
        "kind": st.just("gpu"),
        "month": st.just(0),
        "billing_mode": st.just("onDemand"),
        "auto_renew": st.just(False),
        "auto_renew_month": st.nothing(),
        "rootfs_size": st.integers(10, 500),
    },
    "ppio_instance": {
        "product_id": st.sampled_from(["4090.18c.60g.18c60g", "4090d.16c62g"]),
        "type": st.just("gpu"),
        "resource": st.fixed_dictionaries({"gpu_num": st.just(1), "rootfs_size_gb": st.integers(10, 900)}),
        "billing": st.just({"mode": "postpaid"}),
        "volumes": st.just([]),
        "network": st.just({"id": ""}),
        "candidate_regions": st.just(["cn-demo-1"]),
        "tools": st.just({"jupyter": {"enabled": False, "port": 8888}}),
    },
    "novita_network": {"cluster_id": st.sampled_from(["us-demo-1", "eu-demo-1"])},
    "novita_network_storage": {
        "name": st.from_regex("[A-Za-z0-9-]{1,40}", fullmatch=True),
        "cluster_id": st.sampled_from(["us-demo-1", "us-dallas-nas-2"]),
        "size": st.integers(10, 50_000),
    },
    # A task that changes the resource gets the username of the law tests. The password must not occur in the name.
    "novita_registry_auth": {
        "username": st.just("team-bot"),
        "password": st.from_regex("canary-pull-token-[0-9a-f]{8,20}", fullmatch=True),
    },
    "vast_endpoint": {
        "name": st.from_regex("[A-Za-z0-9_-]([A-Za-z0-9_ -]{0,40}[A-Za-z0-9_-])?", fullmatch=True),
        "max_queue_time": NUMBERS,
        "target_queue_time": NUMBERS,
        "inactivity_timeout": NUMBERS | st.just(-1.0),
    },
    "vast_workergroup": {"endpoint": st.just("tts"), "endpoint_id": st.just(4711)},
    "vast_ssh_key": {
        "public_key": st.from_regex("[A-Za-z0-9+/]{1,42}", fullmatch=True).map(public_key),
        "comment": st.lists(st.text(TEXT, min_size=1, max_size=9), max_size=3)
        .map(" ".join)
        .filter(lambda text: text == " ".join(text.split()) and text.isprintable() and not is_placeholder(text)),
    },
    "vast_env_var": {
        "name": st.from_regex("[A-Z_][A-Z0-9_]{0,20}", fullmatch=True),
        "value": st.from_regex("[A-Za-z0-9_.-]{12,40}", fullmatch=True),
    },
    # No template, because its variables join those of the task.
    "vast_instance": {
        "image": st.from_regex("[a-z]{1,8}(/[a-z]{1,8})?:[0-9.]{1,4}", fullmatch=True),
        "template_hash_id": st.nothing(),
        "disk": st.integers(8, 40),
        "ports": st.lists(st.from_regex("[1-9][0-9]{1,3}/(tcp|udp)", fullmatch=True), max_size=3, unique=True),
        "onstart": st.from_regex("[ -~]{0,20}[!-~]", fullmatch=True) | st.just(""),
        "args": st.lists(st.from_regex("[a-z]{1,8}", fullmatch=True), max_size=3).map(" ".join),
        "bid_price": st.integers(400, 2000).map(lambda price: price / 1000),
        # Vast.ai chooses what ssh and jupyter leave open.
        "runtype": st.sampled_from(["args", "ssh_proxy", "ssh_direct", "jupyter_proxy", "jupyter_direct"]),
        "registry_login": st.just(""),
    },
    # No registry, because an update then requires the login. Vast.ai keeps only the ASCII characters of a script.
    "vast_template": {
        "image": st.from_regex("[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True),
        "tag": st.from_regex("[0-9.]{1,4}", fullmatch=True),
        "ports": st.lists(
            st.from_regex("[1-9][0-9]{1,3}:[1-9][0-9]{1,3}(/udp)?", fullmatch=True), max_size=3, unique=True
        ),
        "docker_options": st.lists(st.sampled_from(["--ipc=host", "--shm-size 8g", "--label 'a b'"])).map(" ".join),
        "onstart": st.from_regex("[ -~]{0,20}[!-~]", fullmatch=True) | st.just(""),
        "docker_login_repo": st.nothing(),
        "docker_login_user": st.nothing(),
        "docker_login_pass": st.nothing(),
    },
}
ALTERNATIVES = {"vast_workergroup": [("endpoint", "endpoint_id"), ("template_hash", "template_id")]}
"""Options of which a task can set only one."""
ONE_OF = {"vast_workergroup": ("template_hash", "template_id"), "vast_instance": ("image",)}
"""Options of which a create requires one."""


@dataclass(frozen=True)
class Personality:
    """The behavior of a server. ``others`` is the number of resources in addition to that of the task."""

    settings: dict
    others: int


def personalities(resource_type):
    """Return a strategy for servers with different behavior."""
    settings = {
        "put_mode": st.sampled_from(resource_type.put_modes),
        "numbers_as_strings": st.booleans(),
        "list_order": st.sampled_from(["created", "reversed", "shuffled"]),
        "not_found_status": st.sampled_from([400, 404]),
        "total": st.sampled_from(["number", "string", "missing"]),
        "page_base": st.sampled_from([0, 1]),
        "page_cap": st.sampled_from([1, 2, 50]),
        "visible_after": st.sampled_from([0.0, 0.0, 3.0, 9.0]),
        "stale_after": st.sampled_from([0.0, 0.0, 3.0, 9.0]),
        "boot_seconds": st.sampled_from([0.0, 1.0, 20.0]),
        "empty_list_400": st.booleans(),
        "removed_linger": st.sampled_from([0.0, 30.0]),
        "pending_first": st.booleans(),
        "billing_mode_blank": st.booleans(),
    }
    return st.builds(Personality, st.fixed_dictionaries(settings), st.integers(0, 3))


def texts(field):
    if field.choices or field.printed_choices:
        return st.sampled_from(field.choices or field.printed_choices)
    if field.pattern:
        return st.from_regex(field.pattern.replace("$", r"\Z"), fullmatch=True).filter(
            lambda text: len(text) <= min(field.max_length or LONGEST, LONGEST)
        )
    longest = min(field.max_length or LONGEST, LONGEST)
    # Ansible masks a short secret also inside of words, and so in ids.
    shortest = 12 if field.secret else 0
    plain = st.text(TEXT, min_size=shortest, max_size=longest)
    # The simulator has no storage or network whose id begins with "missing".
    return plain.filter(
        lambda text: (
            not text.startswith("missing")
            and not field.rule_violations(field.desired_in({field.name: text}), "")
            and not field.range_violations(text, None, "")
        )
    )


def integers(field):
    low, high = field.minimum or 0, LARGEST if field.maximum is None else field.maximum
    limits = field.limits or ()
    for key in limits if isinstance(limits, tuple) else [key for pair in limits.values() for key in pair]:
        low, high = (max(low, LIMITS[key]), high) if key.startswith("min") else (low, min(high, LIMITS[key]))
    return st.integers(low, high).filter(lambda number: number not in field.forbidden)


def floats(field):
    low = 1 if field.exclusive_minimum is not None else int((field.minimum or 0) * 1000)
    high = int((LARGEST if field.maximum is None else field.maximum) * 1000)
    return st.integers(low, high).map(lambda number: number / 1000)


def ports(field):
    numbers = st.integers(1, 65535).filter(lambda number: number not in INTERNAL_PORTS)
    entries = st.dictionaries(numbers, st.sampled_from(["tcp", "http"]), max_size=5)
    return entries.map(lambda chosen: [f"{number}/{protocol}" for number, protocol in chosen.items()])


@st.composite
def entries(draw, field):
    """Draw the items of a list, without two that have the same identity."""
    items = {}
    for _number in range(draw(st.integers(0, 3))):
        entry = {}
        for part in field.fields:
            required = part.name in field.identity or part.required
            if part.applies(entry) and not part.names_other and (required or draw(st.booleans())):
                entry[part.name] = draw(values("", part))
                if required and entry[part.name] == "":
                    entry[part.name] = "some"
        # A local mount has no id.
        if "type" in entry and entry["type"] == "local":
            entry.pop("id", None)
        items[tuple(str(entry[name]) for name in field.identity)] = entry
    return list(items.values())


def conditions():
    """Return a strategy for filters of machines, in the form of the API, that the query language can express."""
    numbers = st.integers(0, 1000) | NUMBERS
    names = st.from_regex("[A-Z]{2,5} [0-9]{3,4}", fullmatch=True)
    filters = {
        "num_gpus": compared(numbers) | listed(numbers),
        "dph_total": compared(numbers) | listed(numbers),
        "gpu_name": st.fixed_dictionaries({"eq": names}) | listed(names | numbers),
        "verified": st.dictionaries(st.sampled_from(["eq", "neq"]), st.booleans() | st.none(), min_size=1),
        "reliability": compared(st.integers(0, 1000).map(lambda number: number / 1000)),
        "driver_version": compared(st.integers(10**6, 10**9)),
        "gpu_ram": compared(st.integers(1000, 10**6) | st.just(0)),
        "duration": compared(st.integers(864, 10**8) | st.just(0)),
    }
    sensible = {
        name: strategy.filter(lambda condition, name=name: not mistake(name, condition, in_text=False))
        for name, strategy in filters.items()
    }
    return st.fixed_dictionaries({}, optional=sensible).filter(bool)


def compared(numbers):
    return st.dictionaries(st.sampled_from(["eq", "neq", "gt", "gte", "lt", "lte"]), numbers, min_size=1, max_size=2)


def listed(values):
    return st.dictionaries(st.sampled_from(["in", "notin"]), st.lists(values, min_size=1, max_size=3), min_size=1)


def values(resource_type, field, path=""):
    """Return a strategy for the desired values of a field."""
    offered = OFFERED.get(resource_type, {}).get(field.name) if not path else None
    if offered is not None:
        return offered
    if isinstance(field, Group):
        return groups(resource_type, field, path)
    if isinstance(field, InstancePorts):
        return ports(field)
    if isinstance(field, Items):
        return entries(field)
    if isinstance(field, Scalars):
        most = min(field.max_items or 3, 3)
        return st.lists(values(resource_type, field.item, "item"), min_size=field.min_items, max_size=most, unique=True)
    if isinstance(field, SearchParams):
        return conditions()
    for type_, strategy in ((Text, texts), (Integer, integers), (Float, floats)):
        if isinstance(field, type_):
            return strategy(field)
    assert isinstance(field, Boolean), field
    return st.booleans()


@st.composite
def groups(draw, resource_type, field, path):
    return {
        part.name: draw(values(resource_type, part, f"{path}{field.name}."))
        for part in field.fields
        if part.option and not part.names_other and (part.required or draw(st.booleans()))
    }


def environments(field):
    """Return a strategy for the three options of an environment."""
    names = st.from_regex("[A-Z_][A-Z0-9_]{0,10}", fullmatch=True)
    plain = st.dictionaries(names, st.text(TEXT, max_size=LONGEST) | st.integers(-LARGEST, LARGEST), max_size=4)
    # The module refuses a secret that is part of a word in results.
    secret_text = st.text(TEXT, min_size=8, max_size=LONGEST).filter(
        lambda text: not any(text in word for word in WORDS)
    )
    secret = st.dictionaries(names.map(lambda name: f"SECRET_{name}"), secret_text, max_size=2)
    given = {field.name: plain, f"secret_{field.name}": secret}
    return st.fixed_dictionaries({}, optional={**given, f"{field.name}_mode": st.sampled_from(["replace", "merge"])})


@st.composite
def tasks(draw, module, current=None):
    """Draw options that create a resource or, given its ``current`` options, change it."""
    desired = {}
    resource_type = RESOURCE_TYPES[module]
    for field in resource_type.table.fields:
        # The names of other resources are tested in the laws.
        if not field.option or field.names_other:
            continue
        if isinstance(field, Environment):
            if current is None or not field.immutable:
                desired.update(draw(environments(field)))
        elif current is not None and field.immutable:
            if field.name in current and not field.write_only and draw(st.booleans()):
                desired[field.name] = current[field.name]
        elif (field.required and current is None and field.on_create is None) or draw(st.booleans()):
            strategy = values(module, field)
            if not strategy.is_empty:
                desired[field.name] = draw(strategy)
    task = _consistent(module, desired, current)
    complete = {**(current or {}), **task}
    assume(not _contains_mask(complete) and not _shows_secret(module, complete))
    return task


def _contains_mask(options):
    """Return whether a text contains what Ansible shows instead of a secret. The module refuses such a task."""
    return any(mask in text for text in _texts_in(options) for mask in MASKS)


def _shows_secret(module, options):
    """Return whether a secret occurs in another option, in letters of any case. The module refuses such a task."""
    fields = RESOURCE_TYPES[module].table.fields
    secret = {field.name for field in fields if field.secret}
    secret |= {f"secret_{field.name}" for field in fields if isinstance(field, Environment)}
    shown = [text for option, value in options.items() if option not in secret for text in _texts_in(value)]
    hidden = [text for option, value in options.items() if option in secret for text in _texts_in(value, names=False)]
    return any(text.upper() in other.upper() for text in hidden for other in shown)


def _texts_in(value, names=True):
    """Yield the texts in the value of an option.

    :param names: whether to yield the names in a mapping, too.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value if names else ()
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _texts_in(each, names)


def _consistent(module, desired, current):
    """Return the options, changed so that they are consistent with each other."""
    for first, second in ALTERNATIVES.get(module, ()):
        if first in desired:
            desired.pop(second, None)
    if current is None and module in ONE_OF and not any(desired.get(option) for option in ONE_OF[module]):
        desired[ONE_OF[module][0]] = "0f3a5c7e9b1d"
    target = {**(current or {}), **desired}
    workers = {**(current or {}).get("worker_config", {}), **desired.get("worker_config", {})}
    for least, most in (("min_num", "max_num"), ("min_replicas", "max_replicas")):
        if workers.get(least, 0) > workers.get(most, 0):
            desired.setdefault("worker_config", {})[least] = workers.get(most, 0)
    mounts = target.get("volume_mounts") or []
    if any(mount["type"] == "network" for mount in mounts) and not target.get("cluster_id"):
        desired["cluster_id"] = "us-demo-1"
    if module == "novita_network_storage" and "size" in desired and current:
        desired["size"] = max(desired["size"], current["size"])
    if module == "ppio_instance" and current and "resource" in desired:
        # The number of GPUs is immutable, and a disk does not shrink.
        former = current["resource"]
        size = max(desired["resource"]["rootfs_size_gb"], former["rootfs_size_gb"])
        desired["resource"] = {**desired["resource"], "gpu_num": former["gpu_num"], "rootfs_size_gb": size}
    if module == "vast_instance" and current is None:
        desired["search_params"] = VAST_INSTANCE.task["search_params"]
    elif module == "vast_instance" and not current.get("bid_price"):
        desired.pop("bid_price", None)
    if module == "novita_instance":
        if "rootfs_size" in desired and current:
            desired["rootfs_size"] = max(desired["rootfs_size"], current["rootfs_size"])
        taken = {str(tool.get("port")) for tool in target.get("tools") or []}
        if "ports" in desired:
            desired["ports"] = [entry for entry in desired["ports"] if entry.split("/")[0] not in taken]
    return desired
