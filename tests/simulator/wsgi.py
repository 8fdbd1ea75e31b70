# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Werkzeug's request handler, but with connections that stay open and that can be broken on purpose."""

from __future__ import annotations

import io
import os
import socket
import struct

from werkzeug.datastructures import Headers
from werkzeug.serving import WSGIRequestHandler


class ResetConnection(Exception):
    """Raised by an application that wants the client to meet a reset connection."""


class KeepAliveHandler(WSGIRequestHandler):
    """Speak HTTP/1.1 with keep-alive; werkzeug's own handler closes the connection after every answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self):
        """Read the whole request, so that the next one begins where it should, and answer it."""
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
            self.send_answer(started["status"], started["headers"], chunks)

    def send_answer(self, status, headers, chunks):
        """Send one answer: in chunks if its length is not given; the connection ends if it is shorter than given."""
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
        """Break the connection so that the client sees RST, not an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Closing the socket object would say goodbye first.
        os.close(self.connection.detach())
        self.close_connection = True

    def log(self, *_args):
        """Say nothing: the journal knows every request."""
