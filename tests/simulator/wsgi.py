# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request handler for Werkzeug with persistent connections, which it can also reset on purpose."""

from __future__ import annotations

import io
import os
import socket
import struct

from werkzeug.datastructures import Headers
from werkzeug.serving import WSGIRequestHandler


class ResetConnection(Exception):
    """Raised by an application to reset the connection to the client."""


class KeepAliveHandler(WSGIRequestHandler):
    """HTTP/1.1 with keep-alive. Werkzeug's own handler closes the connection after every response."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self):
        """Read the whole request, so that the next one starts at the right place, and respond to it."""
        environ = self.make_environ()
        if "wsgi.input_terminated" not in environ:
            environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0)))
        started = {}

        def start_response(status, headers, exc_info=None):
            started.update(status=status, headers=Headers(headers))

        try:
            chunks = self.server.app(environ, start_response)
        except ResetConnection:
            self.reset()
        else:
            self.write_response(started["status"], started["headers"], chunks)

    def write_response(self, status, headers, chunks):
        """Send one response, chunked if it has no length. Close the connection if it is shorter than its length."""
        code, _space, phrase = status.partition(" ")
        length = headers.get("Content-Length", type=int)
        if length is None:
            headers["Transfer-Encoding"] = "chunked"
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        sent = 0
        for chunk in filter(None, chunks):
            self.wfile.write(chunk if length is not None else b"%x\r\n%b\r\n" % (len(chunk), chunk))
            sent += len(chunk)
        if length is None:
            self.wfile.write(b"0\r\n\r\n")
        elif sent < length:
            self.close_connection = True

    def reset(self):
        """Break the connection so that the client receives RST instead of a normal end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The close method of the socket object would shut the connection down normally.
        os.close(self.connection.detach())
        self.close_connection = True

    def log(self, *_args):
        """Log nothing, because the journal contains every request."""
