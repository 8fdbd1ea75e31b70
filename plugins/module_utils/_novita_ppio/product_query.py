# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A product that a task describes by its properties, for endpoints and instances of the platform.

The task sets ``product`` instead of the id of a product. Its region, its number of GPUs and its billing mode are also
the desired values of the options of the same meaning.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from .._engine.capabilities import Describing, RelatingOptions
from .._engine.offers import HOURLY, MONTHLY, Offer, by_price
from .._engine.provider import Provider
from .._engine.state import CurrentState, DesiredState
from .._errors import AmbiguousName, NotFound, OptionError
from .._http.client import Client
from .._schema.composites import Group
from .._schema.fields import Integer, Text
from .._validation import Violation, excerpt
from .products import MAX_GPUS, MONTHS, ON_DEMAND, Query, has_region, read_products
from .regions import RegionInfo

_MAX_LISTED = 12
"""The number of products that a message lists."""


class Options(NamedTuple):
    """The options of a resource type to which the properties of a product belong, as paths.

    :param product: the option with the id of the product.
    :param is_list: whether this option is a list of ids.
    :param region_is_list: whether ``region`` is an option with a list of ids.
    :param billing: empty if there is no such option.
    :param billing_values: the values of this option, by the billing modes of a product.
    :param months: the option with the number of months of a subscription; empty if there is no such option.
    """

    product: str
    region: str
    gpu_num: str
    is_list: bool = False
    billing: str = ""
    billing_values: dict[str, str] = {}
    months: str = ""
    region_is_list: bool = False

    def region_value(self, region_id: str) -> str | list[str]:
        """Return the value of the option with the region."""
        return [region_id] if self.region_is_list else region_id

    def regions_in(self, values: dict[str, Any]) -> tuple[str, ...]:
        """Return the ids of the regions in the values of options; none if any region is possible."""
        found = _at(values, self.region) or ()
        return tuple(found) if self.region_is_list or not found else (found,)


def product_option(*billing: str) -> Group:
    """Return the option that describes a product, with the billing modes that the resource type supports."""
    return Group(
        "product",
        fields=(
            Text("gpu"),
            Text("region"),
            Integer("gpu_num", minimum=1, maximum=MAX_GPUS),
            Text("billing", choices=billing),
            Text("pick", choices=("cheapest",)),
        ),
    )


class DescribingProduct(Describing, RelatingOptions):
    """A resource runs on a product, which a task can describe by its properties."""

    provider: ClassVar[Provider]
    client: Client
    product_category: ClassVar[str]
    product_options: ClassVar[Options]
    regions: ClassVar[type[RegionInfo]]
    described_facts: ClassVar[dict[str, Any]] = {"product": {}}
    described = described_facts

    @classmethod
    def option_violations(cls, params: dict[str, Any]) -> list[Violation]:
        described, options, violations = params["product"], cls.product_options, super().option_violations(params)
        if described is None:
            return violations
        if described["gpu"] is None:
            violations.append(Violation("product.gpu", "must be set"))
        pairs = {"gpu_num": _at(params, options.gpu_num), "billing": cls.billing_of(params)}
        paths = {"gpu_num": options.gpu_num, "billing": options.billing}
        return violations + [
            Violation(f"product.{name}", f"must be equal to {paths[name]} or omitted, not {excerpt(described[name])}")
            for name, value in pairs.items()
            if None not in (value, described[name]) and value != described[name]
        ]

    @classmethod
    def billing_of(cls, values: dict[str, Any]) -> str | None:
        """Return the billing mode in the values of options, by its name for products, or ``None``."""
        options = cls.product_options
        value = _at(values, options.billing) if options.billing else None
        return next((mode for mode, own in options.billing_values.items() if own == value), None)

    @classmethod
    def product_ids_of(cls, values: dict[str, Any]) -> list[str]:
        """Return the ids of the products in the values of options."""
        ids = _at(values, cls.product_options.product) or []
        return ids if isinstance(ids, list) else [ids]

    def resolve(self, desired_state: DesiredState, current: CurrentState | None) -> DesiredState:
        described = desired_state.options.get("product")
        if not described:
            return desired_state
        search = _Search(self, described, desired_state.values, current.values if current else {})
        values, offer, warning = search.result()
        self.described = {"product": offer}
        self.description_warnings = (warning,) if warning else ()
        return replace(desired_state, values=values)


