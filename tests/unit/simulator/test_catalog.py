# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what Novita and PPIO offer: products, regions and the balance, in both generations of the API."""

from __future__ import annotations

import secrets
from decimal import Decimal

import pytest
import requests

PRODUCT_LIST = {"novita": "product_v2.list", "ppio": "product.list"}
PRECISION = {"novita": 5, "ppio": 3}
V1 = "/gpu-instance/openapi/v1"
CREATES = {
    "novita": lambda product, place: {
        "endpoint": {
            "workerConfig": {"minNum": 1, "maxNum": 1, "freeTimeout": 60, "maxConcurrent": 1, "gpuNum": 1},
            "ports": [{"port": 8000}],
            "policy": {"type": "queue", "value": 15},
            "image": {"image": "team/llm:1"},
            "products": [{"id": product}],
            "rootfsSize": 100,
            "volumeMounts": [],
            "clusterID": place,
            "healthy": {"path": "/ready"},
        }
    },
    "ppio": lambda product, place: {
        "type": "sync",
        "name": "demo",
        "product_id": product,
        "image": "team/llm:1",
        "worker_config": {"min_replicas": 1, "max_replicas": 1},
        "region_id": place,
    },
}


class Sister:
    """The calls for one account at one of the two."""

    def __init__(self, sim, name):
        self.name = name
        self.account = sim.account(name, secrets.token_hex(12))
        self.base = f"{sim.url}/{name}"
        self.control = f"{sim.url}/_sim/{name}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {self.account.key}"

    def get(self, path, **query):
        return self.session.get(self.base + path, params=query, timeout=60)

    def ok(self, path, **query):
        response = self.get(path, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def products(self, category="serverless", kind="gpu", **query):
        """Return all products of a category and type by ID."""
        found = self.walk("/gpus/v2/products", category=category, type=kind, limit=100, **query)
        return {product["id"]: product for product in found}

    def regions(self):
        return {region["id"]: region for region in self.walk("/gpus/v2/regions")}

    def walk(self, path, **query):
        found, cursor = [], ""
        while True:
            page = self.ok(path, cursor=cursor, **query)
            found += page["data"] or []
            assert page["has_more"] is bool(page["next_cursor"])
            if not page["has_more"]:
                assert len(found) == page["total"]
                return found
            cursor = page["next_cursor"]

    def create(self, product, place=""):
        path = f"{V1}/endpoint/create" if self.name == "novita" else "/gpus/v2/endpoints"
        return self.session.post(self.base + path, json=CREATES[self.name](product, place), timeout=60)

    def endpoint(self, product, place=""):
        response = self.create(product, place)
        assert response.status_code == 200, response.text
        return response.json()["id"]

    def worker(self, endpoint):
        """Return state, message and health of the only worker of an endpoint."""
        if self.name == "novita":
            [worker] = self.ok(f"{V1}/endpoint", id=endpoint)["endpoint"]["workers"]
            return worker["state"]["state"], worker["state"]["message"], worker["healthy"]
        [worker] = self.ok(f"/gpus/v2/endpoints/{endpoint}")["workers"]
        return worker["status"]["status"], worker["status"]["message"], worker["health"]


@pytest.fixture(params=["novita", "ppio"])
def sister(sim, request):
    return Sister(sim, request.param)


@pytest.fixture
def novita(sim):
    return Sister(sim, "novita")


@pytest.fixture
def ppio(sim):
    return Sister(sim, "ppio")


def refusal(response):
    return response.status_code, response.json()["reason"]


# -- products --------------------------------------------------------------------------------------------------------


def test_a_product_has_the_documented_fields_with_large_numbers_as_strings(novita, ppio):
    product = novita.products()["7"]
    assert product == {
        "id": "7",
        "name": "RTX 4090 24GB",
        "type": "gpu",
        "category": "serverless",
        "description": "",
        "region_ids": ["us-demo-1", "eu-demo-1"],
        "resource_spec": {
            "gpu": {
                "spec_id": "gpu-rtx-4090",
                "name": "RTX 4090",
                "memory_gb": "24",
                "min": 1,
                "max": 8,
                "available": "24",
                "max_available": "8",
            },
            "cpu": 16,
            "memory_gb": "60",
            "rootfs": {"min_gb": 10, "max_gb": 200, "free_gb": "60"},
        },
        "pricing": {
            "precision": 5,
            "postpaid": {"base_price": "60000", "final_price": "48000", "unit": "per_hour"},
            "spot": None,
            "prepaid": [],
            "storage_price_per_gb": "7",
        },
        "billing_methods": ["postpaid"],
        "inventory_state": "normal",
        "deployable": True,
        "activity": {"is_activity_product": False, "active": False, "purchasable": True},
    }
    other = ppio.products("instance")["4090.18c.60g.18c60g"]
    assert other["pricing"]["precision"] == 3
    assert other["pricing"]["spot"]["final_price"] == "1140"
    assert other["pricing"]["prepaid"][0] == {
        "spec_id": "term-1",
        "duration_months": 1,
        "base_price": "1710000",
        "final_price": "1368000",
    }
    ppio.account.settings.set(numbers_as_strings=False)
    other = ppio.products("instance")["4090.18c.60g.18c60g"]
    assert other["pricing"]["spot"]["final_price"] == 1140
    assert other["pricing"]["prepaid"][0]["final_price"] == 1368000
    assert other["resource_spec"]["gpu"]["available"] == 24


@pytest.mark.parametrize(
    "query", [{}, {"type": "gpu"}, {"category": "instance"}, {"type": "tpu", "category": "instance"}]
)
def test_type_and_category_are_required(sister, query):
    assert refusal(sister.get("/gpus/v2/products", **query)) == (400, "VALIDATOR_PARAM")


def test_an_empty_type_means_gpu(sister):
    assert sister.products(kind="") == sister.products() != {}
    assert sister.products(kind="cpu") == {}
    assert sister.products("instance", "cpu").keys() >= {"cpu.4c8g"}


def test_the_catalog_contains_what_a_client_can_stumble_over(sister):
    for category in ("instance", "serverless"):
        products = sister.products(category)
        assert len(products) >= 6
        prices = {each["id"]: each["pricing"] for each in products.values()}
        assert {price["precision"] for price in prices.values()} == {PRECISION[sister.name]}
        assert any("postpaid" not in price for price in prices.values())
        assert any("prepaid" not in price for price in prices.values())
        assert any(price.get("spot", 1) is None for price in prices.values())
        assert any(each["region_ids"] == [] for each in products.values())
        [empty] = [each for each in products.values() if each["inventory_state"] == "none"]
        assert (empty["resource_spec"]["gpu"]["available"], empty["deployable"]) == ("0", False)
        names = {each["name"] for each in products.values()}
        assert {"RTX 4090 24GB", "RTX 4090 D 24GB", "RTX 5090 32GB", "H100 PCIe 80GB"} <= names
        same = [each for each in products.values() if each["name"] == "RTX 4090 24GB"]
        assert len({each["pricing"]["postpaid"]["final_price"] for each in same}) == len(same) > 1


def test_the_categories_have_no_common_id_and_an_id_does_not_tell_its_category(sister):
    instances, serverless = sister.products("instance").keys(), sister.products().keys()
    assert not instances & serverless
    assert any(each.isdecimal() for each in instances) and not all(each.isdecimal() for each in serverless)


def test_optional_filters_are_ignored_unless_the_settings_honor_them(sister):
    everything, place = sister.products(), next(iter(sister.regions()))
    query = {"region_ids": f"{place},nowhere", "billing_method": "spot", "memory_gb": 1, "cpu": 1, "rootfs_size": 1}
    assert sister.products(**query) == everything
    sister.account.settings.set(catalog_filters="honored")
    assert sister.products(**query).keys() == {"9"}
    assert "9" in sister.products(region_ids=place) and "SL-serverless-5" not in sister.products(region_ids=place)
    for unmet in ({"cpu": 999}, {"memory_gb": 9999}, {"rootfs_size": 9999}, {"region_ids": "nowhere"}):
        assert sister.products(**unmet) == {}


def test_pages_of_products_and_regions(sister):
    for path, query in (("/gpus/v2/products", {"type": "gpu", "category": "serverless"}), ("/gpus/v2/regions", {})):
        first = sister.ok(path, **query)
        assert (len(first["data"]), first["has_more"]) == (3, True)
        assert len(sister.ok(path, limit=2, **query)["data"]) == 2
        assert len(sister.walk(path, **query)) == first["total"] > 3
        assert refusal(sister.get(path, cursor="made-up", **query)) == (400, "VALIDATOR_PARAM")
        sister.account.settings.set(catalog_page=0)
        assert sister.ok(path, **query).keys() == {"data"}
        sister.account.settings.set(catalog_page=3)


def test_faults_of_lists_reach_the_catalog(sister):
    query = {"type": "gpu", "category": "serverless"}
    everything = sister.ok("/gpus/v2/products", **query)
    for _page in range(3):
        sister.account.fault(PRODUCT_LIST[sister.name], "repeat_cursor")
        page = sister.ok("/gpus/v2/products", **query)
        assert (page["data"], page["has_more"]) == (everything["data"], True)
        query["cursor"] = page["next_cursor"]
    sister.account.fault("region.list", "short_list")
    page = sister.ok("/gpus/v2/regions")
    assert (len(page["data"]), page["next_cursor"], page["has_more"]) == (1, "", True)


def test_a_page_has_at_most_100_products(sister):
    for _product in range(101):
        sister.account.store("products").seed({"category": "serverless"})
    page = sister.ok("/gpus/v2/products", type="gpu", category="serverless", limit=1000)
    assert (len(page["data"]), page["has_more"]) == (100, True)


def test_both_generations_show_the_same_products_for_instances(novita):
    names = {region["id"]: region["name"] for region in novita.ok(f"{V1}/clusters")["data"]}
    second = novita.products("instance")
    first = {}
    for method in ("onDemand", "spot", "monthly"):
        first |= {each["id"]: each for each in novita.ok(f"{V1}/products", billingMethod=method)["data"]}
    assert first.keys() == second.keys()
    for product_id, old in first.items():
        pricing = second[product_id]["pricing"]
        assert old["price"] == (pricing.get("postpaid") or {"final_price": "0"})["final_price"]
        assert old["spotPrice"] == (pricing.get("spot") or {"final_price": "0"})["final_price"]
        assert [term["price"] for term in old["monthlyPrice"]] == [
            term["final_price"] for term in pricing.get("prepaid", [])
        ]
        assert old["name"] == second[product_id]["name"]
        known = [names.get(each, "AS-SGP-02") for each in second[product_id]["region_ids"]]
        assert old["regions"] == known
    cpu = {each["id"]: each["price"] for each in novita.ok(f"{V1}/cpu/products")["data"]}
    second = novita.products("instance", "cpu")
    assert cpu == {each["id"]: each["pricing"]["postpaid"]["final_price"] for each in second.values()}


def test_a_change_of_a_product_is_in_both_generations(novita):
    products = novita.account.store("products")
    products.change("4090.16c62g", {"price": "4", "billingMethods": ["onDemand"], "inventoryState": "none"})
    product = novita.products("instance")["4090.16c62g"]
    assert product["pricing"]["postpaid"]["final_price"] == "4"
    assert (product["billing_methods"], product["inventory_state"]) == (["postpaid"], "none")
    products.change("4090.16c62g", {"pricing": {"postpaid": {"final_price": 9}}, "inventory_state": "low"})
    [old] = [each for each in novita.ok(f"{V1}/products")["data"] if each["id"] == "4090.16c62g"]
    assert (old["price"], old["inventoryState"]) == ("9", "low")


# -- what an order does with products and regions --------------------------------------------------------------------


def test_only_serverless_products_are_accepted_for_endpoints(sister):
    for product in ("missing-1", "4090.16c62g", "26" if sister.name == "novita" else "19", "cpu.4c8g"):
        response = sister.create(product)
        assert refusal(response) == (400, "SERVERLESS_PRODUCT_NOT_FOUND")
        assert f"{product} not found" in response.json()["message"]
    assert len({sister.endpoint(product) for product in sister.products()}) == len(sister.products())


def test_an_update_cannot_set_a_product_for_instances(ppio):
    endpoint = ppio.endpoint("7")
    body = {"product_id": "3090.16c92g", "worker_config": {"max_replicas": 1}}
    response = ppio.session.put(f"{ppio.base}/gpus/v2/endpoints/{endpoint}", json=body, timeout=60)
    assert refusal(response) == (400, "SERVERLESS_PRODUCT_NOT_FOUND")


def test_a_region_that_does_not_exist_is_refused(sister):
    response = sister.create("7", "nowhere")
    assert refusal(response) == (400, "RESOURCE_NOT_FOUND")
    assert "region nowhere not found" in response.json()["message"]
    for region in sister.ok(f"{V1}/clusters")["data"]:
        sister.endpoint("7", region["id"])
        assert refusal(sister.create("7", region["name"])) == (400, "RESOURCE_NOT_FOUND")


def test_without_stock_an_endpoint_is_created_and_its_worker_never_starts(sister, clock):
    stuck, elsewhere = sister.endpoint("12"), sister.endpoint("2", list(sister.regions())[0])
    fine = sister.endpoint("7")
    clock.advance(9999)
    assert sister.worker(stuck) == sister.worker(elsewhere) == ("creating", "failed to schedule worker", False)
    assert sister.worker(fine)[1:] == ("", True)


def test_an_update_starts_the_workers_that_could_not_be_scheduled(ppio, clock):
    endpoint = ppio.endpoint("12")
    ppio.account.store("products").change(
        "12", {"inventory_state": "low", "deployable": True, "resource_spec": {"gpu": {"available": 1}}}
    )
    clock.advance(9)
    assert ppio.worker(endpoint)[2] is False
    body = {"product_id": "12", "worker_config": {"min_replicas": 1, "max_replicas": 1}}
    ppio.session.put(f"{ppio.base}/gpus/v2/endpoints/{endpoint}", json=body, timeout=60)
    clock.advance(9)
    assert ppio.worker(endpoint) == ("ready", "", True)


# -- regions ---------------------------------------------------------------------------------------------------------


def test_regions_of_both_generations(sister):
    second = sister.regions()
    first = {region["id"]: region for region in sister.ok(f"{V1}/clusters")["data"]}
    assert len(second) >= 4 and len(first) >= 4
    assert len(second.keys() - first.keys()) == len(first.keys() - second.keys()) == 1
    for region_id in first.keys() & second.keys():
        old, new = first[region_id], second[region_id]
        assert (old["name"], old["availableGpuType"]) == (new["name"], new["gpus"])
        feature = new.get("feature", {})
        assert old.get("supportNetworkStorage") == feature.get("network_volume")
        assert old.get("supportInstanceNetwork") == feature.get("instance_vpc_network")
        assert new["name"] != region_id.upper()
    assert ["feature" in region for region in second.values()].count(False) == 1
    assert {region["feature"]["network_volume"] for region in second.values() if "feature" in region} == {True, False}


def test_the_gpus_of_a_region_are_those_of_its_products(sister):
    for region_id, region in sister.regions().items():
        products = [*sister.products().values(), *sister.products("instance").values()]
        assert set(region["gpus"]) == {each["name"] for each in products if region_id in each["region_ids"]}


# -- balance and permissions -----------------------------------------------------------------------------------------


def test_the_balance_is_text_in_small_units(sister):
    def balance(**settings):
        sister.account.settings.set(**settings)
        return sister.ok("/openapi/v1/billing/balance/detail")

    shown = balance()
    assert shown == {
        "availableBalance": "1000000",
        "cashBalance": "1000000",
        "creditLimit": "0",
        **({"pendingCharges": "12345"} if sister.name == "novita" else {}),
        "outstandingInvoices": "0",
    }
    shown = balance(balance=-12.3456, credit_limit=50.0, pending_charges="sent")
    assert Decimal(shown["availableBalance"]) / 10000 == Decimal("-12.3456")
    assert (shown["cashBalance"], shown["creditLimit"], shown["pendingCharges"]) == ("-623456", "500000", "12345")
    assert "pendingCharges" not in balance(pending_charges="missing")


def test_a_permission_can_lack_for_single_operations(sister):
    for operation in ("balance.get", "cluster.list", "region.list", PRODUCT_LIST[sister.name]):
        sister.account.fault(operation, "status", status=403, reason="FORBIDDEN", message="no permission", times=0)
    assert refusal(sister.get("/openapi/v1/billing/balance/detail")) == (403, "FORBIDDEN")
    assert refusal(sister.get("/gpus/v2/regions")) == (403, "FORBIDDEN")
    assert refusal(sister.get("/gpus/v2/products", type="gpu", category="instance")) == (403, "FORBIDDEN")
    sister.endpoint("7")


# -- control interface -----------------------------------------------------------------------------------------------


def test_products_and_regions_can_be_seeded_changed_and_deleted(sister):
    def control(method, path, body=None):
        response = sister.session.request(method, sister.control + path, json=body, timeout=60)
        assert response.status_code == 200, response.text
        return response.json()

    seeded = control("POST", "/products", {"id": "new", "category": "serverless", "region_ids": ["moon-1"]})
    assert sister.products()["new"] == seeded
    control("PATCH", "/products/new", {"pricing": {"spot": None}, "missing": ["pricing.postpaid", "activity"]})
    product = sister.products()["new"]
    assert product["pricing"].keys() == {"precision", "spot", "prepaid", "storage_price_per_gb"}
    assert "activity" not in product
    assert sister.create("new", "moon-1").status_code == 400
    control("POST", "/regions", {"id": "moon-1", "name": "Moon", "gpus": None, "listed_by": ["v2"]})
    assert sister.regions()["moon-1"]["gpus"] is None
    sister.endpoint("new", "moon-1")
    control("PATCH", "/regions/moon-1", {"feature": {"network_volume": None}})
    assert sister.regions()["moon-1"]["feature"]["network_volume"] is None
    control("DELETE", "/products/new")
    control("DELETE", "/regions/moon-1")
    assert "new" not in sister.products() and "moon-1" not in sister.regions()
    assert {each["id"] for each in control("GET", "/products")} >= sister.products().keys()
    assert sister.session.get(f"{sister.control}/regions", timeout=60).json()[0]["id"] in sister.regions()
