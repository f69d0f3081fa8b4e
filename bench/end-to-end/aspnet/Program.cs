// A chat on self-hosted ASP.NET Core SignalR with its rows in Table Storage: one for each message and one for each connection,
// written before the broadcast. Ends with its standard input.
//
//   dotnet stored.dll PORT CONNECTION_STRING

using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.SignalR;

var port = args.ElementAtOrDefault(0) ?? "0";
var table = new TableClient(args[1], "stored");
await table.CreateIfNotExistsAsync();

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
builder.Services.AddSingleton(table);
builder.Services.AddSignalR();
var app = builder.Build();
app.MapHub<ChatHub>("/client");

// The connections that have a row.
app.MapGet("/online", async () =>
{
    var online = 0;
    await foreach (var _ in table.QueryAsync<TableEntity>(ChatHub.IsConnection, select: ["RowKey"])) online += 1;
    return online;
});

// What was said behind the message with this key, oldest first. Without a key everything.
app.MapGet("/history", async (string? after) =>
{
    var filter = after is null
        ? ChatHub.IsMessage
        : $"{ChatHub.IsMessage} and {TableClient.CreateQueryFilter($"RowKey lt {after}")}";
    List<Said> said = [];
    await foreach (var row in table.QueryAsync<TableEntity>(filter)) said.Add(new(row.RowKey, row.GetString("Text")));
    said.Reverse();
    return said;
});

await app.StartAsync();
Console.WriteLine($"port {new Uri(app.Urls.First()).Port}");
await Console.In.ReadToEndAsync();

record Said(string Key, string Text);

class ChatHub(TableClient table) : Hub
{
    const string Messages = "messages";
    const string Connections = "connections";
    public static readonly string IsMessage = TableClient.CreateQueryFilter($"PartitionKey eq {Messages}");
    public static readonly string IsConnection = TableClient.CreateQueryFilter($"PartitionKey eq {Connections}");

    public override async Task OnConnectedAsync()
    {
        await table.UpsertEntityAsync(new TableEntity(Connections, Context.ConnectionId));
        await base.OnConnectedAsync();
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await table.DeleteEntityAsync(Connections, Context.ConnectionId, ETag.All);
        await base.OnDisconnectedAsync(exception);
    }

    public async Task Send(string text)
    {
        // The newest first, as the table design guide has it ("log tail pattern"):
        // https://learn.microsoft.com/azure/storage/tables/table-storage-design-patterns#log-tail-pattern
        var key = $"{DateTime.MaxValue.Ticks - DateTime.UtcNow.Ticks:D19}-{Guid.NewGuid():N}";
        await table.AddEntityAsync(new TableEntity(Messages, key) { ["Text"] = text });
        await Clients.All.SendAsync("news", key, text);
    }
}
