// For people of one tenant: sign-in, private storage, a paid tier.
using '../main.bicep'

param environmentName = 'private'
param location = 'westeurope'
param upstreamAudience = '00000000-0000-0000-0000-000000000004'
param node = '22'
param signalRTier = 'Standard_S1'
param auth = 'entra'
param entraClientId = '00000000-0000-0000-0000-000000000003'
param retentionDays = 365
param privateNetwork = true
param alertEmail = 'owner@example.org'
