# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an event source as ansible-rulebook does: with runpy, an asyncio queue and no Ansible.

Usage: driver.py <plugin> <options as JSON>

The program prints each event as a line of JSON. It reads commands, one a line: "ping", to which the event loop responds
with {"pong": true}, and "cancel". The last line is {"ended": <type of the error>, "text": <its text>}. The log, with
every detail of every library, goes to standard error.
"""

import asyncio
import json
import logging
import runpy
import sys
import threading


def show(value):
    print(json.dumps(value), flush=True)


async def main():
    plugin, options = sys.argv[1:]
    queue, loop = asyncio.Queue(), asyncio.get_running_loop()
    source = asyncio.ensure_future(runpy.run_path(plugin)["main"](queue, json.loads(options)))
    commands = {"ping": lambda: show({"pong": True}), "cancel": source.cancel}

    def read_commands():
        for line in sys.stdin:
            loop.call_soon_threadsafe(commands[line.strip()])

    async def show_events():
        while True:
            show(await queue.get())

    threading.Thread(target=read_commands, daemon=True).start()
    events = asyncio.ensure_future(show_events())
    try:
        await source
    except BaseException as error:
        show({"ended": type(error).__name__, "text": str(error)})
    events.cancel()


logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
asyncio.run(main())
