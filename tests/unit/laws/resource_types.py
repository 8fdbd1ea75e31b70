# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts about each resource type that the law tests need. A new resource type needs only a new entry."""

from __future__ import annotations

import base64
import hashlib
import shlex
import zlib
from dataclasses import dataclass, field
from typing import Callable

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES as CLASSES


@dataclass(frozen=True)
class ResourceType:
    """One resource type, in tasks and in the provider's API ("wire").

    :param task: a complete task that creates a resource.
    :param change: a fragment of a task that changes the option at ``changed_path``; ``changed_wire`` is its wire path.
    :param amounts: the values of that option in ``task`` and in ``change``, and two values that the provider can store
        instead.
    :param zero: a fragment with values that are all zero or empty.
    :param written: wire fields that every update must send.
    :param requests: the operations of each action (law 15).
    :param ready: the status of a ready resource.
    :param unknown_id: an id that does not exist.
    :param wrong: invalid fragments that are refused before the first request, each with the path in the message.
    :param outside: fragments outside the documented ranges, each with the path in the message. They are refused before
        any write, unless the resource has exactly that value.
    :param carried: values outside the documented ranges that a resource can have, as wire fields and as options; then
        one of the options with a value that no resource has, and its path.
    :param name_wire: the wire field of the name.
    :param update: the operation that ``change`` sends.
    :param settings: settings of the simulator for this resource type.
    :param read: the operation that reads one resource again.
    :param put_modes: the meanings that a missing key of an update can have in the simulator.
    :param for_replacement: the options that a replacement needs, such as those that no read returns.
    :param unread: two fragments with different values of options that no read returns (law 16).
    :param state_wire: the wire field of its state, with a message.
    :param stops: whether a stopped resource is not usable.
    :param renames: whether a resource can get another name.
    :param once: whether ``change`` must never be sent twice.
    :param subscription: a fragment that pays the resource in advance.
    :param lingers: whether the removal of a resource takes as long as its start.
    :param env_updates: whether the environment and other texts can change in place.
    :param env_update: the operation that a change of the environment sends.
    :param seeded: wire fields of manually created resources.
    :param envs: whether it has an environment; then ``task`` sets LOG_LEVEL, WORKERS and the secret TOKEN.
    :param fixed: a fragment that changes the immutable option at ``fixed_path``.
    :param pagings: settings of the simulator for the paging styles of the list response.
    :param short: whether the module can detect that a list response is truncated.
    :param boots: whether a new resource is pending before it is ready.
    :param demanding: whether a create needs more than a name.
    :param odd_name: the most unusual name that the provider accepts.
    :param free_name: whether a name can contain any characters.
    :param identity: the option that selects the resource.
    :param alias: another name of that option.
    :param named: whether that option is its name.
    :param reveal: the option of the info module that returns values that can contain secrets.
    :param around: resources of other types that must exist, as (store, wire fields).
    :param sleeps: whether its cluster can sleep; then it has workers and a state.
    :param gathers: whether the info module can read workers and logs; then it has ``gathers_by_default``, the default
        of ``gather_workers``, and ``waits``, options with which a task waits for a worker.
    :param totals: whether its list responses contain the number of resources.
    :param updates: whether the provider can change a resource; otherwise ``change`` is empty.
    :param returns_id: whether the module knows the id of a new resource as soon as the provider accepts the create.
    :param id_is_name: whether the id is the name, so that the response to a create contains no id.
    :param also_named: options that select the resource together with ``identity``.
    :param list_key: the key of the resources in list responses, if it is not ``noun`` with an s.
    :param replaceable: whether the module can replace a resource.
    :param long_names: whether names can have more than 30 characters.
    :param title: the resource type in messages, if it is not ``noun`` with spaces.
    :param other_lists: operations that the module uses if a list response is HTTP 403 or 404; such a fault also affects
        them.
    :param env_wire: the wire field of the environment.
    :param env_form: makes the wire form of an environment.
    :param other_identity: makes an identity of any text, for resources in addition to the one of ``task``.
    :param identity_with: makes a valid identity that contains a text of letters and digits.
    :param shown_identity: makes the text with which messages show an identity.
    :param ambiguous: whether two resources can have the same identity, which is then an error.
    :param exclusive: the error code of a create if there is a resource with the same identity.
    :param visible_change: whether a read shows ``change``, so that a second run changes nothing.
    :param shown_change: whether messages show the values of the changed option.
    :param private: whether ``reveal`` returns values that can contain secrets.
    :param any_text: whether results show a text of the resource that can have any content.
    :param envelope: whether the list response must be an object.
    :param worst_cost: the highest cost per hour that ``task`` allows, for types whose cost a task can limit.
    :param dearer: a fragment that raises this cost, and the cost after it.
    :param currency: the currency of the costs.
    :param price_list: the operation that reads the prices, if there is one.
    :param unpriced: a store, an id and the fields with which the price of ``task`` is unknown; or a fragment of a task.
    """

    provider: str
    noun: str
    task: dict
    change: dict
    changed_path: str
    changed_wire: str
    zero: dict
    written: tuple
    requests: dict
    ready: str
    unknown_id: str
    wrong: list = field(repr=False)
    outside: list = field(default_factory=list, repr=False)
    carried: tuple = ()
    amounts: tuple = (2, 5, 1, 3)
    name_wire: str = "name"
    update: str = "update"
    settings: dict = field(default_factory=dict)
    read: str = "get"
    put_modes: tuple = ("full", "partial", "zero_ignoring")
    envs: bool = True
    fixed: dict = field(default_factory=dict)
    fixed_path: str = ""
    pagings: tuple = ()
    short: bool = True
    boots: bool = True
    demanding: bool = True
    stops: bool = True
    renames: bool = True
    once: bool = False
    subscription: dict = field(default_factory=dict)
    env_update: str = "update"
    env_updates: bool = True
    lingers: bool = True
    seeded: dict = field(default_factory=dict)
    for_replacement: dict = field(default_factory=dict)
    unread: tuple = ()
    state_wire: str = ""
    odd_name: str = "模型-ü-🚀"
    free_name: bool = True
    identity: str = "name"
    alias: str = ""
    named: bool = True
    reveal: str = "return_env_values"
    around: tuple = ()
    sleeps: bool = False
    gathers: bool = False
    gathers_by_default: bool = False
    waits: dict = field(default_factory=dict)
    totals: bool = False
    other_lists: tuple = ()
    env_wire: str = "envs"
    env_form: Callable = lambda variables: [{"key": name, "value": value} for name, value in variables.items()]
    other_identity: Callable = str
    title: str = ""
    updates: bool = True
    returns_id: bool = True
    id_is_name: bool = False
    also_named: dict = field(default_factory=dict)
    list_key: str = ""
    replaceable: bool = True
    long_names: bool = True
    identity_with: Callable = str
    shown_identity: Callable = str
    ambiguous: bool = True
    exclusive: str = ""
    visible_change: bool = True
    shown_change: bool = True
    private: bool = True
    envelope: bool = True
    any_text: bool = True
    worst_cost: float = 0
    dearer: tuple = ()
    currency: str = "USD"
    price_list: str = ""
    unpriced: tuple | dict = ()

    @property
    def words(self):
        """Return the resource type as messages show it."""
        return self.title or self.noun.replace("_", " ")

    @property
    def selection(self):
        """Return the options that select the resource of ``task``."""
        return {self.identity: self.task[self.identity], **self.also_named}

    @property
    def secretive(self):
        """Whether it has values that can contain secrets and that the provider returns in clear text."""
        return bool(self.reveal) and self.private

    @property
    def module(self):
        return f"{self.provider}_{self.noun}"

    @property
    def info(self):
        return f"{self.module}_info"

    @property
    def dated(self):
        """Whether the provider returns when a resource was created."""
        return "created_at" in CLASSES[self.module].facts_before_create

    @property
    def undated(self):
        return not self.dated

    def __str__(self):
        return self.module


