# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send requests again with nothing but ``requests`` and threads: what the simulator and the library alone take."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import requests


def plain_pool(accounts, sent, concurrency):
    """Send requests again, and return the seconds.

    :param sent: the requests, as the simulator has recorded them.
    """
    url = os.environ["SIMULATOR_URL"]
    headers = {"Authorization": f"Bearer {accounts.key}"}
    with requests.Session() as session, ThreadPoolExecutor(concurrency) as pool:
        session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=concurrency))
        session.trust_env = False

        def send(request):
            query, body = request["query"], request["body"]
            response = session.request(request["method"], url + request["path"], query, json=body, headers=headers)
            response.raise_for_status()
            response.json()

        before = time.monotonic()
        list(pool.map(send, sent))
        return time.monotonic() - before
