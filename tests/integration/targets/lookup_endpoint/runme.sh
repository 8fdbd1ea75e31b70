#!/usr/bin/env bash
# Look up endpoints in templates, run the EXAMPLES of the plugin as ansible-doc shows them, and check that the output with
# -vvvv contains neither the API key nor the key of an endpoint.
set -eux

setting() { sed -n "s/^$1: *//p" ../../integration_config.yml; }

PPIO_API_URL="$(setting ppio_api_url)"
VAST_API_URL="$(setting vast_api_url)"
VAST_AUTOSCALER_URL="$(setting vast_autoscaler_url)"
set +x # keep the keys out of the trace of this script
PPIO_API_KEY="canary-account-$(python -c 'import secrets; print(secrets.token_hex(16))')"
VAST_API_KEY="${PPIO_API_KEY}"
endpoint_key="canary-endpoint-$(python -c 'import secrets; print(secrets.token_hex(16))')"
printf '{"account_key": "%s", "endpoint_key": "%s"}\n' "${PPIO_API_KEY}" "${endpoint_key}" > "${OUTPUT_DIR}/canaries.json"
export PPIO_API_URL VAST_API_URL VAST_AUTOSCALER_URL PPIO_API_KEY VAST_API_KEY
set -x

ansible-doc --type lookup --json gpufleet.cloud.endpoint \
    | python -c 'import json, sys; print(json.load(sys.stdin)["gpufleet.cloud.endpoint"]["examples"])' > "${OUTPUT_DIR}/examples.yml"
cp ./*.yml "${OUTPUT_DIR}/"
printed="${OUTPUT_DIR}/printed.txt"
run() {
    ansible-playbook -vvvv -i "${INVENTORY_PATH}" -e @../../integration_config.yml -e @"${OUTPUT_DIR}/canaries.json" \
        "${OUTPUT_DIR}/test_lookup.yml" "$@" > "${printed}" 2>&1 || { tail -n 100 "${printed}"; exit 1; }
    for canary in canary-account- canary-endpoint-; do
        if grep -n "${canary}[0-9a-f]" "${printed}"; then
            echo "The output contains a secret."
            exit 1
        fi
    done
}

run --tags create,look,examples
grep -F 'Cannot look up endpoints at PPIO: no endpoint has the name' "${printed}"
run --check --tags look,examples
run --tags delete

# Without the Python packages, the message is one sentence.
mkdir "${OUTPUT_DIR}/damaged"
echo 'raise ModuleNotFoundError("No module named requests", name="requests")' > "${OUTPUT_DIR}/damaged/requests.py"
if PYTHONPATH="${OUTPUT_DIR}/damaged:${PYTHONPATH:-}" ansible localhost -m ansible.builtin.debug \
    -a "msg={{ lookup('gpufleet.cloud.endpoint', 'llm-8b', provider='ppio').url }}" > "${OUTPUT_DIR}/refused.txt" 2>&1; then exit 1; fi
grep -F 'Cannot use the required Python library (requests) on' "${OUTPUT_DIR}/refused.txt"
