// A request that the service does not accept, on its way to the edge that answers it.

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** For programs; also the `x-ms-error-code` where the SDK looks for one. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
