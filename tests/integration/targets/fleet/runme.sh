#!/usr/bin/env bash
# A fleet through Ansible itself, at -vvvv: what it does, what it shows while it runs, and what it must not show.
set -eux

set +x # the canaries must not be in this script's own trace
key="canary-key-$(python -c 'import secrets; print(secrets.token_hex(16))')"
secret="canary-secret-$(python -c 'import secrets; print(secrets.token_hex(16))')"
printf '{"canary_key": "%s", "canary_secret": "%s"}\n' "${key}" "${secret}" > "${OUTPUT_DIR}/canaries.json"
export NOVITA_API_KEY="${key}" PPIO_API_KEY="${key}" VAST_API_KEY="${key}"
set -x

# Where the home of a test is another one, an asynchronous task looks for its result in the wrong place.
export ANSIBLE_ASYNC_DIR="${OUTPUT_DIR}/async"
# Short, because newer Ansible has a socket in it.
TMPDIR="$(mktemp -d)"
export TMPDIR
trap 'rm -rf "${TMPDIR}"' EXIT

play() {
    ansible-playbook "$@" -i "${INVENTORY_PATH}" -e @../../integration_config.yml -e @"${OUTPUT_DIR}/canaries.json" \
        -e "journal=${OUTPUT_DIR}/journal" test_fleet.yml
}

play -vvvv --diff > "${OUTPUT_DIR}/printed.txt" 2>&1 || { tail -n 100 "${OUTPUT_DIR}/printed.txt"; exit 1; }

# Progress, as a person sees it.
grep -F '  resources[0] (novita_endpoint canary): create ...' "${OUTPUT_DIR}/printed.txt"
grep -E '  resources\[1\] \(vast_endpoint tts\): create: [0-9]+' "${OUTPUT_DIR}/printed.txt"
# The file of which it is read is gone.
test -z "$(find "${TMPDIR}" -name 'gpufleet-*')"

test "$(stat -c %a "${OUTPUT_DIR}/journal")" = 600
grep -q '"intent": "create endpoint ' "${OUTPUT_DIR}/journal"

# The search itself must be able to find something.
grep -q 'LOG_LEVEL' "${OUTPUT_DIR}/printed.txt"
for file in "${OUTPUT_DIR}/printed.txt" "${OUTPUT_DIR}/journal"; do
    if grep -nE 'canary-(key|secret)-[0-9a-f]' "${file}"; then
        echo "A secret was shown."
        exit 1
    fi
done
