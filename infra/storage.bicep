// Two accounts, so that the rights of the Functions host on its own account do not reach the chat's data.
// Shared keys are off on both: every reader and writer needs a role.

import { redundancySku } from 'types.bicep'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('Name of the Functions host\'s account.')
param hostAccountName string

@description('Name of the account that holds the chat.')
param dataAccountName string

@description('Name of the identity of the function app.')
param appIdentityName string

@description('Name of the chat\'s table.')
param tableName string

@description('Copies of what the accounts hold.')
param redundancy redundancySku

@description('Whether the accounts can be reached through private endpoints only.')
param isPrivate bool

// learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
var storageBlobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var storageTableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

var packageContainerName = 'packages'

var locked = {
  accessTier: 'Hot'
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  networkAcls: {
    bypass: 'None'
    defaultAction: isPrivate ? 'Deny' : 'Allow'
  }
}

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

// The account of the Functions host: its keys, its locks, the package.
resource host 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: hostAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: locked

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    }

    // It has to exist before the app.
    resource packages 'containers' = {
      name: packageContainerName
      properties: { publicAccess: 'None' }
    }
  }
}

resource data 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: dataAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: locked

  resource tables 'tableServices' = {
    name: 'default'

    resource chat 'tables' = {
      name: tableName
    }
  }
}

resource hostKeepsItsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, app.id, storageBlobDataOwner)
  scope: host
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataOwner)
  }
}

// The host creates a table here for the events of the portal's diagnostics page.
resource hostKeepsItsEvents 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, app.id, storageTableDataContributor)
  scope: host
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataContributor)
  }
}

resource appKeepsTheChat 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data::tables::chat.id, app.id, storageTableDataContributor)
  scope: data::tables::chat
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataContributor)
  }
}

@description('Resource id of the Functions host\'s account.')
output hostAccountId string = host.id

@description('Address for the package of the app.')
output packageContainerUrl string = '${host.properties.primaryEndpoints.blob}${packageContainerName}'

@description('Resource id of the account that holds the chat.')
output dataAccountId string = data.id
