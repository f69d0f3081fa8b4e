// The JavaScript client on every transport with every protocol, all of them beside each other, in the steps of clients.test.ts.
// Arguments: the address of the hub, a token for it, and the major version. The output is one JSON object a line: results, and
// `{"ready":"cut"}`, after which the test cuts the network.

const [url, token, major] = process.argv.slice(2);
const signalr = await import(`signalr-${major}`);
const { MessagePackHubProtocol } = await import(`msgpack-${major}`);
const PATIENCE_MS = 20_000;

class Client {
  steps = [];
  error = undefined;
  #hub;
  #name;
  #reconnected;
  #closed;
  #heard = () => {};
  #calls = 0;

  constructor(transport, protocol) {
    this.#name = `${transport} ${protocol}`;
    const builder = new signalr.HubConnectionBuilder()
      .withUrl(url, {
        accessTokenFactory: () => token,
        transport: signalr.HttpTransportType[transport],
      })
      .withAutomaticReconnect(Array(50).fill(200))
      .configureLogging(signalr.LogLevel.None);
    if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
    this.#hub = builder.build();
    this.#hub.on('said', (text) => this.#heard(text));
    this.#reconnected = new Promise((resolve) => this.#hub.onreconnected(resolve));
    this.#closed = new Promise((resolve) => this.#hub.onclose(resolve));
  }

  get result() {
    return { name: this.#name, steps: this.steps, error: this.error ?? null };
  }

  /** Does nothing after a step that has failed. */
  async step(name, run) {
    if (this.error) return;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('not in time')), PATIENCE_MS);
    });
    try {
      await Promise.race([run(), late]);
      this.steps.push(name);
    } catch (error) {
      this.error = `${name}: ${error}`;
    } finally {
      clearTimeout(timer);
    }
  }

  start = () => this.#hub.start();

  /** The answer and the message come from the test: the text, and the text for this connection. */
  call = async () => {
    this.#calls += 1;
    const text = `${this.#name} ${this.#calls} 😀`;
    const heard = new Promise((resolve) => {
      this.#heard = resolve;
    });
    const answer = await this.#hub.invoke('say', text);
    if (answer !== text) throw new Error(`the answer is ${answer}`);
    const message = await heard;
    if (message !== text) throw new Error(`the message is ${message}`);
  };

  reconnected = () => this.#reconnected;

  stop = async () => {
    await this.#hub.stop();
    const reason = await this.#closed;
    if (reason) throw new Error(`closed with ${reason}`);
  };
}

const clients = ['WebSockets', 'ServerSentEvents', 'LongPolling'].flatMap((transport) =>
  ['json', 'messagepack']
    // Server-Sent Events carry text only.
    .filter((protocol) => transport !== 'ServerSentEvents' || protocol !== 'messagepack')
    .map((protocol) => new Client(transport, protocol)),
);
const each = (run) => Promise.all(clients.map(run));
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

await each((client) => client.step('connected', client.start));
await each((client) => client.step('called and heard', client.call));
say({ ready: 'cut' });
await each((client) => client.step('reconnected', client.reconnected));
await each((client) => client.step('called and heard again', client.call));
await each((client) => client.step('closed', client.stop));
for (const client of clients) say(client.result);
// A client of version 6 leaves timers behind.
process.exit();
