# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change resources in the simulator, as a person does in the console of a provider.

Usage: simulated <provider> <noun> <fields as JSON> [<id>]

Without an ID, the command creates a resource. With an ID, it changes the resource. The nouns ``settings`` and
``faults`` are those of the simulator's control interface. The API key in the environment selects the account.
"""

from __future__ import annotations

import os
import sys
import urllib.request


def main():
    provider, noun, fields, *rest = sys.argv[1:]
    url = "/".join([os.environ["SIMULATOR_URL"], "_sim", provider, noun, *rest])
    method = "PATCH" if rest or noun == "settings" else "POST"
    key = os.environ[f"{provider.upper()}_API_KEY"]
    request = urllib.request.Request(
        url, data=fields.encode(), headers={"Authorization": f"Bearer {key}"}, method=method
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=30) as response:
        print(response.read().decode())


if __name__ == "__main__":
    main()
