/** The site that `npm run docs` makes, as a browser shows it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, launch, type Page } from 'puppeteer-core';

const ROOT = join(__dirname, '../..');
const PHONE = { width: 375, height: 667, isMobile: true, hasTouch: true };
/** Where the sandbox of Chromium is not to be had, as for root, it does without; and it asks nobody for anything. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
];

let site: string;
let server: Server;
let browser: Browser;

function typedoc(folder: string, ...args: string[]) {
  const program = join(ROOT, 'node_modules/typedoc/bin/typedoc');
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves the site as any web server would. */
function serve(folder: string): Server {
  return createServer(({ url = '' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    // A browser asks for it by itself.
    if (path === '/favicon.ico') return response.writeHead(204).end();
    try {
      const body = readFileSync(join(folder, decodeURIComponent(path)));
      return response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'text/plain' }).end(body);
    } catch {
      return response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
}

beforeAll(async () => {
  site = mkdtempSync(join(tmpdir(), 'lvs-site-'));
  const { stdout, stderr, status } = typedoc(ROOT, '--out', join(site, 'docs'));
  expect({ said: stdout + stderr, status }).toEqual({ said: expect.anything(), status: 0 });
  server = serve(join(site, 'docs'));
  browser = await launch({
    executablePath: '/usr/bin/chromium',
    args: FLAGS,
    userDataDir: join(site, 'profile'),
  });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(site, { recursive: true, force: true });
});

/** Opens a page of the site, and collects what goes wrong in it. */
async function open(path: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  page.on('requestfailed', (request) => complaints.push(request.url()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`);
  return { page, complaints };
}

test('the search finds addService, and what it finds can be opened', async () => {
  const { page, complaints } = await open('index.html');
  await page.click('#tsd-search-trigger');
  await page.waitForSelector('#tsd-search-input', { visible: true });
  await page.type('#tsd-search-input', 'addService');
  const found = await page.waitForSelector('#tsd-search-results a[href*="addservice" i]');
  const address = await found?.evaluate((link) => (link as unknown as { href: string }).href);
  await page.goto(address ?? '');
  expect(await page.$eval('body', (body) => body.textContent)).toContain('addService');
  expect(complaints).toEqual([]);
  await page.close();
});

test('every guide, the handle and the first page fit a phone, without an error on the console', async () => {
  const guides = readdirSync(join(site, 'docs/documents')).map((name) => `documents/${name}`);
  expect(guides.length).toBeGreaterThan(10);
  for (const path of ['index.html', 'classes/index.Ipvs.html', ...guides]) {
    const { page, complaints } = await open(path);
    await page.setViewport(PHONE);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect({ path, width, complaints }).toEqual({ path, width: PHONE.width, complaints: [] });
    await page.close();
  }
}, 120_000);

/** What is wrong in a project of one module and one guide, and what is said of it. */
const FAULTS = [
  ['a link of a guide', '[gone](gone.md)', '/** A class. */', 'gone.md is not a file'],
  ['a link of a comment', 'Text.', '/** See {@link nothing}. */', 'Failed to resolve link to "nothing"'],
  ['an export without a comment', 'Text.', '', 'Thing (Class), defined in'],
] as const;

test.each(FAULTS)('%s makes it fail', (_, guide, comment, said) => {
  const folder = mkdtempSync(join(site, 'fault-'));
  const ours = JSON.parse(readFileSync(join(ROOT, 'typedoc.json'), 'utf8'));
  const theirs = {
    entryPoints: ['index.ts'],
    projectDocuments: ['guide.md'],
    tsconfig: 'tsconfig.json',
    out: 'out',
  };
  const files = {
    'tsconfig.json': '{"compilerOptions":{"skipLibCheck":true,"types":[]},"files":["index.ts"]}',
    'typedoc.json': JSON.stringify({
      ...ours,
      ...theirs,
      readme: 'none',
      customCss: join(ROOT, ours.customCss),
    }),
    'index.ts': `${comment}\nexport class Thing {}\n`,
    'guide.md': `${guide}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { stdout, stderr, status } = typedoc(folder);
  expect(stdout + stderr).toContain(said);
  expect(status).not.toBe(0);
});
