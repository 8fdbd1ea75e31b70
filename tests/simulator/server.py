# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a running web server."""

from __future__ import annotations

import threading
import time

from flask import Flask
from werkzeug.serving import make_server

from . import containers, control, page
from .accounts import Accounts
from .gateway import Gateway
from .novita import NOVITA
from .ppio import PPIO
from .vast import VAST, clients, instance_logs
from .wsgi import KeepAliveHandler

PROVIDERS = (NOVITA, PPIO, VAST)


class SystemClock:
    """Real time. A test can pass any other object with a ``now`` that returns seconds."""

    def now(self):
        return time.monotonic()


class Simulator:
    """All providers on one loopback address; a context manager that serves in a separate thread."""

    providers = PROVIDERS

    def __init__(self, host="127.0.0.1", port=0, *, clock=None, boot_seconds=1.0):
        self.accounts = Accounts(self.providers, clock or SystemClock(), boot_seconds)
        app = Flask(__name__)
        # Responses keep the order of their keys in the code.
        app.json.sort_keys = False
        app.register_blueprint(control.blueprint(self.accounts))
        app.register_blueprint(page.blueprint(self.accounts))
        app.register_blueprint(containers.blueprint(self.accounts))
        app.register_blueprint(clients.blueprint(self.accounts))
        app.register_blueprint(instance_logs.blueprint(self.accounts))
        for provider in self.providers:
            app.register_blueprint(Gateway(provider, self.accounts).blueprint())
        self._server = make_server(host, port, app, threaded=True, request_handler=KeepAliveHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        shown = f"[{host}]" if ":" in host else host
        self.url = self.accounts.simulator_url = f"http://{shown}:{self._server.server_port}"
        self.novita_url = f"{self.url}/{NOVITA.name}"
        self.ppio_url = f"{self.url}/{PPIO.name}"
        self.vast_url = f"{self.url}/{VAST.name}"
        self.vast_autoscaler_url = f"{self.url}/{VAST.name}-autoscaler"

    def account(self, provider, key):
        """Return the account of an API key. The first use opens it."""
        return self.accounts.get(provider, key)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
