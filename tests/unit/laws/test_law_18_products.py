# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 18: a task can describe a product by its properties instead of its id."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ..harness import run_module
from .conftest import World
from .resource_types import NOVITA_ENDPOINT, NOVITA_INSTANCE, PPIO_ENDPOINT, PPIO_INSTANCE, ResourceType


@dataclass(frozen=True)
class Described:
    """A resource type whose product a task can describe.

    :param option: the option with the id of the product.
    :param region_option: the option with the region.
    :param gpus: a fragment of a task with two GPUs.
    :param products: the products with an RTX 4090 that the simulator offers, by the ids of their regions; the cheapest
        of all is that of the first region.
    :param region_name: the name of the second region.
    :param price: the price of the cheapest product, as messages show it.
    :param list_operation: the operation that lists the products.
    :param changes_in_place: whether an update can change the product.
    :param region_is_list: whether the option with the region is a list.
    :param other_gpu: the GPU of another product in ``home``.
    :param home: a region with a product with an RTX 4090.
    """

    resource_type: ResourceType
    option: str
    region_option: str
    gpus: dict
    products: dict
    region_name: str
    price: str
    list_operation: str
    changes_in_place: bool = False
    region_is_list: bool = False
    other_gpu: str = "H100 SXM"
    home: str = "us-demo-1"

    def __str__(self):
        return self.resource_type.module


DESCRIBED = [
    Described(
        NOVITA_ENDPOINT,
        "products",
        "cluster_id",
        {"worker_config": {"gpu_num": 2}},
        {"1": "1", "us-demo-1": "14"},
        "US-CA-06 (Demo City)",
        "0.45 USD an hour, 1",
        "product_v2.list",
    ),
    Described(
        NOVITA_INSTANCE,
        "product_id",
        "cluster_id",
        {"gpu_num": 2},
        {"us-demo-1": "4090.16c62g", "us-dallas-nas-2": "4090.16c125g.nas"},
        "US-Dallas-NAS-02 (Dallas)",
        "0.35 USD an hour, eu-demo-1 and us-demo-1",
        "product_v2.list",
    ),
    Described(
        PPIO_ENDPOINT,
        "product_id",
        "region_id",
        {"worker_config": {"gpu_num": 2}},
        {"cn-south-nas-1": "1", "cn-demo-1": "14"},
        "CN-EAST-04 (Demo Town)",
        "2.68 CNY an hour, cn-south-nas-1",
        "product.list",
        changes_in_place=True,
        home="cn-demo-1",
    ),
    Described(
        PPIO_INSTANCE,
        "product_id",
        "candidate_regions",
        {"resource": {"gpu_num": 2}},
        {"cn-northwest-2": "4090.16c62g", "cn-demo-1": "4090.18c.60g.18c60g"},
        "CN-EAST-04 (Demo Town)",
        "2.08 CNY an hour, cn-northwest-2",
        "product.list",
        region_is_list=True,
        other_gpu="RTX 4090 D",
        home="cn-demo-1",
    ),
]

CHEAPEST = {"gpu": "RTX 4090", "pick": "cheapest"}
DEAR = 10_000_000


@pytest.fixture(name="described", params=DESCRIBED, ids=str)
def _described(request):
    return request.param


@pytest.fixture(name="shop")
def _shop(cloud, described):
    return Shop(World(cloud, described.resource_type), described)


class Shop:
    """An account of the simulator with products, and the modules of one resource type."""

    def __init__(self, world, described):
        self.world = world
        self.described = described
        self.cheapest, self.second = described.products.values()
        self.region, self.second_region = described.products
        self.store = world.account.store("products")
        world.account.settings.set(catalog_page=100)
        # A mount binds a resource to a region.
        self.task = {
            option: value
            for option, value in world.resource_type.task.items()
            if option not in (described.option, described.region_option, "volume_mounts", "volumes", "network_storages")
        }

    def run(self, product, check=False, **fragment):
        return self.world.run({**self.task, "product": product, **fragment}, check)

    def id_in(self, result):
        """Return the id of the product that a resource has according to a result."""
        value = result[self.world.resource_type.noun]["spec"][self.described.option]
        return value[0] if isinstance(value, list) else value

    def in_region(self, region):
        """Return the value of the option with the region."""
        return [region] if self.described.region_is_list else region

    def change(self, product_id, **fields):
        record = self.store.find(product_id)
        self.store.apply_overrides(record, fields)

    def read_all(self):
        """Return all products of the category."""
        provider, category = (
            self.world.resource_type.provider,
            self.world.resource_type.noun.replace("endpoint", "serverless"),
        )
        return self.world.cloud.run(f"{provider}_product_info", {"category": category}).ok()["products"]

    def remove(self, product_id):
        self.store.remove(product_id)


