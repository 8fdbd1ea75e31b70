# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts about each info type that the law tests need. A new info type needs only a new entry."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class InfoType:
    """One info type: what a task can only read.

    :param noun: the key of the result.
    :param operations: the operations that a task without options sends.
    :param key: the key of the list in the response of the first operation; empty if it has no list.
    :param item: a valid item of that list.
    :param wrong: invalid options, each with the path in the message.
    :param canaries: texts in the responses of the simulator that no result may show.
    :param doing: the beginning of the message if the list cannot be read.
    :param seeded: wire fields of a resource that each test needs, by the store in the simulator.
    """

    module: str
    noun: str
    operations: tuple
    key: str = ""
    item: dict = field(default_factory=dict)
    wrong: tuple = ()
    canaries: tuple = ()
    doing: str = "Cannot read the "
    seeded: dict = field(default_factory=dict)

    @property
    def provider(self):
        return self.module.partition("_")[0]

    def seed(self, cloud):
        """Create what each test needs."""
        for store, fields in self.seeded.items():
            cloud.account(self.provider).store(store).seed(fields)

    def __str__(self):
        return self.module


INVALID_CONNECTIONS = (
    ({"api_timeout": 0}, "api_timeout"),
    ({"api_retries": True}, "api_retries"),
    ({"api_url": "http://api.example.com"}, "api_url"),
    ({"api_key": ""}, "api_key"),
)

INVALID_PRODUCTS = (
    ({"id": ""}, "id"),
    ({"id": " 7"}, "id"),
    ({"name": ["a"]}, "name"),
    ({"gpu": ""}, "gpu"),
    ({"gpu": {"a": 1}}, "gpu"),
    ({"region": ""}, "region"),
    ({"gpu_num": 0}, "gpu_num"),
    ({"gpu_num": 9}, "gpu_num"),
    ({"gpu_num": True}, "gpu_num"),
    ({"max_hourly_price": 0}, "max_hourly_price"),
    ({"max_hourly_price": -1.5}, "max_hourly_price"),
    ({"max_hourly_price": float("inf")}, "max_hourly_price"),
    ({"type": "cpu", "gpu": "RTX 4090"}, "gpu"),
    ({"type": "cpu", "gpu_num": 1}, "gpu_num"),
    ({"billing": "monthly", "max_hourly_price": 1}, "max_hourly_price"),
)

INVALID_REGIONS = (
    ({"id": ""}, "id"),
    ({"id": ["us-demo-1"]}, "id"),
    ({"gpu": ""}, "gpu"),
    ({"gpu": 4090.5}, "gpu"),
)

REGISTRY_AUTH = {"id": "20", "name": "registry.example.org", "username": "bot", "password": "canary-pull-token-0001"}

INFO_TYPES = [
    InfoType("novita_product_info", "products", ("product_v2.list",), "data", {"id": "7"}, INVALID_PRODUCTS),
    InfoType("ppio_product_info", "products", ("product.list",), "data", {"id": "7"}, INVALID_PRODUCTS),
    InfoType(
        "novita_cluster_info", "clusters", ("cluster.list", "region.list"), "data", {"id": "us-demo-1"}, INVALID_REGIONS
    ),
    InfoType("ppio_region_info", "regions", ("region.list",), "data", {"id": "cn-demo-1"}, INVALID_REGIONS),
    InfoType(
        "ppio_registry_auth_info",
        "registry_auths",
        ("registry_auth.list",),
        "data",
        REGISTRY_AUTH,
        (
            ({"id": ""}, "id"),
            ({"id": ["20"]}, "id"),
            ({"name": ""}, "name"),
            ({"name": " registry.example.org"}, "name"),
            ({"username": {"a": 1}}, "username"),
        ),
        (REGISTRY_AUTH["password"],),
        doing="Cannot list the ",
        seeded={"registry_auths": REGISTRY_AUTH},
    ),
    InfoType("novita_account_info", "account", ("balance.get", "endpoint.limit")),
    InfoType("ppio_account_info", "account", ("balance.get",)),
    InfoType(
        "vast_offer_info",
        "offers",
        ("offer.list",),
        "offers",
        {"id": 1, "dph_total": 0.4},
        (
            ({"search_params": ""}, "search_params"),
            ({"search_params": "gpu_nam=RTX_4090"}, "search_params.gpu_nam"),
            ({"search_params": "gpu_ram>=24000"}, "search_params.gpu_ram"),
            ({"search_params": {"gpu_ram": {"gte": 24}}}, "search_params.gpu_ram"),
            ({"search_params": ["a"]}, "search_params"),
            ({"disk": 0}, "disk"),
            ({"disk": True}, "disk"),
            ({"order": "dph total"}, "order"),
            ({"limit": 0}, "limit"),
            ({"limit": 641}, "limit"),
            ({"limit": 65, "order": "-dlperf"}, "limit"),
            ({"max_workers": 0}, "max_workers"),
        ),
    ),
    InfoType("vast_account_info", "account", ("user.get",), canaries=("ops@example.org", "ssh-")),
]
