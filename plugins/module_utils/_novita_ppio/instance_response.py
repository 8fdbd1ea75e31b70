# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a GPU instance in a response of Novita AI or PPIO.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .._engine.state import FAILED, OFF, ON, PENDING, CurrentState, Stage
from .._engine.workers import state_in_words
from .._ssh import ssh_address
from .._times import iso8601
from .resource import BEING_REMOVED, stage_of

_STOPPING = ("tostop", "stopping")
_OFF = ("exited", "stopped", "freezing")
RUNNING = "running"
_STABLE = (RUNNING, *_OFF)
"""The status of an instance that is neither in transition nor failed."""
_REMOVED = "removed"


class Ssh(NamedTuple):
    """The SSH access of an instance in a response.

    :param command: the SSH command, or an empty text.
    :param runs: whether the provider reports that SSH is running.
    """

    command: str
    password: str = ""
    runs: bool = True

    @property
    def address(self) -> tuple[str, int, str]:
        """The host, the port and the user; all empty if there is no command or it could not be read."""
        return ssh_address(self.command)

    @property
    def is_unreadable(self) -> bool:
        """Whether there is a command that could not be read."""
        return bool(self.command and not any(self.address))

    def facts(self) -> dict[str, Any]:
        """Return the facts about SSH."""
        host, port, user = self.address
        return {"ssh_host": host, "ssh_port": port, "ssh_user": user, "ssh_ready": bool(host and self.runs)}


class Status(NamedTuple):
    """The status of an instance in a response.

    :param word: the status that the provider reports, for example ``running``.
    :param error: the error code, or an empty text.
    """

    word: str
    error: str
    message: str

    @property
    def is_running(self) -> bool:
        """Whether the instance is running."""
        return self.word.lower() == RUNNING


def instance_state(
    instance: dict[str, Any],
    values: dict[str, Any],
    facts: dict[str, Any],
    status: Status,
    ssh: Ssh,
    terminal_password: str,
    is_complete: bool,
) -> CurrentState:
    """Return the current state of an instance in a response.

    :param facts: the facts that only one of the providers returns.
    :param is_complete: whether the response has all details of the instance.
    """
    text = ": ".join(part for part in (status.error, status.message) if part)
    if ssh.is_unreadable:
        text = "; ".join(filter(None, (text, "its SSH command could not be read, so its address is unknown")))
    word = status.word.lower()
    stage = FAILED if status.error or word == "freezing" else stage_of(word, _STABLE)
    return CurrentState(
        id=instance["id"],
        name=instance["name"],
        values=values,
        facts={"status": status.word, "status_message": text, **ssh.facts(), **facts},
        stage=Stage(PENDING if stage == BEING_REMOVED else stage, state_in_words(status.word, text, "no status")),
        being_removed=stage == BEING_REMOVED,
        is_complete=is_complete,
        gone=word == _REMOVED,
        # After a delete, some clients have received an empty status.
        gone_if_deleted=not word,
        power=OFF if word in (*_STOPPING, *_OFF) else ON,
        in_transition=word not in _STABLE and stage_of(word) not in (FAILED, BEING_REMOVED),
        private={"ssh_password": ssh.password, "web_terminal_password": terminal_password},
    )


def moment(value: Any) -> str:
    """Return a point in time in ISO 8601 format, or an empty text if the provider returns 0 or -1."""
    return iso8601(None if value in (None, "", 0, "0", -1, "-1") else value)
