# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of one account: how the provider behaves. They can change while the simulator runs."""

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
    "removed_as": ("removed", "empty"),
    "catalog_filters": ("ignored", "honored"),
    "pending_charges": ("documented", "sent", "missing"),
    "numeric_filters": ("leaky", "honored"),
    "single_offer": ("object", "list"),
    "storage_created": ("text", "id", "storageId", "nothing"),
    "storage_names": ("documented", "any"),
    "network_created": ("nothing", "id"),
    "network_shape": ("object", "array"),
    "networks_key": ("networks", "network"),
    "unknown_references": ("accepted", "refused"),
    "auth_passwords": ("clear", "masked", "missing"),
    "auth_save": ("adds", "overwrites"),
    "auth_created": ("empty", "id", "no_content"),
    "unknown_auth_ids": ("accepted", "refused"),
    "ssh_keys_shape": ("array", "object"),
    "own_templates": ("listed", "forbidden", "unknown"),
    "runtype_rows": ("client", "given"),
    "no_such_ask_status": (400, 404, 410),
    "no_such_ask_in": ("msg", "error"),
    "queued_start_status": (200, 400),
    "missing_instance": ("null", "not_found"),
    "template_search": ("ignored", "honored"),
    "template_v0_put": ("broken", "works", "resets"),
    "template_id_on_edit": ("kept", "new"),
    "template_logins": ("hidden", "answered"),
    "stored_name": ("exact", "lower", "trimmed", "composed", "cut", "slug", "escaped", "quoted"),
}


