// The chat in one resource group, in one deployment, without any key. SignalR Service needs the app's address for its
// upstream, and the app needs the service's address in its settings. The settings are a separate resource, so there is
// no circle:
//
//   site (no settings) → SignalR Service (upstream: the site) → settings of the site (the service's address)

import { chatAuth, instanceMemoryMB, nodeVersion, redundancySku, signalRSku, typingNotes, upstreamAuthMode } from 'types.bicep'

@description('Name of the environment. All resources have it as a tag.')
@minLength(1)
@maxLength(59)
param environmentName string

@description('Azure region.')
param location string = resourceGroup().location

@description('More tags for every resource.')
param tags { *: string } = {}

@description('Version of Node that the app runs on.')
param node nodeVersion = '24'

@description('Tier of SignalR Service.')
param signalRTier signalRSku = 'Free_F1'

@description('Units of SignalR Service, 1,000 connections each. With autoscale the minimum.')
@minValue(1)
@maxValue(1000)
param signalRUnits int = 1

@description('Maximum units on a Premium tier. A number above signalRUnits turns autoscale on.')
@minValue(0)
@maxValue(1000)
param signalRMaxUnits int = 0

@description('Current units of autoscale. With them a deployment does not set the units back to signalRUnits.')
@minValue(0)
@maxValue(1000)
param signalRLiveUnits int = 0

@description('Memory of one instance of the app, MB.')
param instanceMemory instanceMemoryMB = 512

@description('Maximum instances of the app. The platform accepts 40 or more.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('Instances that always run. They cost money while nobody chats.')
@minValue(0)
@maxValue(1000)
param alwaysReadyInstances int = 0

// Handlers mostly wait for storage, and changes to a room that wait together share a commit. The more concurrent calls
// an instance has, the fewer transactions and broadcasts they cost. The platform's default is 4.
@description('Concurrent HTTP and SignalR calls of one instance.')
@minValue(1)
@maxValue(1000)
param instanceConcurrency int = 64

@description('Who may chat.')
param auth chatAuth = 'guest'

@description('Client id of the page\'s app registration. Required with auth entra.')
param entraClientId string = ''

@description('Days that messages are kept.')
@minValue(1)
@maxValue(36500)
param retentionDays int = 30

@description('Minutes for which people may edit and remove their messages. 0 for never.')
@minValue(0)
@maxValue(527040)
param editMinutes int = 60

@description('The user ids of the people who moderate every room from the page, for example e- and the object id of an account. docs/security.md says what they may do.')
param moderators string[] = []

@description('Milliseconds that a message waits so that others join its broadcast. More is cheaper and slower.')
@minValue(0)
@maxValue(10000)
param batchMs int = 0

@description('Whether people see who is typing, in rooms of up to 50 connections.')
param typing typingNotes = 'on'

@description('How many connections a user may have in one room.')
@minValue(1)
@maxValue(60)
param userConnections int = 12

@description('How many connections a room may have.')
@minValue(1)
@maxValue(100000)
param roomConnections int = 10000

@description('Other addresses that serve the page, such as https://chat.example.org.')
param pageOrigins string[] = []

@description('How upstream requests pass the Functions host.')
param upstreamAuth upstreamAuthMode = 'identity'

@description('Audience of SignalR\'s upstream token, which the app requires: the client id of an app registration, see infra/README.md.')
@minLength(1)
param upstreamAudience string

@description('Copies of what the storage accounts hold.')
param storageRedundancy redundancySku = 'Standard_LRS'

@description('Makes the storage accounts reachable through private endpoints only.')
param privateNetwork bool = false

@description('Address for alerts. Without an address there are no alerts.')
param alertEmail string = ''

@description('Monthly budget of the resource group, in the currency of the bill. 0 for none. alertEmail gets the mail. A budget that exists stays as it is.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the budget\'s first month.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Maximum log data per day, GB. -1 for no limit.')
@minValue(-1)
param logQuotaGb int = 1

// The functions have the same two names; a test compares them.
var hubName = 'chat'
var tableName = 'chat'

var token = uniqueString(resourceGroup().id)
// Of the app and of the SignalR Service: both are part of a host name.
var name = 'chat-${token}'
var hostAccountName = 'host${token}'
var dataAccountName = 'data${token}'
var allTags = union(tags, { 'azd-env-name': environmentName })

// An invalid combination stops the deployment before it creates anything.
var signInClientId = auth == 'entra' && empty(entraClientId)
  ? fail('unable to switch sign-in on; entraClientId is empty. Pass the client id of the page\'s app registration.')
  : (auth == 'entra' ? entraClientId : '')
var mostUnits = signalRMaxUnits > signalRUnits && !startsWith(signalRTier, 'Premium_')
  ? fail('unable to switch autoscale on; only the Premium tiers have it. Set signalRTier to Premium_P1, or omit signalRMaxUnits.')
  : signalRMaxUnits
var budgetAmount = monthlyBudget > 0 && empty(alertEmail)
  ? fail('unable to make a budget; there is no address for its mail. Set alertEmail.')
  : monthlyBudget

// The app's identity. It is created before the app, so its roles have time to take effect before the app starts.
resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-app-${token}'
  location: location
  tags: allTags
}

