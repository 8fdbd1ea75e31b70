# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create a resource in the simulator: simulated.py <URL of the simulator> <provider>/<resources> <fields as JSON>.

The account belongs to the key in RUN_KEY.
"""

from __future__ import annotations

import os
import sys
import urllib.request


def main():
    address, place, fields = sys.argv[1:]
    key = os.environ["RUN_KEY"]
    request = urllib.request.Request(
        f"{address}/_sim/{place}", data=fields.encode(), headers={"Authorization": f"Bearer {key}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=30) as response:
        print(response.read().decode())


if __name__ == "__main__":
    main()
