# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An event source of Event-Driven Ansible. ansible-rulebook runs this file by its path, without Ansible."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

DOCUMENTATION = r"""
---
short_description: Watch endpoints, instances, drift and balances at Novita AI, PPIO and Vast.ai
description:
  - Polls the accounts of providers and creates one event for each change, none for a poll without a change.
  - The first poll creates events only for what is wrong, with C(initial) set to C(true).
  - If a poll fails, what it could not read counts as unchanged. The event C(watch_failed) announces the first failed
    poll in a row, and C(watch_recovered) the next one that succeeds. After failures, the source polls less often.
  - The source only reads. An event contains no API key, no environment value and no key of an endpoint.
  - The guide "React to events" of the collection describes all events.
options:
  endpoints:
    description:
      - Watch the health of endpoints and the number of their workers. V(true) watches all endpoints of all accounts.
      - Creates the events C(endpoint_failed), C(endpoint_unhealthy), C(endpoint_recovered),
        C(endpoint_workers_changed) and C(endpoint_removed).
    type: dict
    suboptions:
      accounts:
        description:
          - Watch only these accounts, each V(novita), V(ppio), V(vast) or a name from O(accounts).
          - The default is all accounts with an API key.
        type: list
        elements: str
      names:
        description: Watch only endpoints whose name matches one of these patterns, for example C(llm-*).
        type: list
        elements: str
      workers:
        description:
          - Whether to read workers. By default, the source reads those of Novita AI and PPIO, which are part of the
            list of endpoints.
          - At Vast.ai, the workers of each endpoint need a request of their own.
        type: bool
      unhealthy_after:
        description: The number of polls in a row that find an endpoint not ready, after which it is unhealthy.
        type: int
        default: 5
  instances:
    description:
      - Watch GPU instances. V(true) watches all instances of all accounts, except the workers of endpoints.
      - Creates the events C(instance_failed), C(instance_stopped), C(instance_recovered) and C(instance_removed).
      - Together with O(spot_instances), each poll still sends only one list request for the instances of an account.
    type: dict
    suboptions:
      accounts:
        description: Watch only these accounts. See O(endpoints.accounts).
        type: list
        elements: str
      names:
        description: Watch only instances whose name matches one of these patterns.
        type: list
        elements: str
  spot_instances:
    description:
      - Watch spot instances, which their provider can take back. V(true) watches all of them.
      - Creates the events C(spot_reclaim), C(spot_recovered) and C(spot_removed).
      - Novita AI announces that it takes an instance back. At Vast.ai, an interruptible instance counts as taken back
        when it is stopped and its bid is below the lowest bid with which it would run. No page of PPIO describes an
        announcement, so only C(spot_removed) concerns its instances.
    type: dict
    suboptions:
      accounts:
        description: Watch only these accounts. See O(endpoints.accounts).
        type: list
        elements: str
      names:
        description: Watch only instances whose name matches one of these patterns.
        type: list
        elements: str
  drift:
    description:
      - Watch for differences between resources and their desired values, which the module
        P(gpufleet.cloud.fleet#module) would change.
      - Creates the events C(drift) and C(drift_ended), one for each account and change of the differences.
      - Requires exactly one of O(drift.fleet_file) and O(drift.resources).
    type: dict
    suboptions:
      fleet_file:
        description:
          - The path of a fleet file. The source reads C(fleet_resources), C(fleet_prune) and
            C(fleet_allow_prune_all), and reads them again when the file changes.
          - The file must not contain templates or vaulted values, which only Ansible evaluates.
        type: path
      resources:
        description: The desired resources, as in the option O(gpufleet.cloud.fleet#module:resources).
        type: list
        elements: dict
      prune:
        description: Patterns for resources without an entry, as in the option O(gpufleet.cloud.fleet#module:prune).
        type: dict
      allow_prune_all:
        description: Allow patterns that match every name, as in the module P(gpufleet.cloud.fleet#module).
        type: bool
        default: false
  balances:
    description:
      - The lowest acceptable balance of each account, in the currency of its provider. The keys are V(novita),
        V(ppio), V(vast) and names from O(accounts).
      - Creates the events C(balance_low) and C(balance_recovered).
    type: dict
  interval:
    description: The number of seconds between two polls of an account.
    type: int
    default: 60
  jitter:
    description: The highest number of random seconds in addition to O(interval).
    type: int
    default: 5
  accounts:
    description:
      - Further accounts, as in the option O(gpufleet.cloud.fleet#module:accounts). Each element has C(name),
        C(provider) and C(api_key).
    type: list
    elements: dict
  novita:
    description:
      - Connection options for the account V(novita), as in the module P(gpufleet.cloud.fleet#module).
      - Without them, the source uses the environment variables E(NOVITA_API_KEY) and E(NOVITA_API_URL).
    type: dict
  ppio:
    description:
      - Connection options for the account V(ppio).
      - Without them, the source uses the environment variables E(PPIO_API_KEY) and E(PPIO_API_URL).
    type: dict
  vast:
    description:
      - Connection options for the account V(vast).
      - Without them, the source uses the environment variables E(VAST_API_KEY), E(VAST_API_URL) and
        E(VAST_AUTOSCALER_URL).
    type: dict
notes:
  - The Python of ansible-rulebook must have the libraries C(requests) and C(jsonschema).
"""

EXAMPLES = r"""
- name: Watch everything of the accounts whose API keys are in the environment
  gpufleet.cloud.watch:
    endpoints: true
    instances: true
    spot_instances: true
    drift:
      fleet_file: /etc/gpufleet/fleet.yml
    balances:
      novita: 50
      vast: 20

- name: Watch the endpoints of one team every five minutes
  gpufleet.cloud.watch:
    interval: 300
    endpoints:
      accounts: [team-a]
      names: ["llm-*", "tts-*"]
    accounts:
      - name: team-a
        provider: ppio
        api_key: "{{ team_a_key }}"
"""


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Put events into the queue until the task is cancelled."""
    _make_collection_importable()
    from ansible_collections.gpufleet.cloud.plugins.module_utils._events.source import run

    await run(queue, args)


def _make_collection_importable() -> None:
    """Let Python find the collection of this file, which can be in any folder."""
    root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 7))
    if root not in sys.path:
        sys.path.insert(0, root)
    import ansible_collections

    # The Python package "ansible" contains a package of this name with a file __init__.py, which hides other folders.
    folder = os.path.join(root, "ansible_collections")
    if folder not in ansible_collections.__path__:
        ansible_collections.__path__.insert(0, folder)
