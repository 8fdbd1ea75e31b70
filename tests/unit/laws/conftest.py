# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every law test runs for every resource kind."""

from __future__ import annotations

import pytest

from .kinds import KINDS


@pytest.fixture(name="kind", params=KINDS, ids=str)
def _kind(request):
    return request.param


@pytest.fixture(name="world")
def _world(cloud, kind):
    return World(cloud, kind)


class World:
    """One kind's modules and account, in short words."""

    def __init__(self, cloud, kind):
        self.cloud = cloud
        self.kind = kind
        self.account = cloud.account(kind.provider)
        self.operation = f"{kind.noun}.{{}}".format

    def task(self, **fragment):
        """Run a task for the record by its name."""
        return self.run({"name": self.kind.task["name"], **fragment})

    def run(self, options, check=False, **more):
        return self.cloud.run(self.kind.module, options, check, **more)

    def check(self, **fragment):
        return self.run({"name": self.kind.task["name"], **fragment}, check=True)

    def create(self, **fragment):
        """Run the complete task."""
        return self.run({**self.kind.task, **fragment})

    def info(self, **options):
        return self.cloud.run(self.kind.info, options).ok()

    def fault(self, operation, fault, **arguments):
        self.account.fault(self.operation(operation), fault, **arguments)

    def records(self):
        return self.account.records()
