# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common part of serverless endpoints of Novita AI and PPIO, for both generations of the platform's API.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .._engine.capabilities import Explaining, Gathered, Gathering, Priced, RefusingForNow
from .._engine.cost import Cost
from .._engine.offers import HOURLY
from .._engine.state import FAILED, PENDING, READY, CurrentState, Stage
from .._engine.workers import (
    WORKERS_NOT_GATHERED,
    Log,
    Worker,
    log_facts,
    state_in_words,
    worker_facts,
    worker_summary,
)
from .._errors import ApiError
from .._schema.field import Field
from .._schema.field_set import Values
from .._schema.table import Settings, Table
from .._sentences import sentences
from .._validation import Violation
from .api import IDENTIFIER, TEXT
from .product_query import DescribingProduct, product_option
from .products import ON_DEMAND, SERVERLESS, Query, read_products
from .resource import BEING_REMOVED, PlatformResource, stage_of

_INACTIVE_CLUSTER = "cluster is not active"
_NO_MACHINE = "failed to schedule worker"


class EndpointTable(Table):
    """The table of an endpoint. ``bounds`` has the options for the minimum and the maximum number of workers."""

    def __init__(self, *fields: Field, bounds: tuple[str, str]) -> None:
        super().__init__(*fields)
        self._bounds = bounds

    def kept_workers(self, values: Values) -> int:
        """Return the number of workers that run even without load."""
        return (values.get("worker_config") or {}).get(self._bounds[0]) or 0

    def allowed_workers(self, values: Values) -> int:
        """Return the number of workers that run at most."""
        return (values.get("worker_config") or {}).get(self._bounds[1]) or 0

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        minimum, maximum = self._bounds
        kept, allowed = self.kept_workers(target), self.allowed_workers(target)
        conflicts = super().conflicts(target, path)
        if kept > allowed:
            rule = f"must be at most worker_config.{maximum} ({allowed}), not {kept}"
            conflicts.append(Violation(f"worker_config.{minimum}", rule))
        return conflicts


