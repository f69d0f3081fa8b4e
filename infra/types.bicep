// The choices that main.bicep and chat.bicep share.

@export()
@description('Tier of SignalR Service. Free_F1 allows 20 connections. Only the Premium tiers have autoscale.')
type signalRSku = 'Free_F1' | 'Standard_S1' | 'Premium_P1' | 'Premium_P2'

@export()
@description('Version of Node that the app runs on.')
type nodeVersion = '22' | '24'

@export()
@description('Memory of one instance of the app, MB. Its share of a core grows with it.')
type instanceMemoryMB = 512 | 2048 | 4096

@export()
@description('Copies of storage: in one data center, in three zones of the region, or either and a second region, too.')
type redundancySku = 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@export()
@description('Who may chat: anybody, or people of the tenant after sign-in.')
type chatAuth = 'guest' | 'entra'

@export()
@description('Whether people see who is typing.')
type typingNotes = 'on' | 'off'

@export()
@description('How upstream requests pass the Functions host: with the token of SignalR\'s identity alone, or also with the host\'s system key.')
type upstreamAuthMode = 'identity' | 'systemKey'
