# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  api_timeout:
    description:
      - Time limit in seconds for one request, from the name lookup to the last byte of the response.
      - "Range: 1 to 3600."
    type: int
    default: 30
  api_retries:
    description:
      - How many times to retry requests that are safe to retry.
      - The module retries these requests after a connection error and after HTTP 429, 502, 503 and 504. Some requests,
        such as a create, must not take effect twice. The module retries them only after HTTP 429, or if it could not
        connect.
      - An inconsistent list response never proves that a resource is absent. The module reads it again, up to this
        number of times.
      - The pauses between the attempts grow from 1 to 16 seconds. The module respects a longer pause that the provider
        requests, up to 120 seconds.
      - "Range: 0 to 20."
    type: int
    default: 5
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the server.
      - To trust other certificate authorities, set the environment variable E(REQUESTS_CA_BUNDLE).
    type: bool
    default: true
requirements:
  - python >= 3.9
  - requests
  - jsonschema
notes:
  - The module refuses options that contain C(********) or C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER). Ansible shows these
    texts instead of a secret, so such a value comes from masked output.
  - A task on the controller or in an execution environment, with O(ignore:connection=local), runs in the process of
    Ansible. Install the Python packages for the Python that runs Ansible. On another host, and in the cases that the
    guide R(Where tasks run,ansible_collections.gpufleet.cloud.docsite.python) lists, Ansible runs the module, and the
    Python that runs the module needs the packages.
  - The module respects E(HTTPS_PROXY) and E(NO_PROXY) of the host on which it runs.
  - The module does not follow redirects and does not read netrc files. It accepts plain C(http) for loopback addresses
    only.
"""

    NOVITA = r"""
options:
  api_key:
    description:
      - API key of the Novita AI account. At least 8 characters.
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - If omitted, the module uses the environment variable E(NOVITA_API_KEY) of the host on which it runs.
    type: str
  api_url:
    description:
      - Base URL of the API. Must not be empty.
      - If omitted, the module uses the environment variable E(NOVITA_API_URL) of the host on which it runs.
    type: str
    default: https://api.novita.ai
"""

    PPIO = r"""
options:
  api_key:
    description:
      - API key of the PPIO account. At least 8 characters.
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - If omitted, the module uses the environment variable E(PPIO_API_KEY) of the host on which it runs.
    type: str
  api_url:
    description:
      - Base URL of the API. Must not be empty.
      - If omitted, the module uses the environment variable E(PPIO_API_URL) of the host on which it runs.
    type: str
    default: https://api.ppio.com
"""

    VAST = r"""
options:
  api_key:
    description:
      - API key of the Vast.ai account. At least 8 characters.
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - If omitted, the module uses the environment variable E(VAST_API_KEY) of the host on which it runs.
    type: str
  api_url:
    description:
      - Base URL of the control plane. Must not be empty.
      - If omitted, the module uses the environment variable E(VAST_API_URL) of the host on which it runs.
    type: str
    default: https://console.vast.ai
  autoscaler_url:
    description:
      - Base URL of the autoscaler, which manages the workers. Must not be empty.
      - If omitted, the module uses the environment variable E(VAST_AUTOSCALER_URL) of the host on which it runs.
      - The default is V(https://run.vast.ai) if O(api_url) has its default value. Otherwise the default is the value of
        O(api_url), so that no request leaves the server that you set.
    type: str
"""
