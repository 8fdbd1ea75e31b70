# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress file of a fleet that runs as a module on the controller: its lines are shown, and it is deleted."""

from __future__ import annotations

import errno
import os
import signal
import threading
from types import SimpleNamespace

import pytest
from ansible import constants

from ansible_collections.gpufleet.cloud.plugins.plugin_utils import progress_file as progress_file_module


@pytest.fixture(name="display")
def _display(monkeypatch):
    """Return the display. It shows lines in a list."""
    shown = []
    display = SimpleNamespace(shown=shown, display=shown.append)
    monkeypatch.setattr(progress_file_module, "Display", lambda: display)
    return display


@pytest.fixture(name="passed_file")
def _passed_file(make, passed, monkeypatch):
    """Return a function that runs a fleet as a module, which adds lines to its progress file; returns the path."""

    def run(*lines, before_last=lambda path: None, **keywords):
        def execute(_plugin, module_args=None, **_more):
            path = module_args.get("progress_file")
            passed.append(path)
            with open(path or os.devnull, "a", encoding="utf-8") as file:
                for line in lines:
                    if line == lines[-1]:
                        before_last(path)
                    print(line, file=file, flush=True)
            return {"changed": True}

        plugin = make("{resources: []}", "fleet", **keywords)
        monkeypatch.setattr(type(plugin).__mro__[1], "_execute_module", execute)
        assert plugin.run(task_vars={"gpufleet_direct": False}) == {"changed": True}
        return passed[-1]

    return run


def test_it_is_in_the_folder_of_ansible_and_deleted_at_the_end(passed_file, display):
    path = passed_file("", "a: create ...", "a: 1")
    assert display.shown == ["  a: create ...", "  a: 1"]
    assert os.path.dirname(path) == constants.DEFAULT_LOCAL_TMP
    assert not os.path.exists(path)


def test_it_is_deleted_while_the_module_runs(passed_file, display, monkeypatch):
    """If Ansible is killed, nothing deletes the file at the end."""
    deleted = threading.Event()
    remove = progress_file_module._remove

    def note(path):
        remove(path)
        deleted.set()

    def check(path):
        assert deleted.wait(60)
        assert not os.path.exists(path)

    monkeypatch.setattr(progress_file_module, "_remove", note)
    passed_file("", "a: create ...", before_last=check)
    assert display.shown == ["  a: create ..."]


def test_a_display_that_fails_or_blocks_does_not_harm_the_task(passed_file, display, monkeypatch):
    def fail(_line):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    resumed = threading.Event()
    monkeypatch.setattr(progress_file_module, "LAST_LINES", 0.01)
    for show in (fail, lambda _line: resumed.wait()):
        display.display = show
        assert not os.path.exists(passed_file("", "a: create ..."))
    resumed.set()


@pytest.mark.parametrize("keywords", [{"no_log": True}, {"async_val": 5}, {"transport": "ssh"}])
def test_there_is_none_if_nobody_sees_it(passed_file, keywords):
    assert passed_file("a: create ...", **keywords) is None


def test_there_is_none_without_a_folder_for_temporary_files(passed_file, monkeypatch, tmp_path):
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "missing"))
    assert passed_file("a: create ...") is None


def test_there_is_none_without_more_threads(passed_file, monkeypatch):
    def start(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    before = set(os.listdir(constants.DEFAULT_LOCAL_TMP))
    descriptors = len(os.listdir("/proc/self/fd"))
    assert passed_file("a: create ...") is None
    assert set(os.listdir(constants.DEFAULT_LOCAL_TMP)) == before
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_its_thread_leaves_signals_to_the_main_thread(passed_file, monkeypatch):
    """Ansible stops modules, and tasks at their timeout, in signal handlers. These run only if a signal wakes the main
    thread.
    """
    masks = []

    def show(descriptor, _path, over):
        masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        over.wait()
        os.close(descriptor)

    monkeypatch.setattr(progress_file_module, "_show", show)
    passed_file("")
    assert [{signal.SIGINT, signal.SIGTERM, signal.SIGALRM} <= mask for mask in masks] == [True]
