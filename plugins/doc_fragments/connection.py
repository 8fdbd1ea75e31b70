# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  api_timeout:
    description:
      - How many seconds one request may take, from the name look-up to the last byte of the answer.
      - From 1 to 3600.
    type: int
    default: 30
  api_retries:
    description:
      - How often a request is repeated that may be repeated.
      - Reads, updates and deletes are repeated after a broken connection and after HTTP 429, 502, 503 and 504. A create
        is repeated only when it surely did not happen, that is after HTTP 429 or when no connection could be made.
      - Something counts as absent only by a listing that agrees with itself; one that does not, as when records come
        and go meanwhile, is read again as often.
      - The pauses grow from 1 to 16 seconds; a longer one that the provider asks for is kept, up to 120 seconds.
      - From 0 to 20.
    type: int
    default: 5
  validate_certs:
    description:
      - Whether the server's certificate is verified.
      - The environment variable E(REQUESTS_CA_BUNDLE) names other authorities to trust.
    type: bool
    default: true
requirements:
  - python >= 3.9
  - requests
  - jsonschema
notes:
  - Modules of this collection run where Ansible executes them. With O(ignore:connection=local) that is the controller,
    or the execution environment; there E(HTTPS_PROXY) and E(NO_PROXY) are honoured and the Python packages must be
    installed. Set C(ansible_python_interpreter) to C({{ ansible_playbook_python }}) for an explicit C(localhost).
  - No redirect is followed and no netrc file is read. Plain C(http) is accepted for loopback addresses only.
"""

    NOVITA = r"""
options:
  api_key:
    description:
      - API key of the Novita AI account, of at least 8 characters.
      - Falls back to the environment variable E(NOVITA_API_KEY) of the place where the module runs.
    type: str
  api_url:
    description:
      - Base address of the API.
      - Falls back to the environment variable E(NOVITA_API_URL) of the place where the module runs.
    type: str
    default: https://api.novita.ai
"""

    PPIO = r"""
options:
  api_key:
    description:
      - API key of the PPIO account, of at least 8 characters.
      - Falls back to the environment variable E(PPIO_API_KEY) of the place where the module runs.
    type: str
  api_url:
    description:
      - Base address of the API.
      - Falls back to the environment variable E(PPIO_API_URL) of the place where the module runs.
    type: str
    default: https://api.ppio.com
"""

    VAST = r"""
options:
  api_key:
    description:
      - API key of the Vast.ai account, of at least 8 characters.
      - Falls back to the environment variable E(VAST_API_KEY) of the place where the module runs.
    type: str
  api_url:
    description:
      - Base address of the control plane.
      - Falls back to the environment variable E(VAST_API_URL) of the place where the module runs.
    type: str
    default: https://console.vast.ai
  autoscaler_url:
    description:
      - Base address of the autoscaler, which knows the workers.
      - Falls back to the environment variable E(VAST_AUTOSCALER_URL) of the place where the module runs.
      - The default is V(https://run.vast.ai) where O(api_url) has its default, and the address in O(api_url) otherwise,
        so that no request leaves the place that O(api_url) names.
    type: str
"""
