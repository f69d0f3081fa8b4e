#!/usr/bin/env bash
# Lets the workflow of a repository on GitHub deploy the chat into one resource group, and nothing else:
#
#   infra/trust-github.sh OWNER/REPOSITORY RESOURCE_GROUP
#
# A second run makes what the first one did not. Run it again after the repository got another name or owner.
#
# Entra trusts the repository's environment `production`, which only the branch main may use. The identity may change what is
# in the group, and assign only the roles below, only to identities of programs. Who controls it controls the chat: it may
# deploy any code there.
set -euo pipefail

# The roles that the templates assign: on storage, tables, SignalR Service and telemetry. A test compares them.
roles='b7e6dc6d-f1e8-4753-8033-0f276bb0955b, 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3, 7e4f1700-ea5a-4f59-8f37-079cfe29dce3, 3913510d-42f4-4e42-8a64-420c390055eb'

fail() {
  echo "unable to trust the repository; $1" >&2
  exit 1
}

repo=${1:-}
group=${2:-}
case "$repo" in
  ?*/?*) ;;
  *) fail 'no repository is named. Run infra/trust-github.sh OWNER/REPOSITORY RESOURCE_GROUP.' ;;
esac
case "$group" in
  rg-?*) ;;
  *) fail 'the resource group has to be rg- and the name of the environment. Run infra/trust-github.sh OWNER/REPOSITORY RESOURCE_GROUP.' ;;
esac
command -v az > /dev/null || fail 'the Azure CLI is not here. Install it, and sign in with az login.'
command -v gh > /dev/null || fail 'the GitHub CLI is not here. Install it, and sign in with gh auth login.'
scope=$(az group show -n "$group" --query id -o tsv) ||
  fail "there is no resource group $group. Create it: az group create -n $group -l REGION."

# Without this a workflow of any branch could name the environment, and get the identity.
gh api -X PUT "repos/$repo/environments/production" --silent \
  -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'
policies="repos/$repo/environments/production/deployment-branch-policies"
[ -n "$(gh api "$policies" --jq '.branch_policies[] | select(.name == "main") | .id')" ] ||
  gh api -X POST "$policies" --silent -f name=main

id=$(az ad app create --display-name "deploy $repo" --query appId -o tsv)
sp=$(az ad sp list --filter "appId eq '$id'" --query '[0].id' -o tsv)
[ -n "$sp" ] || sp=$(az ad sp create --id "$id" --query id -o tsv)
# Repositories that were made, renamed or moved after July 2026 have ids in the subject: repo:OWNER@1/REPOSITORY@2.
# learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects
prefix=$(gh api "repos/$repo/actions/oidc/customization/sub" --jq '.sub_claim_prefix // empty')
trust="{
  \"name\": \"production\", \"issuer\": \"https://token.actions.githubusercontent.com\",
  \"subject\": \"${prefix:-repo:$repo}:environment:production\", \"audiences\": [\"api://AzureADTokenExchange\"]}"
if [ -n "$(az ad app federated-credential list --id "$id" --query "[?name=='production'].id" -o tsv)" ]; then
  az ad app federated-credential update --id "$id" --federated-credential-id production --parameters "$trust" -o none
else
  az ad app federated-credential create --id "$id" --parameters "$trust" -o none
fi

assignment='Microsoft.Authorization/roleAssignments'
# learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
only() {
  echo "((!(ActionMatches{'$assignment/$1'})) OR (@$2[$assignment:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {$roles} AND @$2[$assignment:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}))"
}
# By object id and type: az would look for a new identity in a directory that may not have it yet.
assign() { az role assignment create --assignee-object-id "$sp" --assignee-principal-type ServicePrincipal --scope "$scope" -o none "$@"; }
assign --role Contributor
assign --role 'Role Based Access Control Administrator' \
  --condition-version 2.0 --condition "$(only write Request) AND $(only delete Resource)"

gh variable set AZURE_CLIENT_ID --repo "$repo" --body "$id"
gh variable set AZURE_TENANT_ID --repo "$repo" --body "$(az account show --query tenantId -o tsv)"
gh variable set AZURE_SUBSCRIPTION_ID --repo "$repo" --body "$(az account show --query id -o tsv)"
gh variable set AZURE_ENV_NAME --repo "$repo" --body "${group#rg-}"

echo "$repo may deploy into $group: push to main. 'gh variable set CHAT_PARAMETERS' sets parameters of the template."