def test_law_18_a_described_product_is_found_and_a_second_run_changes_nothing(shop):
    product = {"gpu": "rtx 4090", "region": shop.second_region, "pick": "cheapest"}
    planned = shop.run(product, check=True).ok(changed=True)
    created = shop.run(product).ok(changed=True)
    assert created["plan"] == planned["plan"]
    assert created["diff"] == planned["diff"]
    assert created["product"] == planned["product"]
    assert created["product"]["id"] == shop.id_in(created) == shop.second
    assert created["product"]["hourly_price"] > 0
    resource = created[shop.world.resource_type.noun]
    assert resource["spec"][shop.described.region_option] == shop.in_region(shop.second_region)
    again = shop.run(product).ok(changed=False)
    assert again["product"]["id"] == shop.second
    assert again.operations.count(shop.described.list_operation) == 1
    assert again.writes == []
    spec = {**resource["spec"], **({"envs": shop.task["envs"]} if "envs" in shop.task else {})}
    shop.world.run({"name": shop.task["name"], **spec, "envs_mode": "merge"}).ok(changed=False)


def test_law_18_several_products_are_refused_with_their_prices_unless_the_task_accepts_the_cheapest(shop):
    failed = shop.run({"gpu": "RTX 4090"}).failing(
        "products have these properties", shop.described.price, "pick: cheapest"
    )
    assert failed["failure"]["reason"] == "ambiguous_name"
    assert {shop.cheapest, shop.second} <= set(
        failed["ids"] if "ids" in failed else failed["msg"].replace("(", " ").split()
    )
    assert failed.writes == []
    assert shop.id_in(shop.run(CHEAPEST).ok(changed=True)) == shop.cheapest


def test_law_18_a_similar_gpu_is_another_gpu(shop):
    for product in shop.read_all():
        if product["gpu"] == "RTX 4090":
            shop.change(product["id"], resource_spec={"gpu": {"name": "RTX 4090 D"}}, name="RTX 4090 D 24GB")
    failed = shop.run(CHEAPEST).failing("no product has all these properties", "The products are", "RTX 4090 D 24GB")
    assert "H100" not in failed["msg"]
    assert failed.writes == []
    for name in ("rtx 4090 d", "RTX-4090-D", "RTX 4090 D 24GB"):
        assert shop.run({"gpu": name, "pick": "cheapest"}, check=True).ok()["product"]["gpu"] == "RTX 4090 D"


def test_law_18_a_product_that_is_out_of_stock_or_without_a_price_is_not_picked(shop):
    shop.change(shop.cheapest, inventory_state="none", deployable=False)
    assert shop.id_in(shop.run(CHEAPEST, check=True).ok()) != shop.cheapest
    shop.change(shop.cheapest, inventory_state="normal", deployable=True, missing=["pricing.postpaid"])
    assert shop.id_in(shop.run(CHEAPEST, check=True).ok()) != shop.cheapest


def test_law_18_without_a_known_price_no_product_is_the_cheapest(shop):
    for product_id in (shop.cheapest, shop.second):
        shop.change(product_id, region_ids=[shop.region], missing=["pricing.postpaid"])
    for product in shop.read_all():
        if product["id"] not in (shop.cheapest, shop.second):
            shop.change(product["id"], region_ids=["elsewhere"])
    failed = shop.run({**CHEAPEST, "region": shop.region}).failing("None of them has a known price", "Describe the")
    assert "Set pick" not in failed["msg"]


