// The resource group and the chat in it:
//   az deployment sub create -n chat-NAME -l REGION -f infra/main.bicep \
//     -p environmentName=NAME location=REGION upstreamAudience=CLIENT_ID

targetScope = 'subscription'

import { chatAuth, instanceMemoryMB, nodeVersion, redundancySku, signalRSku, typingNotes, upstreamAuthMode } from 'types.bicep'

@description('Name of the environment. The resource group is rg-<name>, and the deployment chat-<name>, which has 64 characters at most.')
@minLength(1)
@maxLength(59)
param environmentName string

@description('Azure region.')
@metadata({ azd: { type: 'location' } })
param location string

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

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: union(tags, { 'azd-env-name': environmentName })
}

module chat 'chat.bicep' = {
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    node: node
    signalRTier: signalRTier
    signalRUnits: signalRUnits
    signalRMaxUnits: signalRMaxUnits
    signalRLiveUnits: signalRLiveUnits
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    instanceConcurrency: instanceConcurrency
    auth: auth
    entraClientId: entraClientId
    retentionDays: retentionDays
    editMinutes: editMinutes
    moderators: moderators
    batchMs: batchMs
    typing: typing
    userConnections: userConnections
    roomConnections: roomConnections
    pageOrigins: pageOrigins
    upstreamAuth: upstreamAuth
    upstreamAudience: upstreamAudience
    storageRedundancy: storageRedundancy
    privateNetwork: privateNetwork
    alertEmail: alertEmail
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
    logQuotaGb: logQuotaGb
  }
}

// Azure gives outputs in capitals back in other letters, such as chaT_URL, and a query of az then finds nothing
// (Azure/bicep#9360, Azure/azure-dev#512). azd corrects that, and looks for the group under this name.

@description('Address of the chat.')
output chatUrl string = chat.outputs.chatUrl

@description('The resource group, which holds everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app, to which the code is deployed.')
output functionAppName string = chat.outputs.functionAppName

@description('Task for a person before the chat works, beside the deployment of the code. Empty for none.')
output toDo string = chat.outputs.toDo
