// @ts-check
import { once } from 'node:events';
import { createServer } from 'node:http';
import { messageOf } from './names.mjs';

/** @typedef {{ status?: number, type: string, text: string }} Answer */

/**
 * Serves a text at each path.
 *
 * @param {{ host: string, port: number }} where
 * @param {Record<string, () => Promise<Answer> | Answer>} pages
 */
export async function serve({ host, port }, pages) {
  const server = createServer(async (request, response) => {
    const page = pages[(request.url ?? '').split('?')[0] ?? ''];
    const answer = await answerOf(request.method, page);
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : answer.text);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

/** @param {string | undefined} method @param {(() => Promise<Answer> | Answer) | undefined} page @returns {Promise<Answer>} */
async function answerOf(method, page) {
  const type = 'text/plain; charset=utf-8';
  if (page === undefined) return { status: 404, type, text: 'not found\n' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type, text: 'GET only\n' };
  try {
    return await page();
  } catch (error) {
    return { status: 500, type, text: `${messageOf(error)}\n` };
  }
}
