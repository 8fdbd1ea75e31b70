# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inference endpoints whose new versions are rolled out next to the older ones."""

from __future__ import annotations

from ..unit.plugins.modules.test_inference_endpoint import CANDIDATES
from ..unit.plugins.modules.test_rollout import Rollout
from .desired_fleet import PREFIX
from .resource_types import TYPES


class Rollouts:
    """The inference endpoints, the same number at each provider.

    :param tags: the version of each of them by its name.
    """

    def __init__(self, cloud, each):
        self._tasks = Rollout(cloud)
        self._providers = {
            f"{PREFIX}llm-{provider}-{number}": provider for provider in CANDIDATES for number in range(each)
        }
        self.tags = dict.fromkeys(self._providers, 0)
        self._retired = set()

    def options(self, name, **options):
        """Return the options of the module ``inference_endpoint``, without the connections."""
        tag, provider = str(self.tags[name]), self._providers[name]
        return self._tasks.options(provider, tag, name=name, min_workers=1, wait_timeout=300, **options)

    def entries(self):
        return [{"inference_endpoint": self.options(name)} for name in self.tags]

    def next_version(self, name):
        self.tags[name] += 1
        self._retired.add(name)

    def problems(self, type_name, revisions):
        """Yield sentences on a number of revisions that is not as desired: the current one, and a former one."""
        for name, provider in self._providers.items():
            expected = 0
            if TYPES[type_name].provider == provider and type_name in (
                f"{provider}_endpoint",
                "vast_template",
                "vast_workergroup",
            ):
                expected = 2 if name in self._retired else 1
            if revisions[name] != expected:
                yield f"{type_name} {name} has {revisions[name]} revisions, not {expected}"
