// Sends mail when the budget is used up. It stops nothing.
// Azure refuses another start for a budget that exists, so only the first deployment makes it. Later ones leave it as it is.
// github.com/Azure/bicep/issues/7149

@description('Monthly costs of the resource group, in the currency of the bill.')
param amount int

@description('Address that gets the mail.')
param email string

@description('First day of a month, as yyyy-MM-dd.')
param startDate string

@onlyIfNotExists()
resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'chat'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      Actual80: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: [email]
      }
      Forecast100: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [email]
      }
    }
  }
}
