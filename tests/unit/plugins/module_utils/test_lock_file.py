# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock file: it excludes other processes, and a folder that others could control is not used."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
import tempfile

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._lock_file import LockFile, NoLocks

from ...files import UNUSABLE, reason

OTHER_PROCESS = """
import sys
from ansible_collections.gpufleet.cloud.plugins.module_utils._lock_file import LOCK_FILE
print([LOCK_FILE.try_lock(int(byte)) for byte in sys.argv[1:]], flush=True)
sys.stdin.read()
"""
FORKED = """
import os
from ansible_collections.gpufleet.cloud.plugins.module_utils._lock_file import LOCK_FILE
LOCK_FILE.try_lock(1)
LOCK_FILE.try_lock(2)
child = os.fork()
if not child:
    os._exit(LOCK_FILE.try_lock(1) + 2 * LOCK_FILE.try_lock(3))
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(status, LOCK_FILE.try_lock(3), flush=True)
"""


@pytest.fixture(name="folder")
def _folder(tmp_path, monkeypatch):
    """Return the path of the folder for the lock file, in a new folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path / f"gpufleet.cloud-{os.geteuid()}"


@pytest.fixture(name="file")
def _file(folder):
    file = LockFile()
    yield file
    file.forget()


@contextlib.contextmanager
def other_process(*bytes_):
    """Lock bytes in another process; return what it prints, and the process."""
    command = [sys.executable, "-c", OTHER_PROCESS, *map(str, bytes_)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        yield process.stdout.readline().strip(), process
        process.kill()


def is_open():
    """Return whether this process has the lock file or its folder open."""
    opened = []
    for number in os.listdir("/proc/self/fd"):
        # Another thread can close its descriptor at any time.
        with contextlib.suppress(FileNotFoundError):
            opened.append(os.readlink(f"/proc/self/fd/{number}"))
    return any("gpufleet.cloud-" in path for path in opened)


def test_a_lock_excludes_other_processes_until_it_is_released(file):
    largest = 2**62 - 1
    assert file.try_lock(7) and file.try_lock(largest)
    with other_process(7, 8, largest) as (locked, _process):
        assert locked == "[False, True, False]"
        assert not file.try_lock(8)
        file.unlock(7)
        with other_process(7, largest) as (locked, _process):
            assert locked == "[True, False]"


def test_the_locks_of_a_killed_process_are_released(file):
    with other_process(7) as (locked, process):
        assert locked == "[True]"
        assert not file.try_lock(7)
        process.kill()
        process.wait()
        assert file.try_lock(7)


def test_a_lock_excludes_other_tasks_of_the_same_process(file):
    assert file.try_lock(7)
    assert not file.try_lock(7)
    file.unlock(7)
    assert file.try_lock(7)


def test_a_failed_attempt_keeps_the_other_locks_of_the_process(file):
    with other_process(8):
        assert file.try_lock(7)
        assert not file.try_lock(8)
        with other_process(7) as (locked, _process):
            assert locked == "[False]"


def test_a_forked_process_has_no_locks_and_releases_none(folder):
    command = [sys.executable, "-c", FORKED]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
    # The child locks only the byte that is free. The end of the child releases it.
    assert output == "2 True\n"


def test_the_file_is_empty_and_only_the_user_can_access_it(file, folder):
    before = os.umask(0)
    try:
        file.try_lock(7)
    finally:
        os.umask(before)
    [locks] = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(locks.stat().st_mode) == 0o600
    assert locks.stat().st_size == 0


def test_the_file_is_open_only_while_a_lock_is_held(file):
    file.try_lock(7)
    assert is_open()
    file.unlock(7)
    file.unlock(7)
    assert not is_open()


def test_a_folder_of_another_user_is_refused(file, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(NoLocks, match="belongs to another user"):
        file.try_lock(7)


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_others_can_access_is_refused(file, folder, mode):
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(NoLocks, match="other users can access"):
        file.try_lock(7)


def test_a_link_instead_of_the_folder_or_the_file_is_refused(file, folder, tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NoLocks, match="gpufleet"):
        file.try_lock(7)
    folder.unlink()
    folder.mkdir(mode=0o700)
    (folder / "locks").symlink_to(tmp_path / "elsewhere" / "locks")
    with pytest.raises(NoLocks, match="locks"):
        file.try_lock(7)
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("name", [name for name in UNUSABLE if name != "a device"])
def test_a_lock_file_that_is_not_a_regular_file_of_this_user_is_refused(file, folder, name):
    folder.mkdir(mode=0o700)
    UNUSABLE[name](folder / "locks")
    with pytest.raises(NoLocks, match=reason(name)):
        file.try_lock(7)


def test_a_lock_file_that_is_exchanged_before_it_is_opened_is_refused_and_closed(file, folder, monkeypatch):
    folder.mkdir(mode=0o700)
    locks = folder / "locks"
    locks.write_text("", encoding="utf-8")
    read_status = os.stat

    def exchanged_after(path, **options):
        status = read_status(path, **options)
        if path == "locks" and stat.S_ISREG(status.st_mode):
            locks.unlink()
            os.mkfifo(locks)
        return status

    monkeypatch.setattr(os, "stat", exchanged_after)
    with pytest.raises(NoLocks, match="a FIFO"):
        file.try_lock(7)
    assert not is_open()


def test_a_file_instead_of_the_folder_is_refused(file, folder):
    folder.write_text("")
    with pytest.raises(NoLocks, match="Not a directory"):
        file.try_lock(7)


def test_a_system_without_locks_or_temporary_files_is_reported(file, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(NoLocks, match="fcntl"):
        file.try_lock(7)
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "missing"))
    with pytest.raises(NoLocks, match="No such file"):
        file.try_lock(7)