INVALID_CONNECTIONS = [
    ({"id": ""}, "id"),
    ({"api_timeout": 0}, "api_timeout"),
    ({"api_timeout": True}, "api_timeout"),
    ({"api_retries": 21}, "api_retries"),
    ({"wait_timeout": 0}, "wait_timeout"),
    ({"settle_timeout": -1}, "settle_timeout"),
    ({"api_url": "http://api.example.com"}, "api_url"),
    ({"api_url": "ftp://api.example.com"}, "api_url"),
    ({"api_url": "https://user:secret@api.example.com"}, "api_url"),
    ({"api_url": "https://[api"}, "api_url"),
    ({"api_key": ""}, "api_key"),
    ({"api_key": "with a space in the middle"}, "api_key"),
    ({"api_key": "x" * 7}, "api_key"),
]

INVALID_NAMES = [
    ({"name": ""}, "name"),
    ({"name": ["a"]}, "name"),
    ({"name": {"a": 1}}, "name"),
    ({"name": True}, "name"),
    ({"name": 1.5}, "name"),
]

INVALID_ENVIRONMENTS = [
    ({"envs": {"A": False}}, "envs.A"),
    ({"envs": {"A": 12.8}}, "envs.A"),
    ({"envs": {"A": None}}, "envs.A"),
    ({"envs": {"A": ["x"]}}, "envs.A"),
    ({"envs": {"": "x"}}, "envs."),
    ({"envs": {"A=B": "x"}}, "envs.A=B"),
    ({"envs": {"A": "x"}, "secret_envs": {"A": "long enough"}}, "secret_envs.A"),
    ({"secret_envs": {"A": "short"}}, "secret_envs.A"),
]

ENVIRONMENT = {
    "envs": {"LOG_LEVEL": "info", "WORKERS": 4},
    "secret_envs": {"TOKEN": "canary-secret-0001"},
}

NOVITA_ENDPOINT = ResourceType(
    provider="novita",
    noun="endpoint",
    task={
        "name": "llm-8b",
        "worker_config": {
            "min_num": 0,
            "max_num": 2,
            "free_timeout": 300,
            "max_concurrent": 4,
            "gpu_num": 1,
            "request_timeout": 600,
        },
        "ports": [8000],
        "policy": {"type": "queue", "value": 15},
        "image": {"image": "registry.example.org/team/llm:1.4", "command": "serve --fast"},
        "products": ["7"],
        "volume_mounts": [
            {"type": "local", "mount_path": "/scratch"},
            {"type": "network", "id": "st-1", "mount_path": "/models"},
        ],
        "cluster_id": "us-demo-1",
        "healthy": {"path": "/ready"},
        **ENVIRONMENT,
    },
    change={"worker_config": {"max_num": 5}},
    changed_path="worker_config.max_num",
    changed_wire="workerConfig.maxNum",
    zero={"worker_config": {"min_num": 0}, "image": {"command": ""}, "envs": {}, "volume_mounts": []},
    written=("envs", "volumeMounts", "clusterID", "healthy", "name", "ports", "policy", "image"),
    requests={
        "absent": ["list"],
        "create": ["list", "create", "list"],
        "unchanged": ["list"],
        "update": ["list", "update", "get"],
        "delete": ["list", "delete", "list"],
    },
    ready="serving",
    unknown_id="0000000000000000",
    state_wire="state",
    sleeps=True,
    gathers=True,
    gathers_by_default=True,
    waits={"worker_config": {"min_num": 1}},
    totals=True,
    fixed={"products": ["8"]},
    fixed_path="products",
    pagings=(
        {"page_base": 1},
        {"page_cap": 7},
        {"total": "string"},
        {"total": "missing"},
        {"total": "missing", "page_cap": 7},
    ),
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + INVALID_ENVIRONMENTS
    + [
        ({"worker_config": {"min_num": True}}, "worker_config.min_num"),
        ({"worker_config": True}, "worker_config"),
        ({"worker_config": 5}, "worker_config"),
        ({"policy": True}, "policy"),
        ({"policy": 5}, "policy"),
        ({"image": True}, "image"),
        ({"image": 5}, "image"),
        ({"healthy": True}, "healthy"),
        ({"healthy": 5}, "healthy"),
        ({"volume_mounts": "x"}, "volume_mounts"),
        ({"volume_mounts": True}, "volume_mounts"),
        ({"app_name": ""}, "app_name"),
        ({"ports": ["2223"]}, "ports[0]"),
        ({"ports": [True]}, "ports[0]"),
        ({"image": {"command": {"a": 1}}}, "image.command"),
        ({"image": {"command": 12.8}}, "image.command"),
        ({"products": ["1", "1"]}, "products"),
        ({"volume_mounts": [{"type": "network", "mount_path": "/a", "id": "s", "size": 3}]}, "volume_mounts[0].size"),
        ({"volume_mounts": [{"type": "local", "mount_path": "/a", "id": "s"}]}, "volume_mounts[0].id"),
        ({"volume_mounts": [{"type": "local", "mount_path": "/a"}] * 2}, "volume_mounts[1]"),
    ],
    carried=(
        {
            "name": "n" * 300,
            "image": {"image": "i" * 600},
            "ports": [{"port": 70000}],
            "rootfsSize": 900,
            "workerConfig": {"requestTimeout": 7200, "cudaVersion": "any"},
        },
        {"image": {"image": "i" * 600}, "ports": [70000]},
        {"image": {"image": "j" * 600}},
        "image.image",
    ),
    outside=[
        ({"name": "x" * 221}, "name"),
        ({"ports": []}, "ports"),
        ({"ports": [8000, 8001]}, "ports"),
        ({"ports": [0]}, "ports[0]"),
        ({"ports": [65536]}, "ports[0]"),
        ({"image": {"image": "x" * 512}}, "image.image"),
        ({"image": {"auth_id": "x" * 256}}, "image.auth_id"),
        ({"image": {"command": "x" * 2048}}, "image.command"),
        ({"volume_mounts": [{"type": "local", "mount_path": "x" * 256}]}, "volume_mounts[0].mount_path"),
        ({"cluster_id": "x" * 256}, "cluster_id"),
    ],
    worst_cost=0.96,
    dearer=({"worker_config": {"max_num": 5}}, 2.4),
    price_list="product_v2.list",
    unpriced=("products", "7", {"pricing": None}),
)

