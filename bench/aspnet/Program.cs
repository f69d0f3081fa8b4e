// Self-hosted ASP.NET Core SignalR at the addresses of the service. Every posted message goes to every client. It checks no tokens.

using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSignalR();
var app = builder.Build();
app.MapHub<NewsHub>("/client");
app.MapPost("/api/hubs/{hub}/:send", async (HttpRequest request, IHubContext<NewsHub> news) =>
{
    using var body = await JsonDocument.ParseAsync(request.Body);
    var target = body.RootElement.GetProperty("target").GetString()!;
    var arguments = body.RootElement.GetProperty("arguments").EnumerateArray().Select(item => (object?)item.Clone()).ToArray();
    await news.Clients.All.SendCoreAsync(target, arguments);
    return Results.Accepted();
});
await app.StartAsync();
Console.WriteLine($"port {new Uri(app.Urls.First()).Port}");
await app.WaitForShutdownAsync();

class NewsHub : Hub;
