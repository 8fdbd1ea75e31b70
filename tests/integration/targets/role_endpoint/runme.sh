#!/usr/bin/env bash
# Run the role over real HTTP. Then run it with -vvvv and check that it prints no secret, with jinja2_native as on older
# releases.
set -eux

python probe_server.py "${OUTPUT_DIR}/probe_url" &
server=$!
trap 'kill "${server}"' EXIT
for _ in $(seq 1200); do
    [ -e "${OUTPUT_DIR}/probe_url" ] && break
    sleep 0.1
done

run=(ansible-playbook -i "${INVENTORY_PATH}" -e @../../integration_config.yml -e "probe_url=$(cat "${OUTPUT_DIR}/probe_url")")

"${run[@]}" test_role.yml "$@"

set +x # keep the canaries out of the trace of this script
python -c 'import json, secrets; print(json.dumps({
    f"canary_{name}": f"canary-{name}-{secrets.token_hex(16)}" for name in ("key", "env", "header", "body")}))' \
    > "${OUTPUT_DIR}/canaries.json"
set -x

printed="${OUTPUT_DIR}/printed.txt"
ANSIBLE_JINJA2_NATIVE=true "${run[@]}" -vvvv --diff -e @"${OUTPUT_DIR}/canaries.json" test_secrets.yml > "${printed}" 2>&1 \
    || { tail -n 100 "${printed}"; exit 1; }

# The output must contain text that the search can find.
grep -q 'LOG_LEVEL' "${printed}"
grep -q 'secret_envs' "${printed}"
if grep -nE 'canary-(key|env|header|body)-[0-9a-f]' "${printed}"; then
    echo "The output contains a secret."
    exit 1
fi
