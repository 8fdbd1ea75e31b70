#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_account_info
short_description: Read the credit of an account of Vast.ai
version_added: 1.0.0
description:
  - Returns the credit of the account of the API key in USD. At a credit of 0, Vast.ai stops all instances.
  - Vast.ai updates the credit with a delay, so a sufficient credit is no guarantee.
  - The API key needs the scope C(user_read). The module returns neither API keys nor personal data.
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
seealso:
  - module: gpufleet.cloud.vast_endpoint
  - module: gpufleet.cloud.vast_offer_info
"""

EXAMPLES = r"""
- name: Read the account
  gpufleet.cloud.vast_account_info:
  register: this

- name: Require enough credit for another endpoint
  ansible.builtin.assert:
    that: this.account.enough_for_next_endpoint
    fail_msg: "The credit is {{ this.account.credit }} {{ this.account.currency }}. Add credit first."
    quiet: true
"""

RETURN = r"""
account:
  description: The account of the API key. An amount that Vast.ai does not return is null.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the user.
      type: str
    available:
      description: Amount that the account can spend, which is C(credit).
      type: float
    credit:
      description: Credit of the account.
      type: float
    balance:
      description: Balance of the account. Vast.ai does not document its sign. Use C(credit).
      type: float
    balance_threshold:
      description: Amount below which Vast.ai warns the user.
      type: float
    below_threshold:
      description: Whether the credit is below C(balance_threshold), or null if one of them is unknown.
      type: bool
    can_pay:
      description: Whether the account has a means of payment.
      type: bool
    enough_for_first_endpoint:
      description: Whether the credit is sufficient for the first endpoint of an account. Users report that this takes 5
        USD.
      type: bool
    enough_for_next_endpoint:
      description: Whether the credit is sufficient for another endpoint. Users report that this takes 10 USD.
      type: bool
    currency:
      description: Currency of all amounts.
      type: str
  sample:
    id: "4711"
    available: 37.2
    credit: 37.2
    balance: 0.0
    balance_threshold: 5.0
    below_threshold: false
    can_pay: true
    enough_for_first_endpoint: true
    enough_for_next_endpoint: true
    currency: USD
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_type_module import info_type_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.account import VastAccount

MODULE = info_type_module(VastAccount)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
