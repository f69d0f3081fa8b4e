// The default deployment. It costs about nothing.
using '../main.bicep'

param environmentName = 'free'
param location = 'westeurope'
param upstreamAudience = '00000000-0000-0000-0000-000000000004'
