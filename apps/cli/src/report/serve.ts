/** The page over HTTP, to this machine alone unless told otherwise. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { BadInput } from '@marginalia/core';
import { mistakeLine } from '../mistake.js';
import type { Watched } from './live.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/** Of 0.0.0.0 and ::, any number is this machine; names are not, for anyone may point one here. */
const anywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * Whether a request names us: a page of another site that has its own name resolve to 127.0.0.1 (DNS rebinding) names
 * itself.
 */
export function isOurs(header: string | undefined, host: string): boolean {
  const name = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(header ?? '');
  const asked = (name?.[1] ?? name?.[2] ?? '').toLowerCase();
  return loopback.has(asked) || asked === host.toLowerCase() || (anywhere.has(host) && isIP(asked) > 0);
}

/** Rejects with BadInput where the port is taken, or the host is none of this machine's. */
export function serve(watched: Watched, { host, port }: Address): Promise<Server> {
  const server = createServer((request, response) => void answer(watched, host, request, response));
  return new Promise((settle, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, { host, port })));
    server.listen(port, host, () => settle(server));
  });
}

function refusal({ code, message }: NodeJS.ErrnoException, { host, port }: Address): BadInput {
  if (code === 'EADDRINUSE')
    return new BadInput({
      expected: `port ${port} of ${host} to be free`,
      got: 'one that is taken',
      try: '--port 0, for any that is free',
    });
  if (code === 'EACCES')
    return new BadInput({
      expected: `a port that may be listened on`,
      got: String(port),
      try: '--port 0, for any that is free',
    });
  return new BadInput({
    expected: '--host to be an address of this machine',
    got: `${host} (${code ?? message})`,
    try: '--host 127.0.0.1',
  });
}

/** Where a browser finds it. */
export function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const shown = anywhere.has(host) ? '127.0.0.1' : isIP(host) === 6 ? `[${host}]` : host;
  return `http://${shown}:${port}/`;
}

async function answer(
  watched: Watched,
  host: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (!isOurs(request.headers.host, host)) return send(403, 'text/plain', 'not a name of this machine\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain', 'GET alone\n');
  const path = (request.url ?? '/').split('?')[0];
  try {
    if (path === '/') send(200, 'text/html', await watched.page());
    else if (path === '/status') send(200, 'application/json', JSON.stringify(await watched.standing()));
    else send(404, 'text/plain', 'nothing there\n');
  } catch (error) {
    // A folder that was moved meanwhile may come back: the server stays.
    send(500, 'text/plain', `${(await mistakeLine(error, [])) ?? String(error)}\n`);
  }
}
