#!/usr/bin/env bash
# Run the module fleet with -vvvv: check its results, its progress messages, and that it shows no secrets.
set -eux

set +x # keep the canaries out of the trace of this script
key="canary-key-$(python -c 'import secrets; print(secrets.token_hex(16))')"
secret="canary-secret-$(python -c 'import secrets; print(secrets.token_hex(16))')"
printf '{"canary_key": "%s", "canary_secret": "%s"}\n' "${key}" "${secret}" > "${OUTPUT_DIR}/canaries.json"
export NOVITA_API_KEY="${key}" PPIO_API_KEY="${key}" VAST_API_KEY="${key}"
set -x

# The home directory of a test differs from that of the user. An asynchronous task would not find its result.
export ANSIBLE_ASYNC_DIR="${OUTPUT_DIR}/async"
# A short path, because newer Ansible releases create a socket in it.
TMPDIR="$(mktemp -d)"
export TMPDIR
trap 'rm -rf "${TMPDIR}"' EXIT

play() {
    ansible-playbook "$@" -i "${INVENTORY_PATH}" -e @../../integration_config.yml -e @"${OUTPUT_DIR}/canaries.json" \
        -e "journal=${OUTPUT_DIR}/journal" test_fleet.yml
}

play -vvvv --diff > "${OUTPUT_DIR}/printed.txt" 2>&1 || { tail -n 100 "${OUTPUT_DIR}/printed.txt"; exit 1; }

# The tasks run as the settings say.
if grep -q '^gpufleet_direct: false' ../../integration_config.yml; then face="as a module"; else face="in the process of Ansible"; fi
grep -F "gpufleet.cloud.fleet runs ${face}" "${OUTPUT_DIR}/printed.txt"

# Progress messages.
grep -E '^  \[0/[0-9]+\] 0:[0-9]{2} entry 1 \(novita_endpoint canary\): create \.\.\.' "${OUTPUT_DIR}/printed.txt"
grep -E 'entry 2 \(vast_endpoint tts\): create: [0-9]+' "${OUTPUT_DIR}/printed.txt"
# The file with the progress messages is deleted.
test -z "$(find "${TMPDIR}" -name 'gpufleet-*')"

test "$(stat -c %a "${OUTPUT_DIR}/journal")" = 600
grep -q '"intent": "create endpoint ' "${OUTPUT_DIR}/journal"

# The output must contain text that the search can find.
grep -q 'LOG_LEVEL' "${OUTPUT_DIR}/printed.txt"
for file in "${OUTPUT_DIR}/printed.txt" "${OUTPUT_DIR}/journal"; do
    if grep -nE 'canary-(key|secret)-[0-9a-f]' "${file}"; then
        echo "The output contains a secret."
        exit 1
    fi
done

# A relative path is relative to the directory of the playbook, not to that of the command.
target="${PWD}"
(cd "${OUTPUT_DIR}" && ansible-playbook -v -i "${INVENTORY_PATH}" -e @"${target}/../../integration_config.yml" "${target}/relative_path.yml")
test -f relative.jsonl
test ! -e "${OUTPUT_DIR}/relative.jsonl"
