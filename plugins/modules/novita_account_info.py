#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: novita_account_info
short_description: Read the balance and the limits of an account of Novita AI
version_added: 1.0.0
description:
  - Returns the balance of the account of the API key in USD, and the ranges that the provider allows the account for
    the options of endpoints.
  - The provider updates the balance with a delay, so a sufficient balance is no guarantee.
  - If the API key has no permission for one of the two reads, the task warns, and these values are unknown. It fails if
    the key has no permission for either read.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.novita
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.novita
seealso:
  - module: gpufleet.cloud.novita_endpoint
  - module: gpufleet.cloud.novita_product_info
"""

EXAMPLES = r"""
- name: Read the account
  gpufleet.cloud.novita_account_info:
  register: this

- name: Require a minimum before the account is used
  ansible.builtin.assert:
    that: this.account.available >= 5
    fail_msg: "The balance is {{ this.account.available }} {{ this.account.currency }}. Add credit first."
    quiet: true

- name: Show the maximum number of workers
  ansible.builtin.debug:
    var: this.account.endpoint_limits.worker_num.maximum
"""

RETURN = r"""
account:
  description: The account of the API key. An amount that the provider does not return is null.
  returned: success
  type: dict
  contains:
    available:
      description: Amount that the account can spend, in C(currency). It can be negative.
      type: float
    cash:
      description: Amount that was paid in advance.
      type: float
    credit_limit:
      description: Amount that the account may owe.
      type: float
    pending:
      description: Charges that are not settled yet.
      type: float
    outstanding:
      description: Amount of unpaid invoices.
      type: float
    currency:
      description: Currency of all amounts.
      type: str
    endpoint_limits:
      description:
        - The ranges of the options of endpoints, by the provider's names, for example C(worker_num) for C(min_num) and
          C(max_num) of M(gpufleet.cloud.novita_endpoint). Each has C(minimum), C(maximum), and for sizes C(free), which
          is the part that is free of charge in GB.
        - C(queue_wait_time) is the range of C(policy.value) for the policy C(queue), C(request_num) for C(concurrency).
      type: dict
    cuda_versions:
      description: CUDA versions that endpoints can require.
      type: list
      elements: str
    missing_permissions:
      description: What the API key has no permission to read. These values are unknown.
      type: list
      elements: str
  sample:
    available: 25.5
    cash: 25.5
    credit_limit: 0.0
    pending: 0.0
    outstanding: 0.0
    currency: USD
    endpoint_limits:
      worker_num: {minimum: 0, maximum: 100}
      rootfs_size: {minimum: 10, maximum: 200, free: 100}
    cuda_versions: ["12.8", "13.0"]
    missing_permissions: []
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_type_module import info_type_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.account import NovitaAccount

MODULE = info_type_module(NovitaAccount)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
