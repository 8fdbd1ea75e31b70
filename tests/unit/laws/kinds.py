# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the law tests must know of a resource kind. A new kind is a new entry; the tests stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """One resource kind, in tasks and on the wire.

    :param task: a complete task that creates a record.
    :param change: a task fragment that changes one option, and ``changed_path`` names it.
    :param zero: a fragment whose values are all zero or empty.
    :param fixed: a fragment that changes what cannot be changed in place, ``fixed_path`` names it.
    :param wrong: fragments that must be refused before the first request, each with the path that the message names.
    :param wire_change: the wire fields with which someone else makes the same change as ``change``.
    :param clipped: (wire path, value) with which the simulator spoils ``change``.
    :param wiped: wire fields that an update with missing keys would lose.
    """

    provider: str
    noun: str
    task: dict
    change: dict
    changed_path: str
    zero: dict
    fixed: dict
    fixed_path: str
    wire_change: dict
    clipped: tuple
    wiped: tuple
    wrong: list = field(default_factory=list)

    @property
    def module(self):
        return f"{self.provider}_{self.noun}"

    @property
    def info(self):
        return f"{self.module}_info"

    def __str__(self):
        return self.module


NOVITA_ENDPOINT = Kind(
    provider="novita",
    noun="endpoint",
    task={
        "name": "llm-8b",
        "worker_config": {"min_num": 0, "max_num": 2, "free_timeout": 300, "max_concurrent": 4, "gpu_num": 1,
                          "request_timeout": 600},
        "ports": [8000],
        "policy": {"type": "queue", "value": 15},
        "image": {"image": "registry.example.org/team/llm:1.4", "command": "serve --fast"},
        "products": ["7"],
        "volume_mounts": [{"type": "local", "mount_path": "/scratch"},
                          {"type": "network", "id": "st-1", "mount_path": "/models"}],
        "cluster_id": "us-demo-1",
        "envs": {"LOG_LEVEL": "info", "WORKERS": 4},
        "secret_envs": {"TOKEN": "canary-secret-0001"},
        "healthy": {"path": "/ready"},
    },
    change={"worker_config": {"max_num": 5}},
    changed_path="worker_config.max_num",
    zero={"worker_config": {"min_num": 0}, "image": {"command": ""}, "envs": {}, "volume_mounts": []},
    fixed={"products": ["8"]},
    fixed_path="products",
    wire_change={"workerConfig": {"maxNum": 5}},
    clipped=("workerConfig.maxNum", 3),
    wiped=("envs", "volumeMounts", "clusterID", "healthy", "name"),
    wrong=[
        ({"name": ""}, "name"),
        ({"name": "x" * 221}, "name"),
        ({"name": ["a"]}, "name"),
        ({"name": True}, "name"),
        ({"worker_config": {"min_num": True}}, "worker_config.min_num"),
        ({"ports": []}, "ports"),
        ({"ports": [8000, 8001]}, "ports"),
        ({"ports": [0]}, "ports[0]"),
        ({"ports": [65536]}, "ports[0]"),
        ({"ports": ["2223"]}, "ports[0]"),
        ({"ports": [True]}, "ports[0]"),
        ({"image": {"image": "x" * 512}}, "image.image"),
        ({"image": {"auth_id": "x" * 256}}, "image.auth_id"),
        ({"image": {"command": "x" * 2048}}, "image.command"),
        ({"image": {"command": {"a": 1}}}, "image.command"),
        ({"image": {"command": 12.8}}, "image.command"),
        ({"products": [None]}, "products[0]"),
        ({"products": ["1", "1"]}, "products"),
        ({"volume_mounts": [{"type": "local", "mount_path": "x" * 256}]}, "volume_mounts[0].mount_path"),
        ({"volume_mounts": [{"type": "network", "mount_path": "/a", "id": "s", "size": 3}]}, "volume_mounts[0].size"),
        ({"volume_mounts": [{"type": "local", "mount_path": "/a", "id": "s"}]}, "volume_mounts[0].id"),
        ({"volume_mounts": [{"type": "local", "mount_path": "/a"}] * 2}, "volume_mounts[1]"),
        ({"cluster_id": "x" * 256}, "cluster_id"),
        ({"envs": {"A": False}}, "envs.A"),
        ({"envs": {"A": 12.8}}, "envs.A"),
        ({"envs": {"A": None}}, "envs.A"),
        ({"envs": {"A": ["x"]}}, "envs.A"),
        ({"envs": {"": "x"}}, "envs."),
        ({"envs": {"A": "x"}, "secret_envs": {"A": "long enough"}}, "secret_envs.A"),
        ({"secret_envs": {"A": "short"}}, "secret_envs.A"),
        ({"id": ""}, "id"),
        ({"api_timeout": 0}, "api_timeout"),
        ({"api_retries": 21}, "api_retries"),
        ({"wait_timeout": 0}, "wait_timeout"),
        ({"settle_timeout": -1}, "settle_timeout"),
        ({"api_url": "http://api.example.com"}, "api_url"),
        ({"api_url": "ftp://api.example.com"}, "api_url"),
        ({"api_url": "https://user:secret@api.example.com"}, "api_url"),
        ({"api_url": "https://[api"}, "api_url"),
        ({"api_key": ""}, "api_key"),
        ({"api_key": "with a blank in the middle"}, "api_key"),
    ],
)

KINDS = [NOVITA_ENDPOINT]
