#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_offer_info
short_description: Search the machines that Vast.ai offers, with prices
version_added: 1.0.0
description:
  - Returns the offers of machines that meet a filter, sorted by price. Use it to check the O(search_params) of
    M(gpufleet.cloud.vast_workergroup) before workers are rented. All prices are in USD.
  - The offers are those of the moment. They are not reserved, and often last only seconds.
  - The module checks every condition again, because Vast.ai was observed to return offers that do not meet a condition.
    It cannot check conditions on properties that an offer lacks.
  - Vast.ai returns at most 64 offers for a request, and allows 10 requests a minute and a number of requests a day.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
options:
  search_params:
    description:
      - Filter for machines, as text in the query language of Vast.ai, or as a mapping. The language, the units and the
        checks are those of O(gpufleet.cloud.vast_workergroup#module:search_params).
      - The module adds no conditions. For conditions on C(verified), C(rentable) and C(rented) that are not set,
        Vast.ai's documentation mentions the defaults true, true and false.
    type: raw
  type:
    description:
      - V(on-demand) returns machines that stay rented. V(bid) returns machines that another user can take over by
        paying more. V(reserved) returns machines that are paid in advance.
    type: str
    choices:
      - on-demand
      - bid
      - reserved
    default: on-demand
  disk:
    description:
      - Size of the disk that will be rented in GB. Its price is part of C(dph_total), so the prices are correct only
        for this size. If omitted, Vast.ai uses a small disk.
      - It does not select machines. To do so, set a condition on C(disk_space).
      - Must be greater than 0.
    type: float
  order:
    description:
      - Property by which Vast.ai sorts the offers, for example V(dph_total). A hyphen before it reverses the order, for
        example V(-dlperf_per_dphtotal).
      - With another property than V(dph_total), the module can read only the first 64 offers, and the result keeps
        this order.
      - Must not be empty.
    type: str
    default: dph_total
  limit:
    description:
      - Maximum number of offers. Each further 64 offers require another request.
      - "Range: 1 to 640."
    type: int
    default: 64
  max_workers:
    description:
      - Number of workers for RV(worst_case), as for O(gpufleet.cloud.vast_endpoint#module:max_workers).
      - "Minimum: 1."
    type: int
seealso:
  - module: gpufleet.cloud.vast_workergroup
  - module: gpufleet.cloud.vast_endpoint
  - module: gpufleet.cloud.vast_account_info
"""

EXAMPLES = r"""
- name: Search verified machines with an RTX 4090
  gpufleet.cloud.vast_offer_info:
    search_params: gpu_name=RTX_4090 num_gpus=1 verified=true rentable=true rented=false dph_total<=0.6
    disk: 64
    max_workers: 4
  register: search

- name: Show the cheapest machine, its price for traffic, and the worst case
  ansible.builtin.debug:
    msg:
      - "{{ search.cheapest.hourly_price | default('none') }} USD an hour"
      - "{{ search.cheapest.inet_down_cost | default('unknown') }} USD for each GB of download"
      - "at most {{ search.worst_case.hourly_price }} USD an hour for {{ search.worst_case.workers }} workers"

- name: Search with a mapping, which has memory in MB
  gpufleet.cloud.vast_offer_info:
    search_params:
      gpu_name: {in: [RTX 4090, RTX 5090]}
      gpu_ram: {gte: 23000}
      num_gpus: {eq: 1}
    limit: 128
"""

RETURN = r"""
offers:
  description:
    - The offers that meet the filter, with the cheapest first. The list is empty if there are none.
    - Properties have Vast.ai's names and units, with memory in MB and C(duration) in seconds. A property that Vast.ai
      does not return is null.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the offer.
      type: str
    gpu_name:
      description: Name of the GPU.
      type: str
    num_gpus:
      description: Number of GPUs.
      type: int
    gpu_ram:
      description: Memory of one GPU in MB, a little less than its nominal size.
      type: float
    dph_total:
      description: Price for an hour with the disk, without traffic.
      type: float
    dph_base:
      description: Price for an hour without the disk.
      type: float
    min_bid:
      description: Minimum bid for an hour with O(type=bid).
      type: float
    inet_down_cost:
      description: Price for each GB of download. Traffic can be a considerable part of the bill.
      type: float
    inet_up_cost:
      description: Price for each GB of upload.
      type: float
    storage_cost:
      description: Price of the disk for a GB and month.
      type: float
    reliability:
      description: Reliability of the machine, from 0 to 1.
      type: float
    geolocation:
      description: Place of the machine. The two letters at its end are the value for a condition.
      type: str
    verification:
      description: C(verified) for machines that Vast.ai has verified.
      type: str
    hourly_price:
      description: The same as C(dph_total).
      type: float
    currency:
      description: Currency of all prices.
      type: str
    in_stock:
      description: Whether the machine can be rented at the moment, or null if Vast.ai does not return it.
      type: bool
  sample:
    - id: "12000042"
      machine_id: 3042
      host_id: 77
      gpu_name: RTX 4090
      num_gpus: 1
      gpu_ram: 24564
      dph_base: 0.36
      dph_total: 0.38
      min_bid: 0.2
      inet_down_cost: 0.002
      inet_up_cost: 0.002
      storage_cost: 0.15
      reliability: 0.991
      geolocation: Sweden, SE
      verification: verified
      hourly_price: 0.38
      currency: USD
      in_stock: true
count:
  description: Number of offers.
  returned: success
  type: int
  sample: 1
cheapest:
  description: The cheapest offer that can be rented, with the same keys as in RV(offers). Empty if there is none.
  returned: success
  type: dict
  sample: {id: "12000042", gpu_name: RTX 4090, hourly_price: 0.38, currency: USD}
complete:
  description: Whether RV(offers) contains all offers that meet the filter.
  returned: success
  type: bool
  sample: true
continue_at:
  description:
    - Price at which further offers begin, or null if RV(complete) is true or O(order) is another property. To read
      them, raise O(limit), or add a condition such as C(dph_total>=0.38) to the filter.
  returned: success
  type: float
  sample: null
worst_case:
  description:
    - The highest price for O(max_workers) workers on machines that meet the filter, without traffic. Empty if the task
      does not set O(max_workers).
    - C(workers) is their number, C(hourly_price) the price for an hour, and C(currency) its currency. If not all offers
      were read, the price follows from the upper limit on C(dph_total). Without such a limit, it is null.
  returned: success
  type: dict
  sample: {workers: 4, hourly_price: 1.52, currency: USD}
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_type_module import info_type_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.offers import VastOffers

MODULE = info_type_module(VastOffers)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
