# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a provider treats one account: its habits, changeable at run time."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields

CHOICES = {
    "not_found_status": (400, 404),
    "put_mode": ("full", "partial", "zero_ignoring", "null_clears"),
    "page_base": (0, 1),
    "list_order": ("created", "reversed", "shuffled"),
    "total": ("number", "string", "missing"),
    "rate_limits": ("off", "documented"),
    "worker_outcome": ("idle", "recovers", "error", "loading", "replaced", "stopped"),
    "workers_shape": ("object", "array"),
    "young_shape": ("text", "error_msg", "error"),
    "rest_rows": ("bare", "kept"),
    "log_key": ("body", "bearer"),
    "upgrade_of_exited": ("running", "exited", "refused"),
    "delete_key": ("id", "name", "either"),
    "empty_list": ("null", "array"),
    "update_ranges": ("printed", "found"),
    "removed_as": ("removed", "blank"),
}


@dataclass
class Settings:
    """The habits. Times are seconds; ``latency`` is real time, the others go by the simulator's clock."""

    boot_seconds: float = 1.0
    # 64-bit numbers are answered as strings.
    numbers_as_strings: bool = True
    not_found_status: int = 400
    # What an update does to what its body leaves out; zero_ignoring also passes over zero and empty values, and with
    # null_clears null takes a value away (Vast.ai, where null leaves it alone otherwise).
    put_mode: str = "full"
    page_base: int = 0
    page_cap: int = 50
    list_order: str = "created"
    total: str = "number"
    # A new record stays unreadable, and an updated one shows its former self, for that long.
    visible_after: float = 0.0
    stale_after: float = 0.0
    latency: float = 0.0
    # By operation (or "*"): requests that follow the last accepted one sooner than this are refused.
    min_interval: dict = field(default_factory=dict)
    # Whether the intervals that the provider documents hold, too.
    rate_limits: str = "off"
    # Vast.ai: a list without records is an error; the account's credit in USD; the workers that a deletion reports as
    # left over; how workers end and are listed; for how long, and how, a new endpoint says that it has no list yet;
    # how long after its start a worker rests that nobody needs, and whether its row still tells that it has loaded;
    # where the key must stand in a request for an endpoint's log.
    empty_list_400: bool = True
    credit: float = 100.0
    failed_workers: list = field(default_factory=list)
    worker_outcome: str = "idle"
    workers_shape: str = "object"
    young_seconds: float = 1.0
    young_shape: str = "text"
    rest_after: float = 660.0
    rest_rows: str = "bare"
    log_key: str = "body"
    # Vast.ai's workergroups: whether a create does without a template and takes a filter as an object, or none at all;
    # whether an update has the workers load again by itself.
    lenient_create: bool = False
    put_rolls_workers: bool = False
    # Endpoints of Novita and PPIO: for how long the serverless cluster of a place refuses creates and updates after its
    # last endpoint is gone; the word of an endpoint that is being deleted; for how long a failed or removed worker is
    # still listed; whether an update may carry what is outside the printed ranges where the record has it.
    cluster_sleep_seconds: float = 3.0
    leaving_word: str = "Releasing"
    worker_linger: float = 30.0
    update_ranges: str = "printed"
    # Novita and PPIO: what stands for a list without records, where the total says that there is none.
    empty_list: str = "null"
    # Novita: the key in which the delete of an endpoint looks for the id.
    delete_key: str = "id"
    # Novita's instances: for how long a removed one is still shown, and as what; how long after a start SSH answers;
    # whether new ones wait before anything else; billingMode is answered as ""; where the upgrade of a stopped one
    # leads; whether the password of SSH stands beside its command or at the top level; whether one without Jupyter
    # shows its port.
    removed_linger: float = 30.0
    removed_as: str = "removed"
    ssh_password_inside: bool = False
    idle_jupyter: bool = True
    ssh_after: float = 0.0
    pending_first: bool = False
    billing_mode_blank: bool = False
    upgrade_of_exited: str = "running"

    def set(self, **changes):
        """Change some settings, all or none."""
        for name, value in changes.items():
            self._check(name, value)
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self):
        return asdict(self)

    def _check(self, name, value):
        known = [item.name for item in fields(self)]
        if name not in known:
            raise ValueError(f"unknown setting {name!r}; known are {', '.join(known)}")
        wanted = type(getattr(Settings(), name))
        # A whole number will do for seconds; True is a number only by accident.
        accepted = (int, float) if wanted is float else wanted
        if not isinstance(value, accepted) or isinstance(value, bool) is not (wanted is bool):
            raise ValueError(f"setting {name!r} wants {wanted.__name__}, not {value!r}")
        if value not in CHOICES.get(name, (value,)):
            raise ValueError(f"setting {name!r} must be one of {CHOICES[name]}, not {value!r}")