// SignalR's identity. It has no role: it only proves who is calling.
resource signalRIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-signalr-${token}'
  location: location
  tags: allTags
}

module monitoring 'monitoring.bicep' = {
  params: {
    location: location
    tags: allTags
    token: token
    appIdentityName: appIdentity.name
    dailyQuotaGb: logQuotaGb
  }
}

module storage 'storage.bicep' = {
  params: {
    location: location
    tags: allTags
    hostAccountName: hostAccountName
    dataAccountName: dataAccountName
    appIdentityName: appIdentity.name
    tableName: tableName
    redundancy: storageRedundancy
    isPrivate: privateNetwork
  }
}

module network 'network.bicep' = if (privateNetwork) {
  params: {
    location: location
    tags: allTags
    token: token
    hostAccountId: storage.outputs.hostAccountId
    dataAccountId: storage.outputs.dataAccountId
  }
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${token}'
  location: location
  tags: allTags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

// Flex Consumption refuses ftpsState, linuxFxVersion and similar properties, and all FUNCTIONS_… settings.
resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd finds the app by the second tag.
  tags: union(allTags, { 'azd-service-name': 'chat' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${appIdentity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    ...(privateNetwork ? { virtualNetworkSubnetId: network.?outputs.appSubnetId } : {})
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: storage.outputs.packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: appIdentity.id
          }
        }
      }
      runtime: {
        name: 'node'
        version: node
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        // SignalR triggers are scaled with the HTTP ones.
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
        triggers: {
          http: { perInstanceConcurrency: instanceConcurrency }
        }
      }
    }
  }

  // Code is deployed with an Entra token only. Passwords of publish profiles are not accepted.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

module signalR 'signalr.bicep' = {
  params: {
    location: location
    tags: allTags
    name: name
    tier: signalRTier
    units: signalRUnits
    maxUnits: mostUnits
    liveUnits: signalRLiveUnits
    hubName: hubName
    siteHostName: site.properties.defaultHostName
    pageOrigins: pageOrigins
    upstreamAudience: upstreamAudience
    identityName: signalRIdentity.name
    appIdentityName: appIdentity.name
    workspaceId: monitoring.outputs.workspaceId
  }
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    AzureSignalRConnectionString__serviceUri: 'https://${signalR.outputs.hostName}'
    AzureSignalRConnectionString__credential: 'managedidentity'
    AzureSignalRConnectionString__clientId: appIdentity.properties.clientId
    AzureWebJobsStorage__accountName: hostAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: appIdentity.properties.clientId
    AzureWebJobsDisableHomepage: 'true'
    CHAT_STORAGE__accountName: dataAccountName
    CHAT_STORAGE__credential: 'managedidentity'
    CHAT_STORAGE__clientId: appIdentity.properties.clientId
    CHAT_TABLE: tableName
    CHAT_AUTH: auth
    CHAT_ENTRA_TENANT: auth == 'entra' ? tenant().tenantId : ''
    CHAT_ENTRA_CLIENT_ID: signInClientId
    CHAT_RETENTION_DAYS: string(retentionDays)
    CHAT_EDIT_MINUTES: string(editMinutes)
    CHAT_MODERATORS: join(moderators, ',')
    CHAT_BATCH_MS: string(batchMs)
    CHAT_TYPING: typing
    CHAT_USER_CONNECTIONS: string(userConnections)
    CHAT_ROOM_CONNECTIONS: string(roomConnections)
    CHAT_UPSTREAM_TENANT: tenant().tenantId
    CHAT_UPSTREAM_AUDIENCE: upstreamAudience
    CHAT_UPSTREAM_OBJECT_ID: signalRIdentity.properties.principalId
    APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.insightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${appIdentity.properties.clientId};Authorization=AAD'
  }
}

module alerts 'alerts.bicep' = if (!empty(alertEmail)) {
  dependsOn: [signalR]
  params: {
    location: location
    tags: allTags
    token: token
    email: alertEmail
    signalRName: name
    workspaceId: monitoring.outputs.workspaceId
  }
}

module budget 'budget.bicep' = if (budgetAmount > 0) {
  params: {
    amount: budgetAmount
    email: alertEmail
    startDate: budgetStart
  }
}

@description('Address of the chat.')
output chatUrl string = 'https://${site.properties.defaultHostName}'

@description('Name of the function app, to which the code is deployed.')
output functionAppName string = site.name

@description('Task for a person before the chat works, beside the deployment of the code. Empty for none.')
output toDo string = upstreamAuth == 'systemKey'
  ? 'The upstream URL has no system key now, so the host refuses all events. Deploy the code, then run infra/use-system-key.sh ${resourceGroup().name}. Repeat it after each deployment.'
  : ''