def test_law_18_a_cheaper_product_does_not_change_a_resource(shop):
    product = {**CHEAPEST, "region": shop.second_region}
    shop.run(product).ok(changed=True)
    template = shop.store.find(shop.second).spec
    shop.store.seed({**template, "id": "cheaper", "pricing": {**template["pricing"], "postpaid": {"final_price": 1}}})
    shop.run(product).ok(changed=False)
    assert shop.run({**product}, name="another", check=True).ok()["product"]["id"] == "cheaper"


def test_law_18_a_product_that_lacks_a_property_is_changed(shop):
    shop.run({**CHEAPEST, "region": shop.described.home}).ok(changed=True)
    product = {"gpu": shop.described.other_gpu, "pick": "cheapest"}
    if shop.described.changes_in_place:
        changed = shop.run(product).ok(changed=True)
        assert changed["product"]["gpu"] == shop.described.other_gpu
        assert changed["plan"][0]["action"] == "update"
        return
    failed = shop.run(product).failing("cannot be changed in place", "recreate")
    assert failed.writes == []
    assert "no product has all these properties" in shop.run({"gpu": "L40S"}).failing()["msg"]
    assert failed["failure"]["reason"] == "immutable"


def test_law_18_an_interrupted_replacement_of_the_product_reports_both_ids_and_what_to_do(shop):
    if shop.described.changes_in_place:
        pytest.skip("no replacement")
    replaced = {**shop.world.resource_type.for_replacement, "recreate": True}
    region, gpu = {"region": shop.described.home}, shop.described.other_gpu
    old = shop.run({**CHEAPEST, **region}).ok(changed=True)["id"]
    shop.world.fault("delete", "status", status=500, times=0)
    new = shop.run({"gpu": gpu, **region}, **replaced).failing(old)["id"]
    shop.world.account.clear_faults()
    again = shop.run({"gpu": gpu, **region}, **replaced)
    again.failing(f"{old} differs", f"{new} does not", f"{{id: '{old}', state: absent}}")
    assert again.writes == []


def test_law_18_a_product_that_the_list_lacks_is_kept_with_a_warning(shop):
    shop.run({**CHEAPEST, "region": shop.second_region}).ok(changed=True)
    shop.remove(shop.second)
    again = shop.run({**CHEAPEST, "region": shop.second_region}).ok(changed=False)
    assert again["product"] == {}
    assert "does not contain the current product" in str(again["warnings"])


@pytest.mark.parametrize(
    "missing",
    [["region_ids"], ["billing_methods", "pricing"], ["name", "resource_spec.gpu.name"]],
    ids=["region", "billing", "gpu"],
)
def test_law_18_a_product_of_which_the_list_lacks_a_property_is_kept(shop, missing):
    product = {**CHEAPEST, "region": shop.second_region}
    shop.run(product).ok(changed=True)
    shop.change(shop.second, missing=missing)
    assert shop.run(product).ok(changed=False)["product"]["id"] == shop.second


def test_law_18_a_list_without_products_is_reported(shop):
    for product in shop.read_all():
        shop.remove(product["id"])
    failed = shop.run(CHEAPEST).failing("no product has all these properties", "The list contains no product.")
    assert failed.writes == []


def test_law_18_two_regions_with_the_same_name_are_refused_with_their_ids(shop):
    shop.world.account.store("regions").seed({"id": "another-1", "name": shop.described.region_name})
    failed = shop.run({**CHEAPEST, "region": shop.described.region_name})
    failed.failing("2 regions have the name", "another-1", shop.second_region, "Use the id of the region")
    assert (failed["failure"]["reason"], failed.writes) == ("ambiguous_name", [])
    shop.run({**CHEAPEST, "region": shop.second_region}, check=True).ok(changed=True)


def test_law_18_the_name_of_a_region_is_as_good_as_its_id(shop):
    created = shop.run({**CHEAPEST, "region": shop.described.region_name}).ok(changed=True)
    assert created[shop.world.resource_type.noun]["spec"][shop.described.region_option] == shop.in_region(
        shop.second_region
    )
    assert created.operations.count("region.list") == 1
    failed = shop.run({**CHEAPEST, "region": "nowhere"}, name="another").failing(
        "'nowhere'", shop.described.region_name
    )
    assert failed["failure"]["reason"] == "not_found"


