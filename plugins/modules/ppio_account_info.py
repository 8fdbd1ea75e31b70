#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ppio_account_info
short_description: Read the balance of an account of PPIO
version_added: 1.0.0
description:
  - Returns the balance of the account of the API key in CNY.
  - The provider updates the balance with a delay, so a sufficient balance is no guarantee.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.ppio
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.ppio
seealso:
  - module: gpufleet.cloud.ppio_endpoint
  - module: gpufleet.cloud.ppio_product_info
"""

EXAMPLES = r"""
- name: Read the account
  gpufleet.cloud.ppio_account_info:
  register: this

- name: Require a minimum before the account is used
  ansible.builtin.assert:
    that: this.account.available >= 5
    fail_msg: "The balance is {{ this.account.available }} {{ this.account.currency }}. Add credit first."
    quiet: true
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
    missing_permissions:
      description: What the API key has no permission to read. These values are unknown.
      type: list
      elements: str
  sample:
    available: 180.25
    cash: 180.25
    credit_limit: 0.0
    pending: 0.0
    outstanding: 0.0
    currency: CNY
    missing_permissions: []
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_type_module import info_type_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.account import PpioAccount

MODULE = info_type_module(PpioAccount)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
