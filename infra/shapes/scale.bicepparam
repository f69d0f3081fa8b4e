// For very many people: autoscale, an instance that always runs, alerts, a budget.
using '../main.bicep'

param environmentName = 'scale'
param location = 'westeurope'
param upstreamAudience = 'https://signalr.azure.com'
param tags = { project: 'serverless-chat' }
param signalRTier = 'Premium_P1'
param signalRUnits = 2
param signalRMaxUnits = 100
param signalRLiveUnits = 7
param instanceMemory = 2048
param maximumInstances = 100
param alwaysReadyInstances = 1
param instanceConcurrency = 200
param batchMs = 200
param typing = 'off'
param pageOrigins = ['https://chat.example.org']
param storageRedundancy = 'Standard_ZRS'
param alertEmail = 'owner@example.org'
param monthlyBudget = 1000
param budgetStart = '2026-12-01'
param logQuotaGb = 10
