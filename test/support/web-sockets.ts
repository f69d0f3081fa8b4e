// WebSockets behind proxies that do not let them through, as the SignalR client uses them.

/** A proxy refuses it. */
export class RefusedWebSocket {
  static readonly OPEN = 1;
  onclose: ((event: object) => void) | undefined;

  constructor() {
    this.begin();
  }

  protected begin(): void {
    setImmediate(() => this.onclose?.({ code: 1006, reason: '', wasClean: false }));
  }

  close(): void {}
}

/** A proxy never answers it. */
export class SilentWebSocket extends RefusedWebSocket {
  readonly readyState = 0;

  protected override begin(): void {}

  override close(): void {
    super.begin();
  }
}
