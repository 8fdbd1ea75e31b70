#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_product_info
short_description: List the products of PPIO with prices and stock
version_added: 1.0.0
description:
  - Returns the products that an endpoint or an instance of PPIO can use, sorted by price. All prices are in CNY.
  - The stock and the prices are those of the moment. The list reserves nothing.
  - The module checks every option itself, also where the provider could do so, because the provider does not document
    how its filters work.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.ppio
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.ppio
options:
  category:
    description:
      - V(serverless) returns products of endpoints, V(instance) products of instances. Both have IDs of their own, and
        an ID does not show its category.
    type: str
    choices:
      - serverless
      - instance
    default: serverless
  type:
    description: V(gpu) returns products with GPUs, V(cpu) products without.
    type: str
    choices:
      - gpu
      - cpu
    default: gpu
  id:
    description:
      - Return only the product with this ID.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  name:
    description: Return only products whose name contains this text, in upper or lower case. Must not be empty.
    type: str
  gpu:
    description:
      - Return only products with this GPU, for example V(RTX 4090), in upper or lower case.
      - If a GPU has exactly this name, only its products are returned, and not those of an C(RTX 4090 D). Otherwise,
        the words must occur in its name in the same order. V(4090) selects C(RTX 4090) and C(RTX 4090 D), but not C(RTX
        4090D).
      - Omit it if O(type=cpu). Must not be empty.
    type: str
  region:
    description:
      - Return only products in the region with this ID or exactly this name.
      - If no product is in a region with this ID, the module also reads the regions.
      - Must not be empty.
    type: str
  gpu_num:
    description:
      - Return only products that support this number of GPUs in one worker or instance. The prices in C(hourly_price)
        and C(monthly_price) are for this number, and without this option for one GPU.
      - Omit it if O(type=cpu).
      - "Range: 1 to 8."
    type: int
  billing:
    description:
      - Return only products with this billing mode. V(on_demand) is billed by use, V(monthly) is a subscription, and
        V(spot) is cheaper but can be interrupted.
      - With V(monthly), the products are sorted by C(monthly_price), and C(hourly_price) is null. Otherwise,
        C(hourly_price) is the price of this billing mode, and the price on demand if this option is omitted.
    type: str
    choices:
      - on_demand
      - monthly
      - spot
  available_only:
    description: Whether to leave out products that are out of stock. Products whose stock is unknown stay.
    type: bool
    default: false
  max_hourly_price:
    description:
      - Return only products with at most this C(hourly_price), in CNY. Products with an unknown price are left out.
      - Must be greater than 0. Omit it if O(billing=monthly).
    type: float
seealso:
  - module: gpufleet.cloud.ppio_endpoint
  - module: gpufleet.cloud.ppio_region_info
  - module: gpufleet.cloud.ppio_account_info
"""

EXAMPLES = r"""
- name: List all products for endpoints
  gpufleet.cloud.ppio_product_info:
  register: products

- name: Show names, prices and regions
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.hourly_price }} {{ item.currency }} an hour in {{ item.region_ids | join(', ') }}"
  loop: "{{ products.products }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find the cheapest product with an RTX 4090
  gpufleet.cloud.ppio_product_info:
    gpu: RTX 4090
    available_only: true
    max_hourly_price: 4
  register: products

- name: Show it
  ansible.builtin.debug:
    var: products.cheapest
"""

RETURN = r"""
products:
  description:
    - The products that match all options, with the cheapest first and those without a known price last. The list is
      empty if there are none.
    - A number that the provider does not return is null. All prices are in C(currency).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the product, for the option C(product_id) of M(gpufleet.cloud.ppio_endpoint).
      type: str
    name:
      description: Name of the product. Several products can have the same name.
      type: str
    category:
      description: C(serverless) or C(instance).
      type: str
    type:
      description: C(gpu) or C(cpu).
      type: str
    gpu:
      description: Name of the GPU.
      type: str
    gpu_memory_gb:
      description: Memory of one GPU in GB.
      type: int
    min_gpus:
      description: Minimum number of GPUs in one worker or instance.
      type: int
    max_gpus:
      description: Maximum number of GPUs in one worker or instance.
      type: int
    available_gpus:
      description: Number of GPUs that are free at the moment.
      type: int
    max_available_gpus:
      description: Maximum number of free GPUs in one machine.
      type: int
    cpu:
      description: Number of CPUs for one GPU.
      type: int
    memory_gb:
      description: Memory in GB.
      type: int
    rootfs:
      description: Limits of the system disk in GB (C(min_gb), C(max_gb)), and the part that is free of charge
        (C(free_gb)).
      type: dict
    region_ids:
      description: IDs of the regions that offer the product.
      type: list
      elements: str
    billing:
      description: Billing modes of the product, some of C(on_demand), C(monthly) and C(spot).
      type: list
      elements: str
    prices:
      description:
        - C(on_demand) and C(spot) are prices for one GPU and hour, or null if they are unknown or not offered.
          C(monthly) lists the terms of a subscription, with the number of C(months) and the C(price) for the whole
            term.
        - The provider does not document that these prices are for one GPU. Public clients agree on it.
      type: dict
    hourly_price:
      description: Price for an hour and O(gpu_num) GPUs, or null if it is unknown.
      type: float
    monthly_price:
      description: Lowest price of a subscription for a month and O(gpu_num) GPUs, or null if it is unknown or not
        offered.
      type: float
    currency:
      description: Currency of all prices.
      type: str
    stock:
      description: Stock as the provider reports it, for example C(none), C(low), C(normal) or C(high).
      type: str
    deployable:
      description: Whether the provider reports that the product can be ordered, or null.
      type: bool
    in_stock:
      description:
        - Whether the product can probably be ordered at the moment, with O(gpu_num) GPUs in one machine. Null if the
          provider returns nothing about it.
        - An endpoint can be created without stock. Its workers then wait.
      type: bool
  sample:
    - id: "7"
      name: RTX 4090 24GB
      category: serverless
      type: gpu
      gpu: RTX 4090
      gpu_memory_gb: 24
      min_gpus: 1
      max_gpus: 8
      available_gpus: 12
      max_available_gpus: 4
      cpu: 16
      memory_gb: 62
      rootfs: {min_gb: 10, max_gb: 100, free_gb: 60}
      region_ids: [cn-demo-1]
      billing: [on_demand]
      prices: {on_demand: 2.4, spot: null, monthly: []}
      hourly_price: 2.4
      monthly_price: null
      currency: CNY
      stock: normal
      deployable: true
      in_stock: true
count:
  description: Number of products.
  returned: success
  type: int
  sample: 1
cheapest:
  description:
    - The cheapest product that has a known price and is not out of stock, with the same keys as in RV(products). Empty
      if there is none.
  returned: success
  type: dict
  sample: {id: "7", name: RTX 4090 24GB, hourly_price: 2.4, currency: CNY}
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_type_module import info_type_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.products import PpioProducts

MODULE = info_type_module(PpioProducts)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
