// The resource group and the chat in it:
//   az deployment sub create -n chat -l REGION -f infra/main.bicep -p environmentName=NAME location=REGION

targetScope = 'subscription'

import { chatAuth, instanceMemoryMB, nodeVersion, signalRSku, upstreamAuthMode } from 'types.bicep'

@description('Name of the environment; the resource group is rg-<name>.')
@minLength(1)
@maxLength(64)
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

@description('Units of SignalR Service, 1,000 connections each; with autoscale the fewest.')
@minValue(1)
@maxValue(1000)
param signalRUnits int = 1

@description('Most units on a Premium tier; more than signalRUnits turns autoscale on.')
@minValue(0)
@maxValue(1000)
param signalRMaxUnits int = 0

@description('Units that autoscale has come to. A deployment goes on from there, instead of back to signalRUnits.')
@minValue(0)
@maxValue(1000)
param signalRLiveUnits int = 0

@description('Memory of one instance of the app, MB.')
param instanceMemory instanceMemoryMB = 512

@description('Most instances of the app. The platform takes no less than 40.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('Instances that never go to sleep; they cost while nobody chats.')
@minValue(0)
@maxValue(1000)
param alwaysReadyInstances int = 0

@description('HTTP and SignalR calls that one instance takes at a time.')
@minValue(1)
@maxValue(1000)
param instanceConcurrency int = 64

@description('Who may chat.')
param auth chatAuth = 'guest'

@description('Client id of the page\'s app registration; needed for auth entra.')
param entraClientId string = ''

@description('Days that messages are kept.')
@minValue(1)
@maxValue(36500)
param retentionDays int = 30

@description('Milliseconds that a message waits for company; more is cheaper and slower.')
@minValue(0)
@maxValue(10000)
param batchMs int = 0

@description('Other addresses that serve the page, such as https://chat.example.org.')
param pageOrigins string[] = []

@description('How upstream requests come past the Functions host.')
param upstreamAuth upstreamAuthMode = 'identity'

@description('What SignalR asks its upstream token for, and what the app insists on.')
@minLength(1)
param upstreamAudience string = 'https://signalr.azure.com'

@description('Keeps the way to the storage accounts off the internet.')
param privateNetwork bool = false

@description('Who hears of trouble; without an address there are no alerts.')
param alertEmail string = ''

@description('Monthly budget of the resource group, in the currency of the bill; 0 for none. alertEmail gets the mail.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the budget\'s first month; the same on every deployment.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Most log data taken in a day, GB; -1 for no limit.')
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
    batchMs: batchMs
    pageOrigins: pageOrigins
    upstreamAuth: upstreamAuth
    upstreamAudience: upstreamAudience
    privateNetwork: privateNetwork
    alertEmail: alertEmail
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
    logQuotaGb: logQuotaGb
  }
}

// azd turns outputs into environment variables, hence their names.

@description('Where the chat is.')
output CHAT_URL string = chat.outputs.chatUrl

@description('The resource group, which holds everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app, where the code goes.')
output AZURE_FUNCTION_APP_NAME string = chat.outputs.functionAppName

@description('What a person has to do before the chat works, apart from deploying the code; empty if nothing.')
output TO_DO string = chat.outputs.toDo
