# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for AWX: keeps what the modules of awx.awx send, and answers as far as they look.

It is no AWX: it knows no permissions and starts no jobs. It refuses what AWX refuses and a playbook can get wrong: a
playbook that the project does not have, a schedule without zone or interval, an incomplete survey, a credential with an
input that its type does not have.
"""

from __future__ import annotations

import itertools
import re
import threading

from flask import Flask, abort, jsonify, request
from jinja2.sandbox import ImmutableSandboxedEnvironment
from werkzeug.serving import WSGIRequestHandler, make_server

TOKEN = "token-of-whoever-sets-up-awx"
ENCRYPTED = "$encrypted$"

# What a survey and its questions cannot do without, and what a schedule looks like.
SURVEY = {"name", "description", "spec"}
QUESTION = {"type", "question_name", "variable", "required"}
RULE = re.compile(r"DTSTART(:\d+T\d+Z|;TZID=\S+:\d+T\d+) RRULE:.*INTERVAL=")

# What AWX answers for a field that was never set or set to null, where a module compares it.
DEFAULTS = {
    "credentials": {"inputs": {}},
    "inventories": {"kind": "", "host_filter": None, "variables": ""},
    "projects": {"scm_revision": "0f3a5c7e", "summary_fields": {}},
}


def injected(credential_type, inputs):
    """The environment of a job, filled in as AWX does it: an empty input does not exist for a template."""
    jinja, given = ImmutableSandboxedEnvironment(), {name: value for name, value in inputs.items() if value}
    templates = credential_type["injectors"]["env"]
    return {name: jinja.from_string(template).render(**given) for name, template in templates.items()}


class _QuietHandler(WSGIRequestHandler):
    def log(self, *_args):
        pass


class Awx:
    """A context manager that serves in a thread of its own.

    ``kept`` maps an endpoint to its objects by id, ``linked`` and ``surveys`` a job template's id to the ids of its
    credentials and to its survey; ``requests`` and ``writes`` list methods and paths.
    """

    def __init__(self, playbooks=("converge.yml", "drift.yml", "teardown.yml")):
        self.playbooks = playbooks
        self.kept = {"organizations": {1: self._with_links("organizations", 1, {"name": "Default"})}}
        self.linked, self.surveys, self.requests = {}, {}, []
        self._ids = itertools.count(2)
        app = Flask(__name__)
        app.before_request(self._note)
        for path, view, method in (
            ("<endpoint>", self._collection, "POST"),
            ("<endpoint>/<int:number>", self._object, "PATCH"),
            ("job_templates/<int:number>/survey_spec", self._survey, "POST"),
            ("job_templates/<int:number>/credentials", self._credentials, "POST"),
        ):
            app.add_url_rule(f"/api/v2/{path}/", view_func=view, methods=["GET", method])
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def writes(self):
        return [(method, path) for method, path in self.requests if method != "GET"]

    def named(self, endpoint):
        """The objects of an endpoint by name, with the secrets."""
        return {kept["name"]: kept for kept in self.kept.get(endpoint, {}).values()}

    def credentials_of(self, template):
        """The names of the credentials that a job template's jobs get."""
        names = {number: kept["name"] for number, kept in self.kept["credentials"].items()}
        return {names[number] for number in self.linked.get(template["id"], [])}

    def _note(self):
        self.requests.append((request.method, request.path))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            abort(401)

    def _collection(self, endpoint):
        if request.method == "POST":
            return self._create(endpoint, request.get_json())
        # Job templates are the only kind that is asked for as unified ones here.
        asked = self.kept.get("job_templates" if endpoint == "unified_job_templates" else endpoint, {})
        filters = list(request.args.items())
        found = [kept for kept in asked.values() if all(str(kept.get(key)) == value for key, value in filters)]
        return jsonify(count=len(found), next=None, results=[self._shown(endpoint, kept) for kept in found])

    def _create(self, endpoint, values):
        refusal = self._refusal(endpoint, values)
        if refusal:
            return jsonify(refusal), 400
        number = next(self._ids)
        given = {key: value for key, value in values.items() if value is not None}
        kept = self._with_links(endpoint, number, {**DEFAULTS.get(endpoint, {}), **given})
        self.kept.setdefault(endpoint, {})[number] = kept
        shown = self._shown(endpoint, kept)
        if endpoint == "projects":
            # AWX fetches a new project at once; the job templates that follow need the names of its playbooks.
            shown["summary_fields"] = {"current_update": {"id": self._fetch(number)}}
        return jsonify(shown), 201

    def _object(self, endpoint, number):
        kept = self.kept.get(endpoint, {}).get(number) or abort(404)
        if request.method == "PATCH":
            values = request.get_json()
            refusal = self._refusal(endpoint, {**kept, **values})
            if refusal:
                return jsonify(refusal), 400
            kept.update((key, value) for key, value in values.items() if value is not None)
        return jsonify(self._shown(endpoint, kept))

    def _survey(self, number):
        if request.method == "POST":
            survey = request.get_json()
            if SURVEY - set(survey) or any(QUESTION - set(question) for question in survey["spec"]):
                return jsonify(error="incomplete survey"), 400
            self.surveys[number] = survey
        return jsonify(self.surveys.get(number, {}))

    def _credentials(self, number):
        linked = self.linked.setdefault(number, [])
        if request.method == "POST":
            body = request.get_json()
            if body.get("disassociate"):
                linked.remove(body["id"])
            else:
                linked.append(body["id"])
            return "", 204
        return jsonify(count=len(linked), next=None, results=[{"id": credential} for credential in linked])

    def _fetch(self, number):
        updates = self.kept.setdefault("project_updates", {})
        update = next(self._ids)
        updates[update] = {"id": update, "project": number, "status": "successful"}
        return update

    def _refusal(self, endpoint, values):
        if endpoint == "job_templates":
            fetched = {update["project"] for update in self.kept.get("project_updates", {}).values()}
            if values["project"] not in fetched or values["playbook"] not in self.playbooks:
                return {"playbook": ["Playbook not found for project."]}
        if endpoint == "schedules" and not RULE.match(values["rrule"]):
            return {"rrule": ["Valid DTSTART and INTERVAL required in rrule."]}
        if endpoint == "credentials" and set(values.get("inputs", {})) - set(self._fields(values["credential_type"])):
            return {"inputs": ["Additional properties are not allowed."]}
        return None

    def _fields(self, credential_type):
        return {field["id"]: field for field in self.kept["credential_types"][credential_type]["inputs"]["fields"]}

    def _shown(self, endpoint, kept):
        """An object as AWX answers it: without secrets."""
        if endpoint != "credentials":
            return dict(kept)
        fields = self._fields(kept["credential_type"])
        return {
            **kept,
            "inputs": {
                name: ENCRYPTED if fields[name].get("secret") else value for name, value in kept["inputs"].items()
            },
        }

    @staticmethod
    def _with_links(endpoint, number, values):
        url = f"/api/v2/{endpoint}/{number}/"
        related = {"survey_spec": f"{url}survey_spec/"} if endpoint == "job_templates" else {}
        return {**values, "id": number, "url": url, "type": endpoint.rstrip("s"), "related": related}
