# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small HTTP server for probes, on loopback. It writes its URL to the file that the command line specifies.

/well returns 200, a path that ends with /ill returns 503, and /flaky a fixed sequence of both. /asked returns the
requests that the server received. /secret returns 200 to requests with the header X-Probe, and 401 to all others.
"""

import http.server
import itertools
import json
import pathlib
import sys

ASKED = []
# A success, a failure, and then two consecutive successes.
FLAKY = itertools.cycle([503, 200, 503, 200, 200])


class Handler(http.server.BaseHTTPRequestHandler):
    """Sends a response that depends on the path."""

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer()

    def answer(self):
        text = json.dumps(ASKED) if self.path == "/asked" else "all is well"
        if self.path != "/asked":
            ASKED.append(f"{self.command} {self.path}")
        self.send_response(self.status())
        self.send_header("Content-Type", "application/json" if self.path == "/asked" else "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def status(self):
        if self.path == "/flaky":
            return next(FLAKY)
        if self.path == "/secret":
            return 200 if self.headers.get("X-Probe") else 401
        return 503 if self.path.endswith("/ill") else 200

    def log_message(self, *arguments):
        """Stay silent."""


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ready = pathlib.Path(sys.argv[1])
    # Rename the file, so that it is complete when it appears.
    draft = ready.with_suffix(".draft")
    draft.write_text(f"http://127.0.0.1:{server.server_address[1]}", encoding="utf-8")
    draft.rename(ready)
    server.serve_forever()


if __name__ == "__main__":
    main()
