// Adds and removes units of a Premium SignalR Service. In a quiet chat connections run out first, in a busy chat load.
// So either of them may add a unit, and both must be low to remove one.
// Source: learn.microsoft.com/azure/azure-signalr/signalr-howto-scale-autoscale

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('Name of the SignalR Service.')
param signalRName string

@description('Minimum units.')
param minimumUnits int

@description('Maximum units.')
param maximumUnits int

resource signalR 'Microsoft.SignalRService/signalR@2024-03-01' existing = {
  name: signalRName
}

var rules = [
  { metric: 'ConnectionQuotaUtilization', operator: 'GreaterThan', threshold: 70 }
  { metric: 'ServerLoad', operator: 'GreaterThan', threshold: 60 }
  { metric: 'ConnectionQuotaUtilization', operator: 'LessThan', threshold: 30 }
  { metric: 'ServerLoad', operator: 'LessThan', threshold: 20 }
]

resource autoscale 'Microsoft.Insights/autoscaleSettings@2022-10-01' = {
  name: 'scale-${signalRName}'
  location: location
  tags: tags
  properties: {
    enabled: true
    targetResourceUri: signalR.id
    profiles: [
      {
        name: 'by connections and load'
        capacity: {
          minimum: string(minimumUnits)
          maximum: string(maximumUnits)
          default: string(minimumUnits)
        }
        rules: [
          for rule in rules: {
            metricTrigger: {
              metricName: rule.metric
              metricResourceUri: signalR.id
              operator: rule.operator
              threshold: rule.threshold
              statistic: 'Max'
              timeAggregation: 'Maximum'
              timeGrain: 'PT1M'
              timeWindow: rule.operator == 'GreaterThan' ? 'PT5M' : 'PT30M'
            }
            scaleAction: {
              direction: rule.operator == 'GreaterThan' ? 'Increase' : 'Decrease'
              // Only some numbers of units exist: after 10 comes 20.
              type: 'ServiceAllowedNextValue'
              value: '1'
              cooldown: rule.operator == 'GreaterThan' ? 'PT5M' : 'PT30M'
            }
          }
        ]
      }
    ]
  }
}
