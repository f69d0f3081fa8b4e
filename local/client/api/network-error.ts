// Why a request got no answer. Node's fetch, undici, the SignalR client and OpenSSL each have errors of their own.

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const NO_TLS = 'ERR_SSL_WRONG_VERSION_NUMBER';
/** OpenSSL's reasons to refuse a certificate, and Node's own. Source: nodejs.org/api/tls.html#x509-certificate-error-codes */
const NO_CERTIFICATE =
  /CERT|^UNABLE_TO_|^CRL_|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH_|^HOSTNAME_MISMATCH$/;

/** Whether no connection was opened, so the request cannot have been sent. */
export function wasNeverSent(error: unknown): boolean {
  const code = codeOf(toCause(error));
  return [...NO_CONNECTION, NO_TLS].includes(code) || NO_CERTIFICATE.test(code);
}

/**
 * What to do about an address at which the chat cannot be. Undefined for an error that says nothing about the address. Such an
 * error passes only if the network is at fault, for example before a sign-in to a Wi-Fi.
 */
export function addressRemedy(error: unknown): string | undefined {
  const cause = toCause(error);
  const code = codeOf(cause);
  if (code === 'ENOTFOUND') return 'Check the name in the address: no host has it.';
  if (code === NO_TLS) return 'Check the address: what answers there uses no TLS.';
  if (code.startsWith('HPE_')) return 'Check the address: what answers there is no web server.';
  if (/EXPIRED|NOT_YET_VALID/.test(code)) {
    return "Renew the certificate, and check this machine's clock.";
  }
  if (NO_CERTIFICATE.test(code)) {
    return 'Check the address. If an authority of your own signed the certificate, name the file of its certificate in NODE_EXTRA_CA_CERTS.';
  }
  const message = String(fieldOf(cause, 'message'));
  if (message === 'bad port') {
    return 'Let it listen at another port: browsers and Node send no request to this one.';
  }
  if (/^Proxy response \(407\)/.test(message)) {
    return 'Give the name and password of the proxy: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT.';
  }
  return undefined;
}

/** The real error: Node puts it into the cause of a `fetch failed`, and a proxy's answer into the cause of that. */
function toCause(error: unknown): unknown {
  const cause = fieldOf(error, 'cause');
  return cause === undefined ? error : toCause(cause);
}

/** One line, e.g. `connect ECONNREFUSED 127.0.0.1:7071`. */
export function reasonOf(error: unknown): string {
  const cause = toCause(error);
  // OpenSSL's reason. Its message is a dump that contains it.
  const reason = fieldOf(cause, 'reason') ?? (fieldOf(cause, 'message') || codeOf(cause));
  return String(reason || cause).replace(/\.$/, '');
}

function codeOf(error: unknown): string {
  return String(fieldOf(error, 'code') ?? '');
}

/** Also for an error of another realm, which is not `instanceof Error` here. */
function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null
    ? (error as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