PPIO_ENDPOINT = ResourceType(
    provider="ppio",
    noun="endpoint",
    task={
        "name": "llm-8b",
        "type": "sync",
        "product_id": "7",
        "image": "registry.example.org/team/llm:1.4",
        "command": "serve --fast",
        "worker_config": {
            "min_replicas": 0,
            "max_replicas": 2,
            "idle_timeout": 300,
            "max_concurrent_per_worker": 4,
            "gpu_num": 1,
            "rootfs_size_gb": 60,
            "min_cuda_version": "13.0",
            "request_timeout": 600,
        },
        "policy": {"type": "queue", "value": 15},
        "ports": [8000, 9000],
        "health_check": {"path": "/ready", "port": 8000},
        "volumes": [
            {"type": "local", "size": 30, "mount_point": "/scratch"},
            {"type": "network", "id": "st-1", "mount_point": "/models"},
        ],
        "region_id": "cn-demo-1",
        **ENVIRONMENT,
    },
    change={"worker_config": {"max_replicas": 5}},
    changed_path="worker_config.max_replicas",
    changed_wire="worker_config.max_replicas",
    zero={"worker_config": {"min_replicas": 0}, "command": "", "envs": {}, "volumes": [], "ports": []},
    written=(
        "name",
        "product_id",
        "image",
        "command",
        "worker_config",
        "policy",
        "ports",
        "health_check",
        "volumes",
        "region_id",
        "envs",
    ),
    requests={
        "absent": ["list"],
        "create": ["list", "create", "list", "get"],
        "unchanged": ["list", "get"],
        "update": ["list", "update", "get"],
        "delete": ["list", "delete", "list"],
    },
    ready="running",
    unknown_id="0000000000000000",
    state_wire="status",
    sleeps=True,
    gathers=True,
    gathers_by_default=True,
    waits={"worker_config": {"min_replicas": 1}},
    totals=True,
    fixed={"type": "async"},
    fixed_path="type",
    pagings=({"page_cap": 7}, {"page_cap": 31}, {"total": "missing"}, {"total": "string", "page_cap": 10}),
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + INVALID_ENVIRONMENTS
    + [
        ({"worker_config": True}, "worker_config"),
        ({"worker_config": 5}, "worker_config"),
        ({"policy": True}, "policy"),
        ({"policy": 5}, "policy"),
        ({"health_check": True}, "health_check"),
        ({"health_check": 5}, "health_check"),
        ({"app_name": ""}, "app_name"),
        ({"volumes": ["a"]}, "volumes[0]"),
        ({"product_id": ""}, "product_id"),
        ({"image": ""}, "image"),
        ({"entrypoint": ["a"]}, "entrypoint"),
        ({"worker_config": {"min_cuda_version": 12.8}}, "worker_config.min_cuda_version"),
        ({"volumes": [{"type": "network", "mount_point": "/a", "size": 3}]}, "volumes[0].size"),
        ({"volumes": [{"type": "network", "mount_point": "/a"}] * 2}, "volumes[1]"),
        ({"ports": [80, 80]}, "ports"),
    ],
    carried=(
        {
            "worker_config": {"rootfs_size_gb": 130, "request_timeout": 3600, "min_cuda_version": "any"},
            "image": "i" * 600,
            "policy": {"type": "queue", "value": 2000},
        },
        {
            "worker_config": {"rootfs_size_gb": 130, "request_timeout": 3600, "min_cuda_version": "any"},
            "image": "i" * 600,
        },
        {"worker_config": {"rootfs_size_gb": 120}},
        "worker_config.rootfs_size_gb",
    ),
    outside=[
        ({"name": "x" * 256}, "name"),
        ({"product_id": "x" * 256}, "product_id"),
        ({"image": "x" * 501}, "image"),
        ({"app_name": "x" * 256}, "app_name"),
        ({"registry_auth_id": "x" * 256}, "registry_auth_id"),
        ({"worker_config": {"max_replicas": 1001}}, "worker_config.max_replicas"),
        ({"worker_config": {"max_replicas": -1}}, "worker_config.max_replicas"),
        ({"worker_config": {"min_replicas": 1001}}, "worker_config.min_replicas"),
        ({"worker_config": {"idle_timeout": 0}}, "worker_config.idle_timeout"),
        ({"worker_config": {"idle_timeout": 1001}}, "worker_config.idle_timeout"),
        ({"worker_config": {"max_concurrent_per_worker": 0}}, "worker_config.max_concurrent_per_worker"),
        ({"worker_config": {"gpu_num": 9}}, "worker_config.gpu_num"),
        ({"worker_config": {"gpu_num": 0}}, "worker_config.gpu_num"),
        ({"worker_config": {"rootfs_size_gb": 9}}, "worker_config.rootfs_size_gb"),
        ({"worker_config": {"rootfs_size_gb": 101}}, "worker_config.rootfs_size_gb"),
        ({"worker_config": {"request_timeout": 1801}}, "worker_config.request_timeout"),
        ({"policy": {"value": 0}}, "policy.value"),
        ({"policy": {"value": 1001}}, "policy.value"),
        ({"volumes": [{"type": "network", "mount_point": "x" * 4096}]}, "volumes[0].mount_point"),
        ({"envs": {"x" * 512: "x"}}, "..."),
        ({"envs": {"A": "x" * 4096}}, "envs.A"),
        ({"secret_envs": {"A": "x" * 4096}}, "secret_envs.A"),
        ({"ports": [0]}, "ports[0]"),
        ({"ports": [65536]}, "ports[0]"),
        ({"health_check": {"port": 65536}}, "health_check.port"),
        ({"health_check": {"port": -1}}, "health_check.port"),
    ],
    worst_cost=5.96,
    dearer=({"worker_config": {"max_replicas": 5}}, 14.9),
    currency="CNY",
    price_list="product.list",
    unpriced=("products", "7", {"pricing": None}),
)

