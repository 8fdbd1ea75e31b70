# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of an account, in order."""

from __future__ import annotations

import copy
import threading


class Journal:
    """All requests of one account. A request is added when it arrives; its status follows with the response."""

    def __init__(self, clock):
        self._clock = clock
        self._lock = threading.Lock()
        self._entries = []
        self._count = 0

    def open(self, operation, request):
        """Add a request and return its entry."""
        entry = {
            "operation": operation,
            "method": request.method,
            "path": request.path,
            "query": request.args.to_dict(),
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": parsed_body(request),
            "status": None,
            "fault": None,
            "at": self._clock.now(),
            # The client's address and port: equal for all requests of one connection.
            "connection": f"{request.remote_addr}:{request.environ['REMOTE_PORT']}",
        }
        with self._lock:
            self._count += 1
            entry = {"n": self._count, **entry}
            self._entries.append(entry)
        return entry

    def close(self, entry, status):
        """Set the status of the response; None means that there was no response."""
        with self._lock:
            entry["status"] = status

    def entries(self):
        with self._lock:
            return copy.deepcopy(self._entries)

    def clear(self):
        with self._lock:
            self._entries.clear()


def parsed_body(request):
    """Return the body as JSON, as text if it is not JSON, or None if it is empty."""
    if not request.data:
        return None
    body = request.get_json(force=True, silent=True)
    return request.get_data(as_text=True) if body is None else body
