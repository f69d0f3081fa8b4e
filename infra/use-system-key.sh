#!/usr/bin/env bash
# Appends the system key to the URL that SignalR Service calls, for a Functions host that asks for the key although
# host.json turns that off. SignalR still sends its token, and the functions still verify it.
#
#   infra/use-system-key.sh RESOURCE_GROUP
#
# Run it after the code is deployed: the host makes the key when it first loads the SignalR triggers. Run it again
# after each deployment of the template, which resets the URL to one without the key.
set -euo pipefail

fail() {
  echo "unable to use the system key; $1" >&2
  exit 1
}

group=${1:-}
[ -n "$group" ] || fail 'no resource group is named. Run infra/use-system-key.sh RESOURCE_GROUP.'
command -v az > /dev/null || fail 'the Azure CLI is not here. Install it, and sign in with az login.'

app=$(az functionapp list -g "$group" --query "[?tags.\"azd-service-name\"=='chat'].name | [0]" -o tsv)
[ -n "$app" ] || fail "$group has no function app of the chat. Deploy infra/main.bicep first."
service=$(az resource list -g "$group" --resource-type Microsoft.SignalRService/signalR --query '[0].id' -o tsv)
[ -n "$service" ] || fail "$group has no SignalR Service. Deploy infra/main.bicep first."
key=$(az functionapp keys list -g "$group" -n "$app" --query systemKeys.signalr_extension -o tsv)
[ -n "$key" ] || fail "$app has no key named signalr_extension yet. Deploy the code, open the page once, and run this again."

template() {
  az resource show --ids "$service" --api-version 2024-03-01 --query "properties.upstream.templates[0].$1" -o tsv
}
hub=$(template hubPattern)
url=$(template urlTemplate)
audience=$(template auth.managedIdentity.resource)
[ -n "$hub" ] && [ -n "$url" ] && [ -n "$audience" ] ||
  fail "the SignalR Service of $group has another upstream than infra/signalr.bicep gives it. Deploy that first."

# The key goes through a file that only its owner can read. Every user of the machine can see arguments.
body=$(mktemp)
trap 'rm -f "$body"' EXIT
auth=$(printf '{"type":"ManagedIdentity","managedIdentity":{"resource":"%s"}}' "$audience")
printf '{"properties":{"upstream":{"templates":[{"hubPattern":"%s","categoryPattern":"*","eventPattern":"*","urlTemplate":"%s?code=%s","auth":%s}]}}}' \
  "$hub" "${url%%\?*}" "$key" "$auth" > "$body"
az rest --method patch --uri "$service?api-version=2024-03-01" --body "@$body" -o none

echo "SignalR Service now calls $app with the system key. The template takes it out again: run this after each deployment of it."
