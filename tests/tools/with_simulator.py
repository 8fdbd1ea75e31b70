# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the simulator, run a command against it, and always stop it.

Usage: with_simulator.py [--integration-config FILE [--direct true|false]] [--log FILE] <command> [<argument> ...]

The command gets the simulator's addresses and a key in SIMULATOR_URL and in the environment variables of the modules,
such as NOVITA_API_URL and NOVITA_API_KEY. The key is random. The simulator has an account for each key, so every run
begins with an empty account. The command does not get the caller's keys and addresses of the real providers.

ansible-test hides environment variables from integration targets. --integration-config writes the addresses and the
key to a file that ansible-test passes on. --direct adds the variable gpufleet_direct.
"""

import argparse
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The simulator's path for each provider, by the prefix of its environment variables.
PROVIDERS = {"NOVITA": "novita", "PPIO": "ppio", "VAST": "vast"}

START_TIMEOUT = 60


def launch(ready_file, log):
    """Start the simulator and return its process."""
    command = [sys.executable, "-m", "tests.simulator", "--port", "0", "--ready-file", str(ready_file)]
    # In a new session, because Ctrl-C would otherwise stop it before the command has cleaned up.
    return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)


def wait_for_address(process, ready_file, log_path):
    """Return the address from the simulator's ready file."""
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        address = ready_file.read_text(encoding="utf-8").strip() if ready_file.exists() else ""
        if address:
            return address.rstrip("/")
        time.sleep(0.05)
    sys.stderr.write(log_path.read_text(encoding="utf-8", errors="replace"))
    raise SystemExit("The simulator did not start. Its output is shown above.")


def stop(process):
    """Stop a process with SIGTERM, or with SIGKILL if that is not enough."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def environment_for(address, key):
    """Return an environment in which the command reaches only the simulator."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(tuple(f"{provider}_" for provider in PROVIDERS))
    }
    environment["SIMULATOR_URL"] = address
    for provider, path in PROVIDERS.items():
        environment[f"{provider}_API_URL"] = f"{address}/{path}"
        environment[f"{provider}_API_KEY"] = key
    environment["VAST_AUTOSCALER_URL"] = f"{address}/vast-autoscaler"
    # The caller's proxy cannot reach a loopback address of this machine.
    for name in ("NO_PROXY", "no_proxy"):
        environment[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))
    return environment


def write_integration_config(path, address, key, direct):
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {"simulator_url": address, "run_key": key, "vast_autoscaler_url": f"{address}/vast-autoscaler"}
    facts.update((f"{provider}_api_url", f"{address}/{provider}") for provider in PROVIDERS.values())
    if direct:
        facts["gpufleet_direct"] = direct
    lines = ["---", *(f"{name}: {value}" for name, value in facts.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Run a command against a new simulator.")
    parser.add_argument("--integration-config", type=pathlib.Path)
    parser.add_argument("--direct", choices=("true", "false"))
    parser.add_argument("--log", type=pathlib.Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    # These signals end Python without running "finally", unless a handler raises an exception.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: sys.exit(128 + received))

    key = secrets.token_hex(20)
    with tempfile.TemporaryDirectory() as folder:
        log_path = options.log or pathlib.Path(folder) / "simulator.log"
        log_path.parent.mkdir(parents=True, exist_ok=True)
        ready_file = pathlib.Path(folder) / "ready"
        command = simulator = None
        with log_path.open("w", encoding="utf-8") as log:
            try:
                simulator = launch(ready_file, log)
                address = wait_for_address(simulator, ready_file, log_path)
                if options.integration_config:
                    write_integration_config(options.integration_config, address, key, options.direct)
                command = subprocess.Popen(options.command, env=environment_for(address, key))
                return command.wait()
            except KeyboardInterrupt:
                # The command got the same signal from the terminal. Let it finish.
                return command.wait() if command else 130
            finally:
                for process in (command, simulator):
                    if process:
                        stop(process)


if __name__ == "__main__":
    status = main()
    # If a signal ended the command, use the exit status of a shell.
    sys.exit(status if status >= 0 else 128 - status)