@dataclass
class Settings:
    """All settings with their defaults. Times are seconds of the simulator's clock; only ``latency`` is real time."""

    # Seconds that a resource needs to start; a worker needs the same time to become healthy.
    boot_seconds: float = 1.0
    # The form in which a write stores the name of a resource: in lower case; without surplus whitespace; in Unicode's
    # composed form; its first 32 characters; as a slug; with HTML entities; with percent encoding.
    stored_name: str = "exact"
    # Whether responses contain 64-bit numbers as strings.
    numbers_as_strings: bool = True
    not_found_status: int = 400
    # What an update does to fields that its body omits: full resets them, partial keeps them, and zero_ignoring also
    # ignores zero and empty values. On Vast.ai, null removes a value with null_clears, and keeps it otherwise.
    put_mode: str = "full"
    page_base: int = 0
    page_cap: int = 50
    list_order: str = "created"
    total: str = "number"
    # Seconds until reads return a new resource, and seconds for which they return the old values after an update.
    visible_after: float = 0.0
    stale_after: float = 0.0
    latency: float = 0.0
    # Whether the URLs of endpoints (on Vast.ai, those of workers) are addresses of the simulator, which responds like
    # their containers. Otherwise they are addresses of the provider at which nothing responds.
    endpoints_respond: bool = False
    # By operation (or "*"): minimum seconds between two requests; a request that comes sooner is refused.
    min_interval: dict = field(default_factory=dict)
    # Whether the intervals that the provider documents apply, too.
    rate_limits: str = "off"
    # Vast.ai: whether the list of an account without endpoints is an error.
    empty_list_400: bool = True
    # Vast.ai: the account's credit in USD.
    credit: float = 100.0
    # Vast.ai: the workers that a delete reports as not deleted.
    failed_workers: list = field(default_factory=list)
    # Vast.ai: whether the instances of workers remain after the delete of their endpoint or workergroup, although the
    # response reports them as deleted. Those of ``failed_workers`` always remain.
    workers_remain: bool = False
    # Vast.ai: how workers end, and the format of the list of workers.
    worker_outcome: str = "idle"
    workers_shape: str = "object"
    # Vast.ai: for how long a new endpoint has no list of workers yet, and the format of this error.
    young_seconds: float = 1.0
    young_shape: str = "text"
    # Vast.ai: seconds after which an unused worker stops, and whether its row still shows that it has loaded its model.
    rest_after: float = 660.0
    rest_rows: str = "bare"
    # Vast.ai: where a request for an endpoint's log must contain the API key.
    log_key: str = "body"
    # Vast.ai's offers: whether a search also returns some rows that do not fit its conditions on numbers, whether a
    # single row is in a list, and the number of searches in a day (until midnight UTC).
    numeric_filters: str = "leaky"
    single_offer: str = "object"
    search_quota: int = 1000
    # Vast.ai's workergroups: whether a create needs no template, and takes its filter as an object or omits it.
    lenient_create: bool = False
    # Vast.ai's workergroups: whether a create refuses a template that does not exist.
    demand_templates: bool = False
    # Vast.ai's templates: whether the list of the user's own templates exists, what a search does with its filters, and
    # how many templates of other users it returns.
    own_templates: str = "listed"
    template_search: str = "ignored"
    public_templates: int = 300
    # Vast.ai's templates: what version 0 of an edit does to fields that its body omits, whether version 1 keeps the ID,
    # and whether rows contain the registry login.
    template_v0_put: str = "broken"
    template_id_on_edit: str = "kept"
    template_logins: str = "hidden"
    # Vast.ai's instances: seconds after which the list contains a new one, which a get returns immediately; and seconds
    # for which the old status remains after a start.
    row_lag: float = 1.0
    start_lag: float = 1.0
    # Vast.ai's instances: how many of the next creates are refused because somebody else has rented the offer, although
    # searches return it; and how many are refused although the instance exists.
    stale_offers: int = 0
    billed_refusals: int = 0
    # Vast.ai's instances: the refusal of an offer that cannot be rented: its status, and the field with the error code.
    no_such_ask_status: int = 404
    no_such_ask_in: str = "msg"
    # Vast.ai's instances: whether the machines of stopped instances and of offers are free. If not, starts are queued
    # until they are, with this status in the response.
    free_machines: bool = True
    queued_start_status: int = 400
    # Vast.ai's instances: whether rows contain the runtype as the vendor's client spells it, or as given; the response
    # to a get of an instance that does not exist; and how many reads of a log are refused before it is there.
    runtype_rows: str = "client"
    missing_instance: str = "null"
    log_waits: int = 2
    # Vast.ai's workergroups: whether an update makes the workers load again.
    put_rolls_workers: bool = False
    # Vast.ai's SSH keys: whether the list is an array or an object, as its sources disagree; whether the list of an
    # account without keys is an error, whether the list also contains deleted keys, and whether the account belongs to
    # a team, which cannot have keys.
    ssh_keys_shape: str = "array"
    empty_ssh_keys_404: bool = True
    deleted_ssh_keys: bool = True
    team: bool = False
    # Vast.ai's environment variables: how many an account can have. The real number is not public.
    max_env_vars: int = 1000
    # Endpoints of Novita and PPIO: seconds for which the serverless cluster of a region refuses creates and updates
    # after its last endpoint is deleted.
    cluster_sleep_seconds: float = 3.0
    # Endpoints of Novita and PPIO: the state of an endpoint that is being deleted.
    leaving_word: str = "Releasing"
    # Endpoints of Novita and PPIO: the scheme of their URL.
    url_scheme: str = "https"
    # Endpoints of Novita and PPIO: seconds for which a failed or removed worker is still listed.
    worker_linger: float = 30.0
    # Endpoints of Novita and PPIO: whether an update can contain values outside the documented ranges ("found": only
    # values that the resource has already).
    update_ranges: str = "printed"
    # Novita and PPIO: the value of a list without resources, if the response has a total of 0.
    empty_list: str = "null"
    # Novita and PPIO: whether the list of products honors the filters that it does not require.
    catalog_filters: str = "ignored"
    # Novita and PPIO: how many products or regions a page has if the request has no limit; with 0, there is one page
    # and no cursor.
    catalog_page: int = 3
    # Novita and PPIO: the available balance in the provider's currency, and how much of it is credit.
    balance: float = 100.0
    credit_limit: float = 0.0
    # Novita and PPIO: whether the balance contains the pending charges; only Novita's page documents them.
    pending_charges: str = "documented"
    # Novita: the key that contains the ID in the delete of an endpoint.
    delete_key: str = "id"
    # Instances of Novita and PPIO: seconds for which a removed instance is still shown, and its status then.
    removed_linger: float = 30.0
    removed_as: str = "removed"
    # Novita's instances: whether the SSH password is next to the SSH command, not at the top level.
    ssh_password_inside: bool = False
    # Instances of Novita and PPIO: whether an instance without Jupyter shows a port for it.
    idle_jupyter: bool = True
    # Instances of Novita and PPIO: seconds after a start until SSH accepts connections.
    ssh_after: float = 0.0
    # Instances of Novita and PPIO: whether a new instance is pending first.
    pending_first: bool = False
    # Novita's instances: whether responses contain "" as billingMode.
    billing_mode_blank: bool = False
    # Instances of Novita and PPIO: the status to which the upgrade of a stopped instance leads.
    upgrade_of_exited: str = "running"
    # Novita's network storages: the response to a create (the ID as text, an object with this key, or nothing), and
    # whether names have only the characters that the vendor's tool server documents.
    storage_created: str = "text"
    storage_names: str = "documented"
    # Novita's networks: whether the response to a create contains the ID, whether states and the network of a get are
    # in a list, and the key of the list of networks.
    network_created: str = "nothing"
    network_shape: str = "object"
    networks_key: str = "networks"
    # Endpoints of Novita, and instances of Novita and PPIO: whether they can refer to a storage or network that never
    # existed in the account, as long as its ID does not begin with "missing".
    unknown_references: str = "accepted"
    # Registry credentials of Novita and PPIO: how the list shows passwords, and whether an endpoint or an instance can
    # have the ID of a credential that does not exist.
    auth_passwords: str = "clear"
    unknown_auth_ids: str = "accepted"
    # Novita's registry credentials: what a save does if a credential with the same name and username exists, and how it
    # responds.
    auth_save: str = "adds"
    auth_created: str = "empty"

    def set(self, **changes):
        """Change settings: all of them, or none if one is invalid."""
        for name, value in changes.items():
            self._check(name, value)
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self):
        return asdict(self)

    def _check(self, name, value):
        known = [item.name for item in fields(self)]
        if name not in known:
            raise ValueError(f"unknown setting {name!r}; the settings are {', '.join(known)}")
        expected = type(getattr(Settings(), name))
        # Seconds can be integers. In Python, True is an integer, too, but not a valid number here.
        accepted = (int, float) if expected is float else expected
        if not isinstance(value, accepted) or isinstance(value, bool) is not (expected is bool):
            raise ValueError(f"setting {name!r} must be of type {expected.__name__}, not {value!r}")
        if value not in CHOICES.get(name, (value,)):
            raise ValueError(f"setting {name!r} must be one of {CHOICES[name]}, not {value!r}")