VAST_ENDPOINT = ResourceType(
    provider="vast",
    alias="endpoint_name",
    noun="endpoint",
    task={
        "name": "tts",
        "min_load": 1,
        "target_util": 0.85,
        "cold_mult": 2.5,
        "cold_workers": 1,
        "max_workers": 2,
        "inactivity_timeout": 900,
    },
    change={"max_workers": 5},
    changed_path="max_workers",
    changed_wire="max_workers",
    zero={"min_load": 0, "cold_workers": 0, "max_workers": 0, "inactivity_timeout": 0},
    written=(
        "endpoint_name",
        "target_util",
        "cold_mult",
        "cold_workers",
        "max_workers",
        "inactivity_timeout",
        "endpoint_state",
    ),
    requests={
        "absent": ["list"],
        "create": ["list", "create", "list"],
        "unchanged": ["list"],
        "update": ["list", "update", "list"],
        "delete": ["list", "delete", "list"],
    },
    ready="active",
    unknown_id="999999999",
    name_wire="endpoint_name",
    read="list",
    put_modes=("full", "partial", "null_clears"),
    gathers=True,
    waits={"wait_for_workers": 1},
    envs=False,
    reveal="",
    short=False,
    boots=False,
    demanding=False,
    odd_name="benchmark 2x RTX_4090 1a2b",
    free_name=False,
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + [
        ({"min_load": True}, "min_load"),
        ({"min_load": "nan"}, "min_load"),
        ({"cold_mult": "inf"}, "cold_mult"),
        ({"cold_workers": False}, "cold_workers"),
        ({"max_queue_time": "nan"}, "max_queue_time"),
        ({"target_queue_time": "-inf"}, "target_queue_time"),
        ({"inactivity_timeout": "inf"}, "inactivity_timeout"),
        ({"wait_for_workers": -1}, "wait_for_workers"),
        ({"autoscaler_url": "http://run.example.com"}, "autoscaler_url"),
    ],
    outside=[
        ({"min_load": -1}, "min_load"),
        ({"min_cold_load": -0.1}, "min_cold_load"),
        ({"target_util": 0}, "target_util"),
        ({"target_util": 1.01}, "target_util"),
        ({"cold_mult": -1}, "cold_mult"),
        ({"cold_workers": -1}, "cold_workers"),
        ({"max_workers": -1}, "max_workers"),
    ],
)

VAST_WORKERGROUP = ResourceType(
    provider="vast",
    alias="endpoint_name",
    noun="workergroup",
    task={
        "endpoint_id": 4711,
        "template_hash": "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e",
        "search_params": {
            "num_gpus": {"eq": 1},
            "gpu_name": {"in": ["RTX 4090", "RTX 5090"]},
            "gpu_ram": {"gte": 23000},
            "dph_total": {"lte": 0.6},
            "verified": {"eq": True},
            "rentable": {"eq": True},
            "rented": {"eq": False},
        },
        "launch_args": "--disk 64",
        "gpu_ram": 20,
    },
    change={"gpu_ram": 50},
    changed_path="gpu_ram",
    changed_wire="gpu_ram",
    amounts=(20, 50, 10, 30),
    zero={"launch_args": "", "gpu_ram": 0},
    written=("endpoint_id", "template_hash", "search_params", "launch_args", "gpu_ram"),
    requests=VAST_ENDPOINT.requests,
    ready="",
    unknown_id="999999999",
    name_wire="endpoint_id",
    identity="endpoint_id",
    named=False,
    around=(("endpoints", {"id": 4711, "endpoint_name": "tts", "max_workers": 4}),),
    other_identity=lambda text: zlib.crc32(text.encode()),
    read="list",
    put_modes=VAST_ENDPOINT.put_modes,
    envs=False,
    reveal="return_launch_args",
    short=False,
    boots=False,
    demanding=False,
    renames=False,
    seeded={"template_hash": "7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e", "launch_args": "--disk 32"},
    wrong=INVALID_CONNECTIONS
    + [
        ({"endpoint_id": True}, "endpoint_id"),
        ({"template_hash": ""}, "template_hash"),
        ({"template_hash": ["a"]}, "template_hash"),
        ({"launch_args": {"a": 1}}, "launch_args"),
        ({"gpu_ram": "nan"}, "gpu_ram"),
        ({"gpu_ram": True}, "gpu_ram"),
        ({"search_params": ""}, "search_params"),
        ({"search_params": 5}, "search_params"),
        ({"search_params": ["num_gpus=1"]}, "search_params"),
        ({"search_params": "num_gpus"}, "search_params"),
        ({"search_params": "num_gpus=1 and some"}, "search_params"),
        ({"search_params": "num_gpus=>1"}, "search_params"),
        ({"search_params": "num_gpus="}, "search_params"),
        ({"search_params": "gpu_name in []"}, "search_params"),
        ({"search_params": "num_gpus>any"}, "search_params"),
        ({"search_params": "gpu_ram>=much"}, "search_params"),
        ({"search_params": "driver_version>=535.86"}, "search_params"),
        ({"search_params": {"num_gpus": 1}}, "search_params.num_gpus"),
        ({"search_params": {"num_gpus": {"equals": 1}}}, "search_params.num_gpus"),
        ({"search_params": {"num_gpus": {"in": 1}}}, "search_params.num_gpus.in"),
        ({"search_params": {"num_gpus": {"eq": [1]}}}, "search_params.num_gpus.eq"),
        ({"search_params": {"dph_total": {"lte": float("inf")}}}, "search_params.dph_total"),
        ({"search_params": "num_gpus>=two"}, "search_params"),
        ({"search_params": "gpu_ram>=24000"}, "search_params.gpu_ram"),
        ({"search_params": "duration>=86400"}, "search_params.duration"),
        ({"search_params": "gpu_nam=H100"}, "search_params.gpu_nam"),
        ({"search_params": "verified=yes"}, "search_params.verified"),
        ({"search_params": "num_gpus>=8 num_gpus<=4"}, "search_params.num_gpus"),
        ({"search_params": "gpu_ram in [24,48]"}, "search_params"),
        ({"search_params": "num_gpus=1 num_gpus=2"}, "search_params"),
        ({"search_params": 'gpu_name="a,b"'}, "search_params"),
        ({"search_params": {"gpu_name": {"eq": "RTX_4090"}}}, "search_params.gpu_name"),
        ({"search_params": {"verified": {"eq": "true"}}}, "search_params.verified"),
        ({"search_params": {"gpu_ram": {"in": [24000]}}}, "search_params.gpu_ram"),
        ({"search_params": {"dph": {"lte": 1}, "dph_total": {"lte": 2}}}, "search_params"),
    ],
    outside=[
        ({"endpoint_id": 0}, "endpoint_id"),
        ({"template_id": 0}, "template_id"),
        ({"gpu_ram": -1}, "gpu_ram"),
        ({"search_params": {"gpu_ram": {"gte": 24}}}, "search_params.gpu_ram"),
        ({"search_params": {"duration": {"gte": 3}}}, "search_params.duration"),
        ({"search_params": {"gpu_nam": {"eq": "H100"}}}, "search_params.gpu_nam"),
        ({"search_params": {"num_gpus": {"gte": "two"}}}, "search_params.num_gpus"),
    ],
    worst_cost=2.4,
    dearer=({"search_params": {"dph_total": {"lte": 0.9}}}, 3.6),
    unpriced={"search_params": {"dph_total": {}}},
)

