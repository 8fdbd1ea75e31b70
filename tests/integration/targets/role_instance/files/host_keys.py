# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the job of ``host_key.yml`` on instances with one address and different host keys.

Usage: host_keys.py <options of an interruptible instance as JSON>. A real SSH server on loopback is each instance. The
environment contains the key and the URL of Novita AI, and ``SIMULATOR_URL``.
"""

from __future__ import annotations

import getpass
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from killed import control

HERE = pathlib.Path(__file__).parent
CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/{host_key}
PidFile none
AuthorizedKeysFile {folder}/key.pub
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
"""


class Server:
    """An SSH server with a host key."""

    def __init__(self, program, folder, port, host_key):
        self.port = port
        self.config = folder / f"{host_key}_config"
        self.config.write_text(CONFIG.format(folder=folder, port=port, host_key=host_key), encoding="utf-8")
        self.program = program

    def __enter__(self):
        # It must be started by its full path.
        self.process = subprocess.Popen([self.program, "-D", "-e", "-f", str(self.config)])
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit("the SSH server does not start")
                time.sleep(0.1)

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait()


def start(folder, choice, variables):
    """Start the job, and return its process."""
    variables = {"private_key": f"{folder}/key", "instance_new_host_key": choice, **variables}
    # No SSH settings and directories of the user, and no connection that outlives its task.
    environment = {
        **os.environ,
        "ANSIBLE_SSH_ARGS": "-F /dev/null -o IdentitiesOnly=yes",
        "ANSIBLE_REMOTE_TEMP": f"{folder}/remote",
        "ANSIBLE_HOST_KEY_CHECKING": "true",
    }
    if choice == "refuse":
        environment["ANSIBLE_SSH_ARGS"] += f" -o UserKnownHostsFile={folder}/known_hosts"
    command = ["ansible-playbook", "-e", json.dumps(variables), str(HERE / "host_key.yml")]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def outcome(job):
    """Return whether a job succeeded, and its output. All instances must be deleted."""
    output, _none = job.communicate()
    while control("GET", "novita/instances"):
        time.sleep(0.1)
    return job.returncode == 0, output


def run(folder, port, choice):
    """Run the job on an instance at the address of the SSH server, and return its outcome."""
    ssh = {"host": "127.0.0.1", "port": port, "user": getpass.getuser()}
    control("POST", "novita/instances", name="it-role-ssh", ssh=ssh)
    return outcome(start(folder, choice, {}))


def run_interrupted(folder, program, port, options):
    """Run the job on an instance that the provider takes back, and then on another one with another host key."""
    python = sys.executable
    there = {"ansible_host": "127.0.0.1", "ansible_port": port, "ansible_user": getpass.getuser()}
    login = {"ansible_ssh_private_key_file": f"{folder}/key", "ansible_python_interpreter": python}
    variables = {
        "instance_options": options,
        "instance_rerents": 1,
        "instance_wait_for_ssh": False,
        "instance_host_vars": {**there, **login},
        "work": "interrupted_work.yml",
        "folder": str(folder),
    }
    with Server(program, folder, port, "first"):
        job = start(folder, "accept", variables)
        while not folder.joinpath("stopped").exists() and job.poll() is None:
            time.sleep(0.1)
    with Server(program, folder, port, "second"):
        folder.joinpath("exchanged").touch()
        return outcome(job)


def main():
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        print("SKIPPED: no SSH server is installed (on Debian: apt-get install openssh-server).")
        return
    if os.getuid() == 0:
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, socket.create_server(("127.0.0.1", 0)) as free:
        folder, port = pathlib.Path(place), free.getsockname()[1]
        free.close()
        for name in ("key", "first", "second"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        for host_key in ("first", "second"):
            with Server(program, folder, port, host_key):
                passed, output = run(folder, port, "accept")
                assert passed, output
        with Server(program, folder, port, "first"):
            passed, output = run(folder, port, "refuse")
        assert not passed and "instance_new_host_key" in output, output
        passed, output = run_interrupted(folder, program, port, json.loads(sys.argv[1]))
        assert passed and "Rent another instance" in output, output


if __name__ == "__main__":
    main()
