# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are not regular files of this user, and files without space."""

from __future__ import annotations

import contextlib
import os
import resource
import socket

import pytest


def _directory(path):
    path.mkdir()
    return path


def _link(path):
    (path.parent / "target").write_text("", encoding="utf-8")
    path.symlink_to("target")
    return path


def _broken_link(path):
    path.symlink_to("target")
    return path


def _fifo(path):
    os.mkfifo(path)
    return path


def _socket(path):
    with socket.socket(socket.AF_UNIX) as listener:
        # The path of a socket is limited to about a hundred characters.
        folder = os.open(path.parent, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{folder}/{path.name}")
        os.close(folder)
    return path


def _of_another_user(path):
    if os.geteuid():
        pytest.skip("only root can give a file to another user")
    path.write_text("", encoding="utf-8")
    os.chown(path, 65534, -1)
    return path


UNUSABLE = {
    "a directory": _directory,
    "a symbolic link": _link,
    "a broken symbolic link": _broken_link,
    "a FIFO": _fifo,
    "a socket": _socket,
    "a device": lambda _path: "/dev/null",
    "a file of another user": _of_another_user,
}
"""Functions that create something at a path that is not a regular file of this user, and return its path."""


def reason(name):
    """Return the reason in a message."""
    return name.replace("broken ", "")


@contextlib.contextmanager
def file_size_limit(size):
    """Files cannot grow beyond a size in bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
