/** What the exporter answers. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Ipvs } from '../../index';
import type { IpvsMetrics } from '../../metrics/index';

interface Source {
  ipvs: Ipvs;
  metrics: IpvsMetrics;
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>LVS exporter</title>
<h1>LVS exporter</h1>
<p>Linux Virtual Server on this director, for Prometheus.
<ul>
<li><a href="/metrics">/metrics</a>: services, real servers and the director's counters
<li><a href="/healthz">/healthz</a>: whether the kernel's IPVS answers
</ul>
</html>
`;

/** Answers a request. Whatever fails is told to who asked. */
export async function respond(
  source: Source,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await answer(source, request, response);
  } catch (error) {
    // One who goes away in the middle has nobody left to be told.
    if (response.headersSent) response.destroy();
    else say(response, 503, `${(error as Error).message}\n`);
  }
}

async function answer(
  { ipvs, metrics }: Source,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return say(response, 405, `${request.method} is not answered here\n`);
  }
  const [path] = (request.url ?? '').split('?');
  switch (path) {
    case '/metrics': {
      const scrape = await metrics.scrape(request.headers.accept ?? '');
      response.setHeader('Content-Type', scrape.contentType);
      return request.method === 'HEAD' ? void response.end() : pipeline(scrape, response);
    }
    case '/healthz':
      await ipvs.info();
      return say(response, 200, 'ok\n');
    case '/':
      return say(response, 200, PAGE, 'text/html; charset=utf-8');
    default:
      return say(response, 404, 'there are /, /metrics and /healthz\n');
  }
}

function say(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}
