// The default deployment. It costs about nothing.
using '../main.bicep'

param environmentName = 'free'
param location = 'westeurope'