class PlatformEndpoint(DescribingProduct, Priced, Explaining, Gathering, RefusingForNow, PlatformResource):
    """A serverless endpoint of the platform. Some keys have different names in the two generations of its API.

    Each response contains the workers and the addresses of their logs. No call of the API returns a log.
    """

    noun = "endpoint"
    options = Settings(product_option(ON_DEMAND))
    product_category = SERVERLESS
    table: ClassVar[EndpointTable]
    facts_before_create = {"status": "", "status_message": "", "url": "", **WORKERS_NOT_GATHERED}
    gathers_workers = True
    absence_codes = ("SERVERLESS_ENDPOINT_NOT_FOUND", "RESOURCE_NOT_FOUND")
    state_key: ClassVar[str]
    """The key of a state object, and the key of the state word in that object."""
    health_key: ClassVar[str]
    """The key of the health of a worker."""
    log_key: ClassVar[str] = ""
    """The key of the address of an endpoint's log; empty if there are only logs of workers."""

    @classmethod
    def response_schema(cls) -> dict[str, Any]:
        """JSON Schema of an endpoint in a response."""
        state = {"type": ["object", "null"], "properties": dict.fromkeys((cls.state_key, "error", "message"), TEXT)}
        flag = {"type": ["boolean", "null"]}
        worker = {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                cls.state_key: state,
                "log": TEXT,
                cls.health_key: flag,
                "drain": flag,
            },
            "required": ["id"],
        }
        schema = cls.table.response_schema()
        schema["properties"].update(
            {
                "id": IDENTIFIER,
                "name": {"type": "string"},
                cls.state_key: state,
                "url": TEXT,
                "workers": {"type": ["array", "null"], "items": worker},
                **({cls.log_key: TEXT} if cls.log_key else {}),
            }
        )
        schema["required"] = ["id", "name"]
        return schema

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        return _without_default_app_name(current.id, target)

    def spec(
        self, resource_id: str, values: dict[str, Any], desired: dict[str, Any] | None = None, reveal: bool = False
    ) -> dict[str, Any]:
        return _without_default_app_name(resource_id, super().spec(resource_id, values, desired, reveal))

    def is_temporary(self, error: ApiError) -> bool:
        # After the last endpoint of a cluster is deleted, the cluster is inactive for up to a minute. Only the text of
        # this refusal is known, not its error code.
        return 400 <= (error.status or 0) < 500 and _INACTIVE_CLUSTER in error.why.lower()

    def current_state(self, endpoint: dict[str, Any]) -> CurrentState:
        """Return the current state of an endpoint in a response."""
        word, text, stage = self._state(endpoint)
        values = self.table.read(endpoint)
        workers = [self._worker(worker) for worker in endpoint.get("workers") or []]
        counted = [(worker, reached) for worker, reached in workers if reached != BEING_REMOVED]
        summary = worker_summary([worker for worker, _reached in counted], leaving=len(workers) - len(counted))
        facts = {
            "status": word,
            "status_message": text,
            "url": endpoint.get("url") or "",
            **({"log": endpoint.get(self.log_key) or ""} if self.log_key else {}),
            **worker_facts([worker for worker, _reached in workers], summary),
        }
        return CurrentState(
            id=endpoint["id"],
            name=endpoint["name"],
            values=values,
            facts=facts,
            stage=self._stage(state_in_words(word, text, "no state"), stage, values, counted),
            being_removed=stage == BEING_REMOVED,
        )

    def explain(self, current: CurrentState) -> str:
        log = current.facts.get("log")
        has_no_machine = any(_NO_MACHINE in worker["status_message"].lower() for worker in current.facts["workers"])
        products = f"{self.provider.name}_product_info"
        return sentences(
            f"The log of the endpoint: {self.client.secrets.scrub(log)}" if log else "",
            f"No machine is free for a worker: the product may be out of stock, or not in this region. The module "
            f"{products} shows the stock"
            if has_no_machine
            else "",
        )

    def gather_workers(self, current: CurrentState) -> Gathered:
        return Gathered({fact: current.facts[fact] for fact in WORKERS_NOT_GATHERED})

    def gather_logs(self, current: CurrentState, settings: dict[str, Any]) -> Gathered:
        logs = [Log("endpoint", current.facts.get("log") or "")]
        logs += [Log(worker["id"], worker["log"]) for worker in current.facts["workers"]]
        return Gathered(log_facts([log for log in logs if log.address]))

    def hourly_cost(self, values: dict[str, Any], power: str, current: CurrentState | None, is_planned: bool) -> Cost:
        """Return the cost of the workers. The provider does not document what an endpoint without workers costs."""
        price = self._worker_price(values)
        if price is None:
            return Cost()
        kept, allowed = self.table.kept_workers(values), self.table.allowed_workers(values)
        running = len(current.facts["workers"]) if current else 0
        unchanged = current is not None and values is current.values
        count = running if unchanged else min(max(running, kept), allowed)
        return Cost(price * count if count else None, price * allowed)

    def _worker_price(self, values: dict[str, Any]) -> float | None:
        """Return the hourly price of a worker, or ``None``. If it can run on several products, the highest one."""
        gpu_num, products = (values.get("worker_config") or {}).get("gpu_num"), self.product_ids_of(values)
        if not gpu_num or not products:
            return None
        offers = read_products(
            self.client, Query(SERVERLESS, gpu_num=gpu_num, billing=ON_DEMAND), self.provider.currency
        )
        prices = {offer["id"]: offer[HOURLY] for offer in offers}
        listed = [prices.get(product) for product in products]
        return None if None in listed else max(price for price in listed if price is not None)

    def _state(self, item: dict[str, Any]) -> tuple[str, str, str]:
        """Return the state word of an endpoint or worker, its error and message as one text, and the stage."""
        state = item.get(self.state_key) or {}
        word = state.get(self.state_key) or ""
        text = ": ".join(part for part in (state.get("error"), state.get("message")) if part)
        failed = state.get("error") or word.lower() == "stopped"
        return word, text, FAILED if failed else stage_of(word)

    def _worker(self, worker: dict[str, Any]) -> tuple[Worker, str]:
        """Return a worker and its stage."""
        word, text, _stage = self._state(worker)
        if worker.get("drain"):
            stage = BEING_REMOVED
        else:
            stage = FAILED if (worker.get(self.state_key) or {}).get("error") else stage_of(word)
        healthy = bool(worker.get(self.health_key)) and stage not in (FAILED, BEING_REMOVED)
        return Worker(worker["id"], word, text, healthy, worker.get("log") or ""), stage

    def _stage(self, words: str, stage: str, values: dict[str, Any], counted: list[tuple[Worker, str]]) -> Stage:
        """Return the stage of an endpoint.

        An endpoint is ready if the provider reports a ready state and, for an endpoint that always keeps workers, at
        least one worker is healthy. Workers that are removed, being removed, or draining do not count. If all other
        workers have failed, the endpoint has failed.

        :param counted: the workers that count, with the stage of each.
        """
        kept = self.table.kept_workers(values)
        if stage == READY and not (kept and not any(worker.healthy for worker, _reached in counted)):
            return Stage(READY, words)
        if stage == READY and counted and all(reached == FAILED for _worker, reached in counted):
            return Stage(FAILED, words)
        return Stage(FAILED if stage == FAILED else PENDING, words)


def _without_default_app_name(resource_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without a default app_name, which is the id of the endpoint."""
    return {name: value for name, value in values.items() if name != "app_name" or value != resource_id}
