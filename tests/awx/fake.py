# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake AWX. It stores the objects that the modules of awx.awx send, and returns the fields that they read.

It has no permissions and starts no jobs. Like AWX, it refuses a playbook that the project does not have, a schedule
without time zone or interval, an incomplete survey, and a credential with an input that its type does not have. Of a
workflow it refuses a node without a workflow or with an unknown template, an identifier that another node has, values
for which the job template does not prompt, and a link to another workflow, to an earlier node, or next to another link.
"""

from __future__ import annotations

import itertools
import re
import threading

from flask import Flask, abort, jsonify, request
from jinja2.sandbox import ImmutableSandboxedEnvironment
from werkzeug.serving import WSGIRequestHandler, make_server

TOKEN = "token-of-the-administrator"
ENCRYPTED = "$encrypted$"

# The required keys of a survey and of its questions, and the form of a schedule.
SURVEY = {"name", "description", "spec"}
QUESTION = {"type", "question_name", "variable", "required"}
RULE = re.compile(r"DTSTART(:\d+T\d+Z|;TZID=\S+:\d+T\d+) RRULE:.*INTERVAL=")

# The fields of a node that its job template must prompt for, with the field of the job template that allows it.
PROMPTS = {
    "extra_data": "ask_variables_on_launch",
    **{name: f"ask_{name}_on_launch" for name in ("diff_mode", "inventory", "job_type", "limit", "scm_branch")},
}
LINKS = ("success_nodes", "failure_nodes", "always_nodes")
# The endpoints whose objects a node can start, and a schedule.
UNIFIED = ("job_templates", "workflow_job_templates", "projects")
APPROVAL = {"name", "description", "timeout"}

# The values that AWX returns for fields that were never set or set to null, if a module compares them.
DEFAULTS = {
    "credentials": {"inputs": {}},
    "inventories": {"kind": "", "host_filter": None, "variables": ""},
    "projects": {"scm_revision": "0f3a5c7e", "summary_fields": {}},
    "workflow_job_template_nodes": {"unified_job_template": None, "extra_data": {}},
    "workflow_approval_templates": {"description": "", "timeout": 0},
}


def injected(credential_type, inputs):
    """Return the environment of a job, as AWX builds it: templates do not see empty inputs."""
    jinja, given = ImmutableSandboxedEnvironment(), {name: value for name, value in inputs.items() if value}
    templates = credential_type["injectors"]["env"]
    return {name: jinja.from_string(template).render(**given) for name, template in templates.items()}


class _QuietHandler(WSGIRequestHandler):
    def log(self, *_args):
        pass


class Awx:
    """A context manager that serves in its own thread.

    ``objects`` maps an endpoint to its objects by id. ``linked`` maps a job template's id to the ids of its
    credentials, and ``surveys`` maps it to its survey. ``links`` maps the id of a workflow node and the kind of a link
    to the ids of the nodes after it. ``requests`` and ``writes`` list methods and paths.
    """

    def __init__(self, playbooks=("converge.yml", "drift.yml", "teardown.yml")):
        self.playbooks = playbooks
        self.objects = {"organizations": {1: self._with_links("organizations", 1, {"name": "Default"})}}
        self.linked, self.surveys, self.links, self.requests = {}, {}, {}, []
        self._ids = itertools.count(2)
        app = Flask(__name__)
        app.before_request(self._note)
        for path, view, method in (
            ("<endpoint>", self._collection, "POST"),
            ("<endpoint>/<int:number>", self._object, "PATCH"),
            ("job_templates/<int:number>/survey_spec", self._survey, "POST"),
            ("job_templates/<int:number>/credentials", self._credentials, "POST"),
            ("workflow_job_template_nodes/<int:number>/create_approval_template", self._approval, "POST"),
            (f"workflow_job_template_nodes/<int:number>/<any({', '.join(LINKS)}):link>", self._links, "POST"),
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
        """Return the objects of an endpoint by name, with their secrets. A workflow node has an identifier instead."""
        name = "identifier" if endpoint == "workflow_job_template_nodes" else "name"
        return {stored[name]: stored for stored in self.objects.get(endpoint, {}).values()}

    def credentials_of(self, template):
        """Return the names of a job template's credentials."""
        names = {number: stored["name"] for number, stored in self.objects["credentials"].items()}
        return {names[number] for number in self.linked.get(template["id"], [])}

    def links_of(self, workflow):
        """Return the links of a workflow: identifier, kind of the link, identifier."""
        nodes = {
            number: stored["identifier"]
            for number, stored in self.objects["workflow_job_template_nodes"].items()
            if stored["workflow_job_template"] == workflow["id"]
        }
        return {
            (nodes[number], link, nodes[after])
            for (number, link), linked in self.links.items()
            for after in linked
            if number in nodes
        }

    def _note(self):
        self.requests.append((request.method, request.path))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            abort(401)

    def _collection(self, endpoint):
        if request.method == "POST":
            return self._create(endpoint, request.get_json())
        if endpoint == "workflow_approval_templates":
            abort(404)  # AWX has no list of them
        objects = self._unified() if endpoint == "unified_job_templates" else self.objects.get(endpoint, {})
        filters = list(request.args.items())
        found = [stored for stored in objects.values() if all(str(stored.get(key)) == value for key, value in filters)]
        return jsonify(count=len(found), next=None, results=[self._shown(endpoint, stored) for stored in found])

    def _unified(self):
        return {number: stored for endpoint in UNIFIED for number, stored in self.objects.get(endpoint, {}).items()}

    def _create(self, endpoint, values):
        refusal = self._refusal(endpoint, values)
        if refusal:
            return jsonify(refusal), 400
        number = next(self._ids)
        given = {key: value for key, value in values.items() if value is not None}
        stored = self._with_links(endpoint, number, {**DEFAULTS.get(endpoint, {}), **given})
        self.objects.setdefault(endpoint, {})[number] = stored
        shown = self._shown(endpoint, stored)
        if endpoint == "projects":
            # AWX fetches a new project at once. Job templates need the names of its playbooks.
            shown["summary_fields"] = {"current_update": {"id": self._fetch(number)}}
        return jsonify(shown), 201

    def _object(self, endpoint, number):
        stored = self.objects.get(endpoint, {}).get(number) or abort(404)
        if request.method == "PATCH":
            values = request.get_json()
            refusal = self._refusal(endpoint, {**stored, **values})
            if refusal:
                return jsonify(refusal), 400
            stored.update((key, value) for key, value in values.items() if value is not None)
        return jsonify(self._shown(endpoint, stored))

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

    def _approval(self, number):
        node = self.objects.get("workflow_job_template_nodes", {}).get(number) or abort(404)
        if request.method == "GET":
            return jsonify({})
        given = {key: value for key, value in request.get_json().items() if key in APPROVAL}
        if not given.get("name"):
            return jsonify(name=["This field is required."]), 400
        response, status = self._create("workflow_approval_templates", given)
        node["unified_job_template"] = response.get_json()["id"]
        return response, status

    def _links(self, number, link):
        nodes = self.objects.get("workflow_job_template_nodes", {})
        node, linked = nodes.get(number) or abort(404), self.links.setdefault((number, link), [])
        if request.method == "GET":
            return jsonify(count=len(linked), next=None, results=[self._shown_node(nodes[after]) for after in linked])
        body = request.get_json()
        after = nodes.get(body["id"])
        if after is None:
            return jsonify(detail="The object does not exist."), 400
        if body.get("disassociate"):
            linked.remove(after["id"])
            return "", 204
        if after["workflow_job_template"] != node["workflow_job_template"]:
            abort(403)
        if number == after["id"] or number in self._later(after["id"]):
            return jsonify(Error="Cycle detected."), 400
        if any(after["id"] in self.links.get((number, other), []) for other in LINKS if other != link):
            return jsonify(Error="Relationship not allowed."), 400
        linked.append(after["id"])
        return "", 204

    def _later(self, number):
        """Return the ids of all nodes after a node."""
        next_ones = {after for link in LINKS for after in self.links.get((number, link), [])}
        return next_ones.union(*(self._later(after) for after in next_ones))

    def _fetch(self, number):
        updates = self.objects.setdefault("project_updates", {})
        update = next(self._ids)
        updates[update] = {"id": update, "project": number, "status": "successful"}
        return update

    def _refusal(self, endpoint, values):
        if endpoint == "job_templates":
            fetched = {update["project"] for update in self.objects.get("project_updates", {}).values()}
            if values["project"] not in fetched or values["playbook"] not in self.playbooks:
                return {"playbook": ["Playbook not found for project."]}
        if endpoint == "schedules" and not RULE.match(values["rrule"]):
            return {"rrule": ["Valid DTSTART and INTERVAL required in rrule."]}
        if endpoint == "credentials" and set(values.get("inputs", {})) - set(self._fields(values["credential_type"])):
            return {"inputs": ["Additional properties are not allowed."]}
        if endpoint == "workflow_job_template_nodes":
            return self._node_refusal(values)
        return None

    def _node_refusal(self, values):
        if values.get("workflow_job_template") not in self.objects.get("workflow_job_templates", {}):
            return {"workflow_job_template": ["This field is required."]}
        others = self.objects.get("workflow_job_template_nodes", {}).values()
        place = ("workflow_job_template", "identifier")
        if any(
            other["id"] != values.get("id") and [other[key] for key in place] == [values[key] for key in place]
            for other in others
        ):
            return {
                "__all__": ["Workflow job template node with this Workflow job template and Identifier already exists."]
            }
        approvals = self.objects.get("workflow_approval_templates", {})
        number = values.get("unified_job_template")
        template = {} if number is None else {**self._unified(), **approvals}.get(number)
        if template is None:
            return {"unified_job_template": ["Invalid pk - object does not exist."]}
        refused = [name for name, allowed in PROMPTS.items() if values.get(name) and not template.get(allowed)]
        return {name: ["Field is not configured to prompt on launch."] for name in refused}

    def _fields(self, credential_type):
        return {field["id"]: field for field in self.objects["credential_types"][credential_type]["inputs"]["fields"]}

    def _shown(self, endpoint, stored):
        """Return an object as AWX returns it: without secrets."""
        if endpoint == "workflow_job_template_nodes":
            return self._shown_node(stored)
        if endpoint != "credentials":
            return dict(stored)
        fields = self._fields(stored["credential_type"])
        return {
            **stored,
            "inputs": {
                name: ENCRYPTED if fields[name].get("secret") else value for name, value in stored["inputs"].items()
            },
        }

    def _shown_node(self, stored):
        started = {**self._unified(), **self.objects.get("workflow_approval_templates", {})}
        number = stored["unified_job_template"]
        related = {} if number is None else {"unified_job_template": started[number]["url"]}
        return {**stored, "related": {**stored["related"], **related}}

    @staticmethod
    def _with_links(endpoint, number, values):
        url = f"/api/v2/{endpoint}/{number}/"
        related = {"survey_spec": f"{url}survey_spec/"} if endpoint == "job_templates" else {}
        return {**values, "id": number, "url": url, "type": endpoint.rstrip("s"), "related": related}
