// Alerts for problems that the operator should know before the people in the chat notice them.

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('The part of a name that makes it unique.')
param token string

@description('Address that gets the mail.')
param email string

@description('Name of the SignalR Service.')
param signalRName string

@description('Resource id of the workspace that has the logs.')
param workspaceId string

resource signalR 'Microsoft.SignalRService/signalR@2024-03-01' existing = {
  name: signalRName
}

resource owner 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'alerts-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'chat'
    emailReceivers: [
      {
        name: 'owner'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// Source of names and units: learn.microsoft.com/azure/azure-signalr/concept-metrics
var limits = [
  {
    name: 'connections'
    metric: 'ConnectionQuotaUtilization'
    aggregation: 'Maximum'
    threshold: 80
    severity: 2
    description: 'Over 80 % of the connections that the units allow are taken. Add units.'
  }
  {
    name: 'load'
    metric: 'ServerLoad'
    aggregation: 'Average'
    threshold: 70
    severity: 2
    description: 'The service works at over 70 %; messages will be late. Add units.'
  }
  {
    name: 'errors'
    metric: 'SystemErrors'
    aggregation: 'Maximum'
    threshold: 5
    severity: 1
    description: 'Over 5 % of what the service does fails on its side.'
  }
  {
    // Nothing else shows an upstream request that the host refuses, unless the log has one of the words of upstreamAlert.
    // Strangers can raise this alert, by connecting with a wrong token, so it is no emergency.
    name: 'refusals'
    metric: 'UserErrors'
    aggregation: 'Maximum'
    threshold: 50
    severity: 3
    description: 'Over 50 % of what the service does is refused by the app, or comes from callers that the service refuses. Run the doctor. See infra/README.md, "When the chat stays silent".'
  }
]

resource limitAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for limit in limits: {
    name: 'chat-${limit.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: limit.description
      enabled: true
      severity: limit.severity
      scopes: [signalR.id]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      targetResourceType: 'Microsoft.SignalRService/SignalR'
      targetResourceRegion: location
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: limit.name
            metricNamespace: 'Microsoft.SignalRService/SignalR'
            metricName: limit.metric
            operator: 'GreaterThan'
            threshold: limit.threshold
            timeAggregation: limit.aggregation
          }
        ]
      }
      actions: [{ actionGroupId: owner.id }]
    }
  }
]

// An upstream request that fails inside a function is in the app's telemetry. A forged one is refused and does not fail, so
// strangers cannot raise this alert. One that the host refuses (no function,
// no key) is in the service's log only. While storage does not answer, hub calls succeed for the platform, because the
// client gets an error code as its answer: the `call` line has the code. HTTP callers get 503, which is in that line, too.
// The requests of failed calls are the only ones that host.json keeps.
resource upstreamAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'chat-upstream-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Chat: calls fail'
    description: 'Clients do not reach the functions, or the functions do not reach storage or the service. Look at /api/health. See infra/README.md, "When the chat stays silent".'
    enabled: true
    severity: 1
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    // The tables appear with their first rows.
    skipQueryValidation: true
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: '''
            union isfuzzy=true
              (AppRequests | where Name in~ ('connected', 'message', 'edit', 'remove', 'ban', 'shut', 'react', 'typing', 'watch', 'disconnected', 'cleanup', 'tidy') and Success == false),
              (AppTraces | where Message startswith 'call {' and Message contains '"status":503'),
              (AppTraces | where Message startswith 'call {' and Message contains '"refused":"unavailable"'),
              (AppTraces | where Message startswith 'cleanup-failed {' or Message startswith 'tidy-failed {'),
              // As one public report has it: "Unexpected status code invoking '<URL>' … StatusCode: 401." The URL may hold a key, so
              // only their number counts.
              (SignalRServiceDiagnosticLogs | where Level in ('Warning', 'Error', 'Critical') and Message has_any ('upstream', 'status code invoking', 'webhooks/signalr'))
          '''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 10
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [owner.id] }
  }
}

// The timer runs every minute, and writes a line at the end of each run. Without it, lost connections count for ever, and
// nothing expires. It can end with a deployment, and restarts may not help (Azure/azure-functions-host, issue 11828).
resource timerAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'chat-timer-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Chat: the timer does not run'
    description: 'The function cleanup has not ended well for 10 minutes. Look for its failures in the log, and whether the log is full. Restart the app, and deploy the code again if that does not help.'
    enabled: true
    severity: 2
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT10M'
    skipQueryValidation: true
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: '''
            union isfuzzy=true
              (AppTraces | where Message startswith 'cleanup {')
          '''
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [owner.id] }
  }
}

// When the cap is reached, the workspace takes no more data until its hour of the day, and the alerts above see nothing.
// The workspace's own events go on. Source: learn.microsoft.com/azure/azure-monitor/logs/daily-cap
resource capAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'chat-log-cap-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Chat: the log of the day is full'
    description: 'The workspace has reached its daily cap and takes no more logs until it begins a new day. Until then other alerts that read logs see nothing. Raise logQuotaGb, or find out what writes so much.'
    enabled: true
    severity: 2
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    skipQueryValidation: true
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: '''
            union isfuzzy=true
              (_LogOperation | where Category =~ 'Ingestion' and Detail contains 'OverQuota')
          '''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [owner.id] }
  }
}
