// The .NET client on every transport with every protocol, all of them beside each other, in the steps of clients.test.ts.
// Arguments: the address of the hub, and a token for it. The output is one JSON object a line: results, and `{"ready":"cut"}`,
// after which the test cuts the network.

using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

var (url, token) = (args[0], args[1]);
HttpTransportType[] transports = [HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling];
string[] protocols = ["json", "messagepack", "newtonsoft"];
var clients = (
    from transport in transports
    from protocol in protocols
    // Server-Sent Events carry text only.
    where transport != HttpTransportType.ServerSentEvents || protocol != "messagepack"
    select new Client(url, token, transport, protocol)).ToArray();

await Each(client => client.Step("connected", client.Start));
await Each(client => client.Step("called and heard", client.Call));
Say(new { ready = "cut" });
await Each(client => client.Step("reconnected", client.Reconnected));
await Each(client => client.Step("called and heard again", client.Call));
await Each(client => client.Step("closed", client.Stop));
foreach (var client in clients) Say(client.Result);

Task Each(Func<Client, Task> step) => Task.WhenAll(clients.Select(step));
void Say(object line) => Console.WriteLine(JsonSerializer.Serialize(line));

class Client
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    readonly HubConnection hub;
    readonly string name;
    readonly List<string> steps = [];
    readonly TaskCompletionSource reconnected = new();
    readonly TaskCompletionSource<Exception?> closed = new();
    TaskCompletionSource<string> heard = new();
    string? error;
    int calls;

    public Client(string url, string token, HttpTransportType transport, string protocol)
    {
        name = $"{transport} {protocol}";
        var builder = new HubConnectionBuilder()
            .WithUrl(url, transport, options => options.AccessTokenProvider = () => Task.FromResult<string?>(token))
            .WithAutomaticReconnect(Enumerable.Repeat(TimeSpan.FromMilliseconds(200), 50).ToArray());
        if (protocol == "messagepack") builder.AddMessagePackProtocol();
        if (protocol == "newtonsoft") builder.AddNewtonsoftJsonProtocol();
        hub = builder.Build();
        hub.On<string>("said", text => heard.TrySetResult(text));
        hub.Reconnected += _ => { reconnected.TrySetResult(); return Task.CompletedTask; };
        hub.Closed += reason => { closed.TrySetResult(reason); return Task.CompletedTask; };
    }

    public object Result => new { name, steps, error };

    /// Does nothing after a step that has failed.
    public async Task Step(string step, Func<Task> run)
    {
        if (error != null) return;
        try
        {
            await run().WaitAsync(Patience);
            steps.Add(step);
        }
        catch (Exception exception)
        {
            error = $"{step}: {exception.GetType().Name}: {exception.Message}";
        }
    }

    public Task Start() => hub.StartAsync();

    /// The answer and the message come from the test: the text, and the text for this connection.
    public async Task Call()
    {
        heard = new();
        var text = $"{name} {++calls} 😀";
        var answer = await hub.InvokeAsync<string>("say", text);
        if (answer != text) throw new InvalidOperationException($"the answer is {answer}");
        var message = await heard.Task;
        if (message != text) throw new InvalidOperationException($"the message is {message}");
    }

    public Task Reconnected() => reconnected.Task;

    public async Task Stop()
    {
        await hub.StopAsync();
        if (await closed.Task is { } reason) throw new InvalidOperationException($"closed with {reason.Message}");
    }
}