class _Search:
    """The search for the product of one resource."""

    def __init__(
        self, resource: DescribingProduct, described: dict[str, Any], desired: dict[str, Any], current: dict[str, Any]
    ) -> None:
        self._resource = resource
        self._described = described
        self._desired = desired
        self._current = current
        options = resource.product_options
        billing = described.get("billing") or resource.billing_of({**current, **desired})
        # The provider can omit the billing mode of a current resource.
        self._billing_is_unknown = bool(current and options.billing and billing is None)
        self._query = Query(
            resource.product_category,
            gpu=described["gpu"],
            gpu_num=described.get("gpu_num") or self._value(options.gpu_num),
            billing=billing or ON_DEMAND,
            # A subscription for some months has its own price.
            months=_at(desired, options.months) or None,
            # Another GPU with a longer name, such as RTX 4090 D, has another price and speed.
            exact_gpu=True,
        )
        self._price = MONTHLY if self._query.billing == MONTHS else HOURLY
        self._offers = read_products(resource.client, self._query, resource.provider.currency)

    def _value(self, path: str) -> Any:
        """Return the desired value of an option, or its current one."""
        value = _at(self._desired, path)
        return _at(self._current, path) if value is None else value

    def result(self) -> tuple[dict[str, Any], Offer, str]:
        """Return the desired values with those of the product, the product or an empty mapping, and a warning."""
        options = self._resource.product_options
        region_id, desired_region = self._region_id(), _at(self._desired, options.region)
        if None not in (region_id, desired_region) and options.region_value(str(region_id)) != desired_region:
            rule = f"must be equal to {options.region} or omitted, not {excerpt(self._described['region'])}"
            raise OptionError([Violation("product.region", rule)])
        # An empty value of the option removes the region.
        query = self._query._replace(region_ids=(region_id,) if region_id else options.regions_in(self._desired))
        current_ids = self._resource.product_ids_of(self._current)
        listed = [offer for offer in self._offers if offer["id"] in current_ids]
        if len(listed) < len(current_ids):
            warning = (
                f"product: the list of products does not contain the current product {' and '.join(current_ids)}, so "
                f"the module cannot compare it. It keeps this product. Set {options.product} to use another one."
            )
            return self._values(current_ids, region_id), {}, warning
        # What is unknown about a current product, or about its use, does not count against it.
        needed = query._replace(billing=None) if self._billing_is_unknown else query
        if listed and all(map(needed.may_accept, listed)):
            return self._values(current_ids, region_id), listed[0], ""
        offer = self._best(query)
        is_sold_out = offer["in_stock"] is False
        warning = f"product: the product with these properties is {self._shown(offer)}." if is_sold_out else ""
        return self._values([offer["id"]], region_id), offer, warning

    def _region_id(self) -> str | None:
        """Return the id of the region that the task sets in ``product``, or ``None``."""
        region: str | None = self._described.get("region")
        is_current = region in self._resource.product_options.regions_in(self._current)
        if region is None or is_current or has_region(self._offers, region):
            return region
        regions = self._resource.regions(self._resource.client)
        region_id = regions.id_of(region)
        if region_id is None:
            raise NotFound(regions.without(region), advice="Correct product.region.")
        return region_id

    def _best(self, query: Query) -> Offer:
        """Return the product with all properties, or the cheapest of several if the task accepts it."""
        options = self._resource.product_options
        if not query.region_ids and _at(self._desired, options.region) is None:
            # Another product in another region would move the resource.
            query = query._replace(region_ids=options.regions_in(self._current))
        matches = by_price(filter(query.accepts, self._offers), self._price)
        if not matches:
            # Products with this GPU but without another property, or with a longer name of the GPU, are probably those
            # that the user means.
            similar = [offer for offer in self._offers if Query(query.category, gpu=query.gpu).accepts(offer)]
            listed = self._listed(by_price(similar or self._offers, self._price))
            raise NotFound(
                f"no product has all these properties: {_properties(query)}. {listed}",
                advice="Change product; its gpu must be the whole name of the GPU. The module "
                f"{self._module()} lists the products.",
            )
        if len(matches) == 1:
            return matches[0]
        priced = [offer for offer in matches if offer[self._price] is not None]
        if not self._described.get("pick") or not priced:
            why = f"{len(matches)} products have these properties: {_properties(query)}. {self._listed(matches)}"
            exactly = f"describe the product more exactly, or set {self._resource.product_options.product} to an id."
            raise AmbiguousName(
                why if priced else f"{why} None of them has a known price, so none is the cheapest.",
                ids=[offer["id"] for offer in matches],
                advice=f"Set pick: cheapest, {exactly}" if priced else exactly.capitalize(),
            )
        return next((offer for offer in priced if offer["in_stock"] is not False), priced[0])

    def _listed(self, offers: list[Offer]) -> str:
        """Return a sentence with products, their prices and their regions."""
        if not offers:
            return "The list contains no product."
        listed = "; ".join(map(self._shown, offers[:_MAX_LISTED]))
        more = f"; and {len(offers) - _MAX_LISTED} more" if len(offers) > _MAX_LISTED else ""
        return f"The products are {listed}{more}."

    def _shown(self, offer: Offer) -> str:
        price, unit = offer[self._price], "a month" if self._price == MONTHLY else "an hour"
        cost = "price unknown" if price is None else f"{price:g} {offer['currency']} {unit}"
        place = f", {' and '.join(offer['region_ids'])}" if offer["region_ids"] else ""
        stock = ", out of stock" if offer["in_stock"] is False else ""
        return f"{offer['id']} ({offer['name']}, {cost}{place}{stock})"

    def _module(self) -> str:
        return f"gpufleet.cloud.{self._resource.provider.name}_product_info with category: {self._query.category}"

    def _values(self, product_ids: list[str], region_id: str | None) -> dict[str, Any]:
        """Return the desired values of the task with those that it describes."""
        options = self._resource.product_options
        desired = {**self._desired, options.product: product_ids if options.is_list else product_ids[0]}
        if region_id is not None:
            desired[options.region] = options.region_value(region_id)
        if self._described.get("gpu_num"):
            _set(desired, options.gpu_num, self._described["gpu_num"])
        if self._described.get("billing") and options.billing:
            _set(desired, options.billing, options.billing_values[self._described["billing"]])
        return desired


def _properties(query: Query) -> str:
    """Return the properties of a query as messages show them."""
    shown = {"gpu": query.gpu, "gpu_num": query.gpu_num, "billing": query.billing}
    properties = [f"{name} {value!r}" for name, value in shown.items() if value is not None]
    regions = [f"region {' or '.join(map(repr, query.region_ids))}"] if query.region_ids else []
    return ", ".join(properties + regions)


def _at(values: dict[str, Any], path: str) -> Any:
    """Return the value at an option path, or ``None``."""
    found: Any = values
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _set(values: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at an option path, without a change of the mappings on the way."""
    name, _dot, rest = path.partition(".")
    if rest:
        inner = dict(values.get(name) or {})
        _set(inner, rest, value)
        value = inner
    values[name] = value
