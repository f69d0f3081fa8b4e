// What a deployment without any choice gives: it costs about nothing.
using '../main.bicep'

param environmentName = 'free'
param location = 'westeurope'
