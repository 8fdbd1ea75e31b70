#!/usr/bin/env bash
# Export an account with the module and with the playbook, converge the files, and build the same in a second account.
set -eux -o pipefail

setting() { sed -n "s/^$1: *//p" ../../integration_config.yml; }

NOVITA_API_URL="$(setting novita_api_url)"
PPIO_API_URL="$(setting ppio_api_url)"
VAST_API_URL="$(setting vast_api_url)"
VAST_AUTOSCALER_URL="$(setting vast_autoscaler_url)"
GPUFLEET_DIRECT="$(setting gpufleet_direct)"
export NOVITA_API_URL PPIO_API_URL VAST_API_URL VAST_AUTOSCALER_URL GPUFLEET_DIRECT
export ANSIBLE_SHOW_CUSTOM_STATS=true

new_account() {
    set +x # keep the key out of the trace of this script
    key="canary-key-$(python -c 'import secrets; print(secrets.token_hex(16))')"
    export NOVITA_API_KEY="${key}" PPIO_API_KEY="${key}" VAST_API_KEY="${key}"
    set -x
}

play() { ansible-playbook -i "${INVENTORY_PATH}" "$@" 2>&1 | tee -a "${OUTPUT_DIR}/printed.txt"; }
unchanged() { play "$@" | tee "${OUTPUT_DIR}/last.txt"; grep -E 'changed=0 +unreachable=0 +failed=0' "${OUTPUT_DIR}/last.txt"; }
exported() { grep -vE '^# (Exported at|  )|, id ' "$1"; }

cd "$(dirname "$0")"
secrets="${PWD}/secrets.yml" fleet="${PWD}/fleet.yml"
cd "${OUTPUT_DIR}"

new_account
play gpufleet.cloud.converge -e @"${fleet}" -e @"${secrets}"
play -vvvv --diff gpufleet.cloud.export -e export_file=first.yml
test "$(stat -c %a first.yml)" = 600
unchanged gpufleet.cloud.export -e export_file=first.yml
unchanged gpufleet.cloud.converge -e @first.yml -e @"${secrets}"
unchanged gpufleet.cloud.converge -e fleet_file=first.yml -e @"${secrets}"

# Without its variables, the file converges nothing.
if play gpufleet.cloud.converge -e @first.yml; then exit 1; fi
grep -F "novita_endpoint_llm_8b_no' is undefined" printed.txt

# Without a file, the playbook shows the content and passes it on, unchanged.
play gpufleet.cloud.export -e '{"export_types": ["vast_template"], "export_name": "odd"}' > shown.txt
grep -F "{{ lookup('pipe'" shown.txt
grep -F '"export_content": "# Exported by' shown.txt

# The same in an empty account.
new_account
play gpufleet.cloud.converge -e @first.yml -e @"${secrets}"
unchanged gpufleet.cloud.converge -e @first.yml -e @"${secrets}"
play gpufleet.cloud.export -e export_file=second.yml
diff <(exported first.yml) <(exported second.yml)

if play gpufleet.cloud.export -e export_file="${fleet}"; then exit 1; fi
grep -F "exists and has another content" printed.txt

if grep -nE 'canary-(key|secret)-[0-9a-z]' printed.txt shown.txt first.yml second.yml; then
    echo "The output contains a secret."
    exit 1
fi