def test_law_18_products_with_the_gpu_in_other_regions_are_listed(shop):
    shop.world.account.store("regions").seed({"id": "far-away", "name": "Far away"})
    failed = shop.run({**CHEAPEST, "region": "Far away"}).failing("region 'far-away'", shop.described.price)
    assert "H100" not in failed["msg"]


def test_law_18_another_region_in_the_description_is_refused_before_any_write(shop):
    option = shop.described.region_option
    failed = shop.run({**CHEAPEST, "region": shop.region}, **{option: shop.in_region(shop.second_region)})
    assert failed.failing(f"product.region: must be equal to {option} or omitted").writes == []
    shop.run({**CHEAPEST, "region": shop.region}, check=True, **{option: shop.in_region(shop.region)}).ok(changed=True)


def test_law_18_the_number_of_gpus_is_also_that_of_the_resource(shop):
    shop.task = {option: value for option, value in shop.task.items() if option != "gpu_num"}
    groups = [option for option in ("worker_config", "resource") if option in shop.described.gpus]
    for group in groups:
        shop.task[group] = {key: value for key, value in shop.task[group].items() if key != "gpu_num"}
    created = shop.run({**CHEAPEST, "gpu_num": 2}).ok(changed=True)
    spec = created[shop.world.resource_type.noun]["spec"]
    assert (spec[groups[0]] if groups else spec)["gpu_num"] == 2
    assert created["product"]["hourly_price"] == pytest.approx(2 * created["product"]["prices"]["on_demand"])


def test_law_18_a_description_without_a_match_is_refused_with_the_existing_products(shop):
    failed = shop.run({"gpu": "GTX 1080"}).failing("no product has all these properties", "gpu 'GTX 1080'", "RTX 4090")
    assert failed["failure"]["reason"] == "not_found"
    assert failed.writes == []


def test_law_18_contradicting_descriptions_are_refused_before_the_first_request(shop):
    option, task = shop.described.option, shop.task
    for fragment, words in (
        ({"product": {"pick": "cheapest"}}, "product.gpu"),
        ({"product": {"gpu": ""}}, "product.gpu"),
        ({"product": {"gpu": "RTX 4090", "gpu_num": 9}}, "product.gpu_num"),
        ({"product": {"gpu": "RTX 4090", "gpu_num": 2}}, "product.gpu_num"),
        ({"product": {"gpu": "RTX 4090"}, option: ["7"] if option == "products" else "7"}, "mutually exclusive"),
    ):
        failed = shop.world.run({**task, **fragment}).failing(words)
        assert failed.requests == [], fragment


def test_law_18_an_absent_resource_needs_no_list_of_products(shop):
    shop.run(CHEAPEST).ok(changed=True)
    deleted = shop.world.run({"name": shop.task["name"], "product": CHEAPEST, "state": "absent"}).ok(changed=True)
    assert shop.described.list_operation not in deleted.operations
    assert deleted["product"] == {}


@pytest.mark.other_face
def test_law_18_a_fleet_lists_the_products_once(shop):
    resource_type, cloud = shop.world.resource_type, shop.world.cloud
    names = ("one", "two", "three")
    unique = {"app_name"} & shop.task.keys()
    entries = [
        {resource_type.module: {**shop.task, **dict.fromkeys(("name", *unique), name), "product": CHEAPEST}}
        for name in names
    ]
    connection = {"api_key": cloud.key, "api_url": cloud.url(resource_type.provider)}
    before = len(shop.world.account.requests)
    result, _printed = run_module("fleet", {"resources": entries, resource_type.provider: connection})
    assert not result.get("failed"), result["msg"]
    assert [resource["product"]["id"] for resource in result["resources"]] == [shop.cheapest] * 3
    operations = [request["operation"] for request in shop.world.account.requests[before:]]
    assert operations.count(shop.described.list_operation) == 1