KEY_START = "AAAAC3NzaC1lZDI1NTE5AAAAIA"


def public_key(text):
    """Return a public key whose base64 part begins, after its type, with a text of letters and digits."""
    return f"ssh-ed25519 {KEY_START}{text:A<42}"


def fingerprint(key):
    """Return a fingerprint as OpenSSH shows it."""
    content = base64.b64decode(key.split()[1])
    return f"SHA256:{base64.b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')}"


VAST_SSH_KEY = ResourceType(
    provider="vast",
    alias="ssh_key",
    noun="ssh_key",
    title="SSH key",
    task={"public_key": public_key("n2GkqWjX7ZzQmW0lRkYt1uJb5sP8cVhTgE4oNfLx3a"), "comment": "ops@build"},
    change={"comment": "build server 2"},
    changed_path="comment",
    changed_wire="comment",
    amounts=("ops@build", "build server 2", "ops", "build"),
    zero={"comment": ""},
    written=("ssh_key",),
    requests=VAST_ENDPOINT.requests,
    ready="",
    unknown_id="999999999",
    name_wire="public_key",
    identity="public_key",
    identity_with=public_key,
    shown_identity=fingerprint,
    other_identity=public_key,
    named=False,
    seeded={"comment": "manual key"},
    ambiguous=False,
    shown_change=False,
    private=False,
    envelope=False,
    any_text=False,
    # A list without an envelope cannot contradict itself.
    settings={"ssh_keys_shape": "object"},
    read="list",
    put_modes=VAST_ENDPOINT.put_modes,
    envs=False,
    reveal="return_comments",
    short=False,
    boots=False,
    renames=False,
    demanding=False,
    wrong=INVALID_CONNECTIONS
    + [
        ({"public_key": ""}, "public_key"),
        ({"public_key": ["a"]}, "public_key"),
        ({"public_key": "ssh-ed25519"}, "public_key"),
        ({"public_key": public_key("a")[:-5]}, "public_key"),
        ({"public_key": f"ssh-rsa {public_key('a').split()[1]}"}, "public_key"),
        ({"public_key": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n"}, "public_key"),
        ({"comment": ["a"]}, "comment"),
        ({"comment": "a\0b"}, "comment"),
    ],
)

VAST_ENV_VAR = ResourceType(
    provider="vast",
    alias="key",
    noun="env_var",
    title="environment variable",
    task={"name": "HF_TOKEN", "value": "canary-secret-0001"},
    change={"value": "canary-secret-0002", "update_value": "always"},
    changed_path="value",
    changed_wire="value",
    zero={},
    written=("key", "value"),
    requests={
        **VAST_ENDPOINT.requests,
        # A create and an update also read the templates, which can set a variable of the same name.
        "create": ["list", "template.list", "create", "list"],
        "update": ["list", "template.list", "update", "list"],
    },
    ready="",
    unknown_id="NO_SUCH_VARIABLE",
    name_wire="key",
    unread=({}, {"value": "canary-secret-0003"}),
    identity_with="X{}".format,
    other_identity=str.upper,
    named=False,
    ambiguous=False,
    exclusive="existing_key",
    visible_change=False,
    shown_change=False,
    any_text=False,
    id_is_name=True,
    read="list",
    put_modes=VAST_ENDPOINT.put_modes,
    envs=False,
    reveal="",
    short=False,
    boots=False,
    renames=False,
    demanding=False,
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + [
        ({"name": "1A"}, "name"),
        ({"name": "A-B"}, "name"),
        ({"name": "A B"}, "name"),
        ({"name": "Ä"}, "name"),
        ({"value": "x" * 7}, "value"),
        ({"value": "a value with spaces"}, "value"),
        ({"value": "c29tZSBzZWNyZXQ="}, "value"),
        ({"update_value": "always"}, "value"),
    ],
    outside=[({"name": "A" * 256, "value": "canary-secret-0001"}, "name")],
)

NOVITA_INSTANCE = ResourceType(
    provider="novita",
    noun="instance",
    task={
        "name": "trainer-1",
        "product_id": "4090.16c62g",
        "gpu_num": 1,
        "rootfs_size": 20,
        "image_url": "registry.example.org/team/train:1.4",
        "kind": "gpu",
        "ports": ["8888/http", "22022/tcp"],
        "command": "sleep infinity",
        "network_storages": [{"id": "st-1", "mount_point": "/models"}, {"id": "st-2", "mount_point": "/data"}],
        "cluster_id": "us-demo-1",
        **ENVIRONMENT,
    },
    change={"rootfs_size": 50},
    changed_path="rootfs_size",
    changed_wire="rootfsSize",
    amounts=(20, 50, 10, 30),
    zero={"command": "", "ports": [], "envs": {}, "network_storages": []},
    written=("ports",),
    requests={
        "absent": ["list"],
        "create": ["list", "create", "list", "get"],
        "unchanged": ["list", "get"],
        "update": ["list", "get", "edit", "get"],
        "delete": ["list", "delete", "list"],
    },
    ready="running",
    unknown_id="0000000000000000",
    update="edit",
    settings={"removed_linger": 0},
    totals=True,
    fixed={"product_id": "h100.24c200g"},
    fixed_path="product_id",
    for_replacement={"image_auth": "", "month": 0, "min_cuda_version": ""},
    unread=(
        {"image_auth": "team-bot:first-password", "min_cuda_version": "12.4"},
        {"image_auth": "team-bot:second-password", "min_cuda_version": "12.6"},
    ),
    state_wire="statusError",
    stops=False,
    renames=False,
    once=True,
    subscription={"billing_mode": "monthly", "month": 1},
    env_update="upgrade",
    seeded={"rootfsSize": 20},
    pagings=NOVITA_ENDPOINT.pagings,
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + INVALID_ENVIRONMENTS
    + [
        ({"product_id": ""}, "product_id"),
        ({"cluster_id": ""}, "cluster_id"),
        ({"tools": "no-text"}, "tools"),
        ({"network_storages": ["a"]}, "network_storages[0]"),
        ({"image_url": ""}, "image_url"),
        ({"image_auth": "x" * 10240}, "image_auth"),
        ({"image_auth": "x" * 7}, "image_auth"),
        ({"ports": ["8888"]}, "ports[0]"),
        ({"ports": [8888]}, "ports[0]"),
        ({"ports": ["8888/udp"]}, "ports[0]"),
        ({"ports": ["0/tcp"]}, "ports"),
        ({"ports": ["65536/tcp"]}, "ports"),
        ({"ports": ["2222/tcp"]}, "ports"),
        ({"ports": ["80/tcp", "80/tcp"]}, "ports"),
        ({"tools": [{"name": "Jupyter", "port": 2224}]}, "tools[0].port"),
        ({"tools": [{"name": "Jupyter", "port": 80}] * 2}, "tools[1]"),
        ({"network_storages": [{"id": "s", "mount_point": ""}]}, "network_storages[0].mount_point"),
        ({"month": -1}, "month"),
        ({"min_cuda_version": "12"}, "min_cuda_version"),
        ({"min_cuda_version": 12.8}, "min_cuda_version"),
        ({"min_cuda_version": "x" * 256}, "min_cuda_version"),
        ({"max_hourly_price": 0}, "max_hourly_price"),
        ({"max_hourly_price": "nan"}, "max_hourly_price"),
    ],
    carried=(
        {"rootfsSize": 9000, "gpuNum": 16, "imageUrl": "i" * 600, "command": "c" * 3000},
        {"rootfs_size": 9000, "gpu_num": 16, "image_url": "i" * 600, "command": "c" * 3000},
        {"command": "d" * 3000},
        "command",
    ),
    outside=[
        ({"name": "x" * 256}, "name"),
        ({"product_id": "x" * 256}, "product_id"),
        ({"gpu_num": 0}, "gpu_num"),
        ({"gpu_num": 9}, "gpu_num"),
        ({"rootfs_size": 9}, "rootfs_size"),
        ({"rootfs_size": 6145}, "rootfs_size"),
        ({"image_url": "x" * 501}, "image_url"),
        ({"command": "x" * 2048}, "command"),
        ({"entrypoint": "x" * 2048}, "entrypoint"),
        ({"network_storages": [{"id": "s", "mount_point": "x" * 4096}]}, "network_storages[0].mount_point"),
        ({"network_storages": [{"id": f"s{number}"} for number in range(31)]}, "network_storages"),
        ({"auto_renew_month": 0}, "auto_renew_month"),
        ({"auto_renew_month": 13}, "auto_renew_month"),
    ],
    worst_cost=0.35,
    dearer=({"gpu_num": 2, "recreate": True}, 0.7),
    price_list="product.list",
    unpriced=("products", "4090.16c62g", {"pricing": None}),
)

NOVITA_NETWORK_STORAGE = ResourceType(
    provider="novita",
    noun="network_storage",
    alias="storage_name",
    task={"name": "llm-8b", "cluster_id": "us-demo-1", "size": 50},
    change={"size": 100},
    changed_path="size",
    changed_wire="storageSize",
    amounts=(50, 100, 20, 80),
    zero={},
    written=("storageName", "storageSize"),
    requests=VAST_ENDPOINT.requests,
    ready="",
    unknown_id="5f0c1d2e-0000-4000-8000-000000000009",
    name_wire="storageName",
    read="list",
    list_key="data",
    # Other characters than letters, digits and hyphens are a matter of the server.
    settings={"storage_names": "any"},
    envs=False,
    reveal="",
    boots=False,
    totals=True,
    fixed={"cluster_id": "us-dallas-nas-2"},
    fixed_path="cluster_id",
    replaceable=False,
    odd_name="llm-8b-EU-2",
    pagings=NOVITA_ENDPOINT.pagings,
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + [
        ({"cluster_id": ""}, "cluster_id"),
        ({"cluster_id": ["a"]}, "cluster_id"),
        ({"size": True}, "size"),
    ],
    outside=[({"size": 9}, "size"), ({"size": 0}, "size"), ({"size": -50}, "size")],
)

NOVITA_NETWORK = ResourceType(
    provider="novita",
    noun="network",
    task={"name": "llm-8b", "cluster_id": "us-demo-1"},
    change={},
    changed_path="",
    changed_wire="",
    zero={},
    written=(),
    requests={
        "absent": ["list"],
        "create": ["list", "create", "list"],
        "unchanged": ["list"],
        "delete": ["list", "delete", "list"],
    },
    ready="ready",
    unknown_id="0000000000000000",
    updates=False,
    returns_id=False,
    long_names=False,
    envs=False,
    reveal="",
    totals=True,
    stops=False,
    fixed={"cluster_id": "eu-demo-1"},
    fixed_path="cluster_id",
    pagings=NOVITA_ENDPOINT.pagings,
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + [({"cluster_id": ""}, "cluster_id"), ({"cluster_id": ["a"]}, "cluster_id"), ({"name": " a"}, "name")],
    outside=[({"name": "x" * 31}, "name")],
)

NOVITA_REGISTRY_AUTH = ResourceType(
    provider="novita",
    noun="registry_auth",
    title="registry credential",
    task={"name": "registry.example.org", "username": "team-bot", "password": "canary-secret-0001"},
    also_named={"username": "team-bot"},
    change={},
    changed_path="",
    changed_wire="",
    zero={},
    written=(),
    requests={
        "absent": ["list"],
        "create": ["list", "create", "list"],
        "unchanged": ["list"],
        "delete": ["list", "delete", "list"],
    },
    ready="",
    unknown_id="0000000000000000",
    read="list",
    updates=False,
    returns_id=False,
    seeded={"username": "team-bot", "password": "canary-secret-0002"},
    envs=False,
    reveal="",
    short=False,
    boots=False,
    renames=False,
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + [
        ({"username": ""}, "username"),
        ({"username": ["a"]}, "username"),
        ({"username": True}, "username"),
        ({"username": " team-bot"}, "username"),
        ({"password": "short"}, "password"),
    ],
    outside=[
        ({"name": "x" * 256, "password": "canary-secret-0001"}, "name"),
        ({"username": "x" * 512, "password": "canary-secret-0001"}, "username"),
        ({"password": "x" * 1025}, "password"),
    ],
)

VAST_TEMPLATE = ResourceType(
    provider="vast",
    noun="template",
    task={
        "name": "tts-worker",
        "image": "registry.example.org/team/tts",
        "tag": "1.4",
        "ports": ["3000:3000", "9000:9000/udp"],
        "docker_options": "--shm-size 8g --ipc=host",
        "onstart": "entrypoint.sh",
        "runtype": "ssh",
        "args_str": "--fast",
        "use_ssh": True,
        "ssh_direct": True,
        "readme": "# TTS",
        "desc": "Text to speech",
        "private": True,
        "extra_filters": {"cuda_max_good": {"gte": 12.4}, "gpu_ram": {"gte": 23000}},
        "recommended_disk_space": 64,
        **ENVIRONMENT,
    },
    change={"recommended_disk_space": 128},
    changed_path="recommended_disk_space",
    changed_wire="recommended_disk_space",
    amounts=(64, 128, 32, 96),
    zero={
        "onstart": "",
        "docker_options": "",
        "ports": [],
        "envs": {},
        "use_ssh": False,
        "desc": "",
        "recommended_disk_space": 0,
    },
    written=("name", "image", "tag", "env", "onstart", "runtype", "args_str", "use_ssh", "readme", "desc", "private")
    + ("extra_filters", "id", "hash_id"),
    requests={
        "absent": ["list"],
        # A create with an environment also reads the variables of the account, which can have the same names.
        "create": ["list", "env_var.list", "create", "list"],
        "unchanged": ["list"],
        # A change and a delete also read the workergroups that use the template.
        "update": ["list", "workergroup.list", "update", "list"],
        "delete": ["list", "workergroup.list", "delete", "list"],
    },
    ready="",
    unknown_id="999999999",
    unread=tuple(
        {
            "docker_login_repo": "registry.example.org",
            "docker_login_user": "team-bot",
            "docker_login_pass": password,
        }
        for password in ("first-password", "second-password")
    ),
    read="list",
    other_lists=("user.get",),
    put_modes=VAST_ENDPOINT.put_modes,
    short=False,
    boots=False,
    env_wire="env",
    env_form=lambda variables: " ".join(shlex.join(["-e", f"{name}={value}"]) for name, value in variables.items()),
    seeded={
        "image": "docker.io/team/tts:1",
        "href": "https://hub.docker.com/r/team/tts/",
        "repo": "team/tts",
        "env": "-p 80:80",
        "recommended_disk_space": 16,
    },
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + INVALID_ENVIRONMENTS
    + [
        ({"image": ""}, "image"),
        ({"image": "a:1", "tag": "2"}, "tag"),
        ({"tag": 1.4}, "tag"),
        ({"tag": ""}, "tag"),
        ({"ports": ["8000"]}, "ports[0]"),
        ({"ports": [8000]}, "ports[0]"),
        ({"ports": ["8000/http"]}, "ports[0]"),
        ({"ports": ["80:80", "80:80/tcp"]}, "ports"),
        ({"docker_options": "-e A=b"}, "docker_options"),
        ({"docker_options": "--shm-size 8g -p 80:80"}, "docker_options"),
        ({"docker_options": "--label 'a"}, "docker_options"),
        ({"docker_login_pass": "short"}, "docker_login_pass"),
        ({"extra_filters": {"num_gpus": 1}}, "extra_filters.num_gpus"),
        ({"extra_filters": {"num_gpus": {"equals": 1}}}, "extra_filters.num_gpus"),
        ({"extra_filters": {"dph_total": {"lte": float("inf")}}}, "extra_filters.dph_total"),
        ({"recommended_disk_space": "nan"}, "recommended_disk_space"),
    ],
    carried=(
        {"onstart": "x" * 5000, "runtype": "jupyter_direct ssh_proxy", "image": "docker.io/team/tts"},
        {"onstart": "x" * 5000, "runtype": "jupyter_direct ssh_proxy"},
        {"onstart": "y" * 5000},
        "onstart",
    ),
    outside=[
        ({"onstart": "x" * 4049}, "onstart"),
        ({"runtype": "bash"}, "runtype"),
        ({"recommended_disk_space": -1}, "recommended_disk_space"),
        ({"extra_filters": {"gpu_ram": {"gte": 24}}}, "extra_filters.gpu_ram"),
        ({"extra_filters": {"gpu_nam": {"eq": "H100"}}}, "extra_filters.gpu_nam"),
    ],
)
PPIO_INSTANCE = ResourceType(
    provider="ppio",
    noun="instance",
    task={
        "name": "trainer-1",
        "type": "gpu",
        "product_id": "4090.18c.60g.18c60g",
        "image": "registry.example.org/team/train:1.4",
        "resource": {"gpu_num": 1, "rootfs_size_gb": 60},
        "billing": {"mode": "postpaid"},
        "ports": ["8888/http", "22022/tcp"],
        "command": "sleep infinity",
        "volumes": [{"type": "network", "id": "st-1", "mount_point": "/models"}],
        "candidate_regions": ["cn-demo-1"],
        **ENVIRONMENT,
    },
    change={"resource": {"rootfs_size_gb": 80}},
    changed_path="resource.rootfs_size_gb",
    changed_wire="resource_specs.rootfs_size_gb",
    amounts=(60, 80, 50, 70),
    zero={"command": "", "ports": [], "envs": {}},
    written=("rootfs_size_expand_gb",),
    requests={
        "absent": ["list"],
        "create": ["list", "create", "list", "get"],
        "unchanged": ["list", "get"],
        "update": ["list", "get", "expand_rootfs", "get"],
        "delete": ["list", "delete", "list"],
    },
    ready="running",
    unknown_id="0000000000000000",
    update="expand_rootfs",
    settings={"removed_linger": 0},
    totals=True,
    fixed={"product_id": "4090d.16c62g"},
    for_replacement={"accept_data_loss": True},
    unread=tuple(
        {"resource": {"gpu_num": 1, "rootfs_size_gb": 60, "min_cuda_version": version}} for version in ("12.4", "12.6")
    ),
    state_wire="status",
    fixed_path="product_id",
    stops=False,
    renames=False,
    once=True,
    subscription={"billing": {"mode": "prepaid", "prepaid": {"months": 1}}},
    env_update="upgrade",
    seeded={"resource_specs": {"gpu_num": 1, "rootfs_size_gb": 60}},
    pagings=PPIO_ENDPOINT.pagings,
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + INVALID_ENVIRONMENTS
    + [
        ({"product_id": ""}, "product_id"),
        ({"image": ""}, "image"),
        ({"resource": True}, "resource"),
        ({"resource": 5}, "resource"),
        ({"resource": {"min_cuda_version": 12.8}}, "resource.min_cuda_version"),
        ({"billing": True}, "billing"),
        ({"billing": {"prepaid": 5}}, "billing.prepaid"),
        ({"network": 5}, "network"),
        ({"tools": 5}, "tools"),
        ({"tools": {"jupyter": 5}}, "tools.jupyter"),
        ({"auto_migrate": True}, "auto_migrate"),
        ({"volumes": ["a"]}, "volumes[0]"),
        ({"volumes": [{"type": "network", "id": "a", "mount_point": "/a"}] * 2}, "volumes[1]"),
        ({"volumes": [{"type": "network", "id": "a", "mount_point": ""}]}, "volumes[0].mount_point"),
        ({"candidate_regions": [""]}, "candidate_regions[0]"),
        ({"entrypoint": ["a"]}, "entrypoint"),
        ({"ports": ["8888"]}, "ports[0]"),
        ({"ports": [8888]}, "ports[0]"),
        ({"ports": ["8888/udp"]}, "ports[0]"),
        ({"ports": ["0/tcp"]}, "ports"),
        ({"ports": ["65536/tcp"]}, "ports"),
        ({"ports": ["80/tcp", "80/tcp"]}, "ports"),
        ({"max_hourly_price": 0}, "max_hourly_price"),
        ({"max_hourly_price": "nan"}, "max_hourly_price"),
    ],
    carried=(
        {"image": "i" * 600},
        {"image": "i" * 600},
        {"image": "j" * 600},
        "image",
    ),
    outside=[
        ({"name": "x" * 256}, "name"),
        ({"product_id": "x" * 256}, "product_id"),
        ({"image": "x" * 501}, "image"),
        ({"registry_auth_id": "x" * 256}, "registry_auth_id"),
        ({"resource": {"gpu_num": 0}}, "resource.gpu_num"),
        ({"resource": {"rootfs_size_gb": 9}}, "resource.rootfs_size_gb"),
        (
            {"billing": {"mode": "prepaid", "prepaid": {"auto_renew": {"months": -1}}}},
            "billing.prepaid.auto_renew.months",
        ),
        ({"billing": {"prepaid": {"months": 0}}}, "billing.prepaid.months"),
        ({"tools": {"jupyter": {"port": 0}}}, "tools.jupyter.port"),
        ({"tools": {"jupyter": {"port": 65536}}}, "tools.jupyter.port"),
    ],
    worst_cost=2.28,
    dearer=({"resource": {"gpu_num": 2}, "recreate": True}, 4.56),
    currency="CNY",
    price_list="product.list",
    unpriced=("products", "4090.18c.60g.18c60g", {"pricing": None}),
)
VAST_INSTANCE = ResourceType(
    provider="vast",
    noun="instance",
    alias="label",
    task={
        "name": "batch-1",
        "search_params": "gpu_name=RTX_4090 num_gpus=1 verified=true rentable=true rented=false",
        "image": "registry.example.org/team/batch:3",
        "disk": 32,
        "bid_price": 0.4,
        "runtype": "ssh_direct",
        "ports": ["8000/tcp", "9000/udp"],
        "onstart": "entrypoint.sh",
        **ENVIRONMENT,
    },
    change={"bid_price": 0.5},
    changed_path="bid_price",
    changed_wire="dph_base",
    amounts=(0.4, 0.5, 0.35, 0.45),
    zero={},
    written=("price",),
    name_wire="label",
    requests={
        "absent": ["list"],
        "create": ["list", "offer.list", "create", "list"],
        "unchanged": ["list"],
        "update": ["list", "set_bid", "get"],
        "delete": ["list", "delete", "list"],
    },
    ready="running",
    unknown_id="999999999",
    update="set_bid",
    settings={"row_lag": 0},
    put_modes=VAST_ENDPOINT.put_modes,
    env_updates=False,
    lingers=False,
    fixed={"image": "registry.example.org/team/batch:4"},
    fixed_path="image",
    for_replacement={
        "accept_data_loss": True,
        "registry_login": "",
        "search_params": "gpu_name=RTX_4090 num_gpus=1 rentable=true rented=false",
    },
    unread=tuple(
        {"registry_login": f"-u team-bot -p {password} registry.example.org"}
        for password in ("first-password", "second-password")
    ),
    stops=False,
    env_wire="extra_env",
    env_form=lambda variables: [[name, str(value)] for name, value in variables.items()],
    seeded={"is_bid": True, "dph_base": 0.4, "disk_space": 32.0, "extra_env": []},
    wrong=INVALID_NAMES
    + INVALID_CONNECTIONS
    + INVALID_ENVIRONMENTS
    + [
        ({"name": "tts:7:1"}, "name"),
        ({"image": ""}, "image"),
        ({"disk": "nan"}, "disk"),
        ({"disk": True}, "disk"),
        ({"bid_price": True}, "bid_price"),
        ({"envs": {"-p 80:80": "1"}}, "envs.-p 80:80"),
        ({"ports": ["8000"]}, "ports[0]"),
        ({"ports": [8000]}, "ports[0]"),
        ({"ports": ["8000/http"]}, "ports[0]"),
        ({"ports": ["0/tcp"]}, "ports[0]"),
        ({"ports": ["65536/tcp"]}, "ports"),
        ({"ports": ["80/tcp", "80/tcp"]}, "ports"),
        ({"args": "'a"}, "args"),
        ({"registry_login": "short"}, "registry_login"),
        ({"offer_id": "first"}, "offer_id"),
        ({"order": "price asc"}, "order"),
        ({"search_params": "num_gpus"}, "search_params"),
        ({"search_params": "gpu_nam=H100"}, "search_params.gpu_nam"),
        ({"search_params": {"gpu_ram": {"gte": 24}}}, "search_params.gpu_ram"),
        ({"max_hourly_price": 0}, "max_hourly_price"),
        ({"max_hourly_price": "nan"}, "max_hourly_price"),
    ],
    outside=[
        ({"name": "x" * 257}, "name"),
        ({"image": "x" * 1025}, "image"),
        ({"disk": 7.9}, "disk"),
        ({"bid_price": 0}, "bid_price"),
        ({"bid_price": 128.5}, "bid_price"),
        ({"onstart": "x" * 4049}, "onstart"),
        ({"runtype": "bash"}, "runtype"),
        ({"ports": [f"{number}/tcp" for number in range(1, 66)]}, "ports"),
        ({"envs": {"A": "x" * 257}}, "envs.A"),
    ],
    worst_cost=0.40658,
    dearer=({"bid_price": 0.5}, 0.50658),
)

RESOURCE_TYPES = [
    NOVITA_ENDPOINT,
    PPIO_ENDPOINT,
    VAST_ENDPOINT,
    VAST_WORKERGROUP,
    NOVITA_INSTANCE,
    PPIO_INSTANCE,
    NOVITA_NETWORK_STORAGE,
    NOVITA_NETWORK,
    NOVITA_REGISTRY_AUTH,
    VAST_SSH_KEY,
    VAST_ENV_VAR,
    VAST_TEMPLATE,
    VAST_INSTANCE,
]
