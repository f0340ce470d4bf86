#!/usr/bin/env bash
# Calls the Countersign service API with curl and openssl (3 or later): signs a request (RFC 9421), sends it, prints the answer.
#
#   openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout   # give the public half to the desk
#   ./client.sh https://desk.example cl_… key.pem GET /api/v1/accounts
#   ./client.sh https://desk.example cl_… key.pem POST /api/v1/payouts '{"accountId":"acct_…",…}' [IDEMPOTENCY_KEY]
#
# The key file holds an Ed25519 private key (PEM), or the secret that the desk showed once. openssl takes a secret on its
# command line, where others on the same machine can see it for a moment: prefer a key pair.
set -euo pipefail
if [ $# -lt 5 ]; then echo "client.sh ORIGIN CLIENT_ID KEY_FILE METHOD PATH [BODY [IDEMPOTENCY_KEY]]" >&2; exit 2; fi
origin=$1 client=$2 key_file=$3 method=$4 path=$5 body=${6-} key=${7-$(openssl rand -hex 16)}

query='?'
if [[ $path == *\?* ]]; then query="?${path#*\?}"; fi
names='"@method" "@path" "@query"'
base=$(printf '"@method": %s\n"@path": %s\n"@query": %s' "$method" "${path%%\?*}" "$query")
headers=()
if [ $# -ge 6 ]; then
  digest="sha-256=:$(printf '%s' "$body" | openssl dgst -sha256 -binary | openssl base64 -A):"
  names="$names \"content-digest\" \"idempotency-key\""
  base=$(printf '%s\n"content-digest": %s\n"idempotency-key": %s' "$base" "$digest" "$key")
  headers=(-H "content-type: application/json" -H "content-digest: $digest" -H "idempotency-key: $key" --data-binary "$body")
fi

algorithm=hmac-sha256
if grep -q 'PRIVATE KEY' "$key_file"; then algorithm=ed25519; fi
params="($names);created=$(date +%s);nonce=\"$(openssl rand -hex 16)\";keyid=\"$client\";alg=\"$algorithm\""
base=$(printf '%s\n"@signature-params": %s' "$base" "$params")

if [ "$algorithm" = ed25519 ]; then
  # Ed25519 reads its input twice, so it must be a file.
  input=$(mktemp); trap 'rm -f "$input"' EXIT
  printf '%s' "$base" > "$input"
  signature=$(openssl pkeyutl -sign -inkey "$key_file" -rawin -in "$input" | openssl base64 -A)
else
  signature=$(printf '%s' "$base" | openssl dgst -sha256 -hmac "$(tr -d '\r\n' < "$key_file")" -binary | openssl base64 -A)
fi

curl -sS --fail-with-body --proto '=http,https' -X "$method" "$origin$path" \
  -H "signature-input: sig1=$params" -H "signature: sig1=:$signature:" ${headers[@]+"${headers[@]}"}
echo
