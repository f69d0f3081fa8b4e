// The choices that main.bicep and chat.bicep share.

@export()
@description('Tier of SignalR Service. Free_F1 allows 20 connections; only the Premium tiers add units by themselves.')
type signalRSku = 'Free_F1' | 'Standard_S1' | 'Premium_P1' | 'Premium_P2'

@export()
@description('Version of Node that the app runs on.')
type nodeVersion = '22' | '24'

@export()
@description('Memory of one instance of the app, MB; its share of a core grows along.')
type instanceMemoryMB = 512 | 2048 | 4096

@export()
@description('Who may chat: anybody, or the people of the tenant after they signed in.')
type chatAuth = 'guest' | 'entra'

@export()
@description('How upstream requests come past the Functions host: with the token of SignalR\'s identity alone, or with the host\'s system key as well.')
type upstreamAuthMode = 'identity' | 'systemKey'
