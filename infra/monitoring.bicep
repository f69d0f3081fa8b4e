// The destination of logs and metrics. Nothing writes here with a key: local authentication is off on both resources.

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('The part of a name that makes it unique.')
param token string

@description('Name of the identity of the function app.')
param appIdentityName string

@description('Maximum log data per day, GB. -1 for no limit.')
param dailyQuotaGb int

// learn.microsoft.com/azure/role-based-access-control/built-in-roles/monitor
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    features: { disableLocalAuth: true }
    workspaceCapping: { dailyQuotaGb: dailyQuotaGb }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

// Saved queries for operators. In Logs of the workspace they are under Queries, Chat.
var queries = [
  {
    name: 'healthy'
    displayName: 'Chat: is it healthy?'
    query: loadTextContent('queries/healthy.kql')
  }
  {
    name: 'slow'
    displayName: 'Chat: who is slow?'
    query: loadTextContent('queries/slow.kql')
  }
  {
    name: 'cost'
    displayName: 'Chat: what does it cost?'
    query: loadTextContent('queries/cost.kql')
  }
  {
    name: 'one-message'
    displayName: 'Chat: where did one message go?'
    query: loadTextContent('queries/one-message.kql')
  }
]

resource savedQueries 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-02-01' = [
  for query in queries: {
    parent: workspace
    name: 'chat-${query.name}'
    properties: {
      category: 'Chat'
      displayName: query.displayName
      query: query.query
      version: 2
    }
    // A repeated deployment replaces the query of the last one.
    etag: '*'
  }
]

resource appSendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, app.id, monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
  }
}

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Names the component. Without local authentication it gives no access.')
output insightsConnectionString string = insights.properties.ConnectionString
