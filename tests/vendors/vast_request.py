# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send a request to an endpoint with Vast.ai's Python client, and print the response.

Usage: vast_request.py <address of the autoscaler> <name of the endpoint> <its ID> <its key> <path> <payload as JSON>
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys

from vastai import Serverless
from vastai.serverless.client.endpoint import Endpoint


async def certificates():
    """Replace a method of the client that downloads the certificate of Vast.ai."""
    return ssl.create_default_context()


async def main():
    autoscaler, name, number, key, path, payload = sys.argv[1:]
    client = Serverless(key, autoscaler_url=autoscaler)
    client.get_ssl_context = certificates
    async with client:
        # Its own search for the endpoint would put the key into the URL.
        endpoint = Endpoint(client, name=name, id=int(number), api_key=key)
        response = await endpoint.request(path, json.loads(payload), retry=False, timeout=30)
        print(json.dumps(response["response"]))


if __name__ == "__main__":
    asyncio.run(main())
