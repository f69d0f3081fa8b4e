// SignalR Service in serverless mode. It accepts no key: callers send an Entra token with a role on it, and the service
// sends an Entra token of its own when it calls the app.

import { signalRSku } from 'types.bicep'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('Its name, and the first part of its host name.')
param name string

@description('Tier.')
param tier signalRSku

@description('Units, 1,000 connections each. With autoscale the minimum.')
param units int

@description('Maximum units on a Premium tier. A number above units turns autoscale on.')
param maxUnits int

@description('Current units of autoscale. 0 if unknown.')
param liveUnits int

@description('The hub whose events go upstream.')
param hubName string

@description('Host name of the function app, without https.')
param siteHostName string

@description('Other addresses that serve the page.')
param pageOrigins string[]

@description('Audience of the upstream token.')
param upstreamAudience string

@description('Name of the identity that upstream requests carry.')
param identityName string

@description('Name of the identity of the function app.')
param appIdentityName string

@description('Resource id of the workspace that takes the logs.')
param workspaceId string

// learn.microsoft.com/azure/azure-signalr/signalr-concept-authorize-azure-active-directory
var signalRServiceOwner = '7e4f1700-ea5a-4f59-8f37-079cfe29dce3'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource signalR 'Microsoft.SignalRService/signalR@2024-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'SignalR'
  sku: {
    name: tier
    // Without autoscale the units are the person's choice, also if they are fewer than before.
    capacity: maxUnits > units ? min(max(units, liveUnits), maxUnits) : units
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    disableLocalAuth: true
    disableAadAuth: false
    features: [
      {
        flag: 'ServiceMode'
        value: 'Serverless'
      }
    ]
    cors: { allowedOrigins: union(['https://${siteHostName}'], pageOrigins) }
    tls: { clientCertEnabled: false }
    upstream: {
      templates: [
        {
          hubPattern: hubName
          categoryPattern: '*'
          eventPattern: '*'
          // The address of the SignalR triggers of the Functions host.
          urlTemplate: 'https://${siteHostName}/runtime/webhooks/signalr'
          auth: {
            type: 'ManagedIdentity'
            managedIdentity: { resource: upstreamAudience }
          }
        }
      ]
    }
    // Connections and calls, never the text of a message.
    resourceLogConfiguration: {
      categories: [
        { name: 'ConnectivityLogs', enabled: 'true' }
        { name: 'HttpRequestLogs', enabled: 'true' }
        { name: 'MessagingLogs', enabled: 'false' }
      ]
    }
    // No app server ever connects, and nobody traces live. Not sent on the free tier, which may refuse it.
    ...(tier == 'Free_F1'
      ? {}
      : {
          networkACLs: {
            defaultAction: 'Deny'
            publicNetwork: { allow: ['ClientConnection', 'RESTAPI'] }
          }
        })
  }
}

resource appSpeaksForTheChat 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(signalR.id, app.id, signalRServiceOwner)
  scope: signalR
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', signalRServiceOwner)
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: signalR
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

module autoscale 'autoscale.bicep' = if (maxUnits > units) {
  params: {
    location: location
    tags: tags
    signalRName: signalR.name
    minimumUnits: units
    maximumUnits: maxUnits
  }
}

@description('Host name that clients and the app connect to.')
output hostName string = signalR.properties.hostName
