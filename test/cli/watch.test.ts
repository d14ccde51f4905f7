/// <reference lib="dom" />
/** `marginalia watch`: a page that follows a sweep at work, on this machine alone. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isOurs } from '../../apps/cli/src/report/serve.js';
import type { Standing } from '../../apps/cli/src/report/live.js';
import { chromiumMissing, openChromium } from './chromium.js';
import { bin, fixture, marginalia, onlyLine } from './marginalia.js';

let home = '';
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'marginalia-watch-'));
  for (const name of ['mixed.ts', 'failing.ts'])
    await marginalia(['run', fixture(name), '--threads', '1', '--json'], { cwd: home });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Watching {
  readonly url: string;
  readonly child: ChildProcess;
}

async function watching(folder: string, port = '0'): Promise<Watching> {
  const child = spawn(process.execPath, [bin, 'watch', folder, '--port', port], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: said.toString().trim(), child };
}

/** Status and body; `host` is what the request calls us. */
function ask(url: string, host?: string): Promise<{ readonly code: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: host === undefined ? {} : { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ code: response.statusCode ?? 0, body }));
    }).on('error', reject);
  });
}

const standing = async (url: string): Promise<Standing> =>
  JSON.parse((await ask(`${url}status`)).body) as Standing;

/** The folder as it was when this share of its runs had ended. */
function cutShort(share: number): { readonly folder: string; readonly whole: () => void } {
  const folder = join(home, `cut-${share}`);
  cpSync(join(home, 'results/mixed/quick'), folder, { recursive: true });
  const [name] = readdirSync(join(folder, 'journal')).filter((file) => file.endsWith('.jsonl'));
  const path = join(folder, 'journal', name!);
  const text = readFileSync(path, 'utf8');
  const lines = text.trimEnd().split('\n');
  writeFileSync(path, `${lines.slice(0, Math.ceil(share * lines.length)).join('\n')}\n`);
  return { folder, whole: () => writeFileSync(path, text) };
}

describe('whose requests are answered', () => {
  it.each<readonly [string | undefined, string, boolean]>([
    ['localhost:8420', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['[::1]:8420', '127.0.0.1', true],
    ['LOCALHOST', '127.0.0.1', true],
    ['evil.example:8420', '127.0.0.1', false],
    ['127.0.0.1.evil.example', '127.0.0.1', false],
    ['localhost:8420.evil.example', '127.0.0.1', false],
    [undefined, '127.0.0.1', false],
    ['', '127.0.0.1', false],
    ['10.0.0.7:8420', '127.0.0.1', false],
    ['10.0.0.7:8420', '0.0.0.0', true],
    ['evil.example', '0.0.0.0', false],
    ['lab.example:8420', 'lab.example', true],
  ])('%s of a server on %s: %s', (header, host, ours) => {
    expect(isOurs(header, host)).toBe(ours);
  });
});

describe('marginalia watch', () => {
  it('says how runs stand and judges them as they come, with no state of its own', async () => {
    const { folder, whole } = cutShort(0.5);
    const { url, child } = await watching(folder);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const before = await standing(url);
    expect(before.complete).toBe(false);
    expect(before.folders[0]).toMatchObject({ folder, state: 'stopped', failed: 0 });
    expect(before.folders[0]!.measured).toBeLessThan(before.folders[0]!.planned!);
    // Cells that nobody has come to yet may say otherwise.
    expect(before.rows).not.toContain('data-verdict="refuted"');
    whole();
    const after = await standing(url);
    expect(after.complete).toBe(true);
    expect(after.rows).toContain('data-verdict="inconclusive"');
    expect(after.folders[0]!.measured).toBe(after.folders[0]!.planned);
    expect(after.revision).not.toBe(before.revision);
    child.kill('SIGINT');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(code ?? (signal === 'SIGINT' ? 130 : -1)).toBe(130);
    // Another process says the same.
    const again = await watching(folder);
    expect(await standing(again.url)).toMatchObject({ revision: after.revision, complete: true });
  });

  it('shows failures with their command, and answers to its own names alone', async () => {
    const { url } = await watching('results/failing/quick');
    const { folders, failures } = await standing(url);
    expect(folders[0]!.failed).toBeGreaterThan(0);
    expect(failures).toContain('size 2 is too much');
    expect(failures).toContain('npx marginalia replay ');
    expect((await ask(url, 'evil.example')).code).toBe(403);
    expect((await ask(`${url}status`, 'evil.example')).body).not.toContain('failing');
    expect((await ask(`${url}sweep.json`)).code).toBe(404);
    const answer = await fetch(url, { method: 'POST' });
    expect(answer.status).toBe(405);
  });

  it('refuses in one line: a busy port, a port that is none, another machine’s address, a folder without results', async () => {
    const { url } = await watching('results/mixed/quick');
    const { port } = new URL(url);
    const refused = async (...args: readonly string[]) => {
      const ended = await marginalia(['watch', ...args], { cwd: home });
      expect(ended.code).toBe(2);
      return onlyLine(ended);
    };
    const lines = await Promise.all([
      refused('results/mixed/quick', '--port', port),
      refused('results/mixed/quick', '--port', '65536'),
      refused('results/mixed/quick', '--port', '0', '--host', '192.0.2.1'),
      refused('nowhere'),
    ]);
    expect(lines[0]).toBe(
      `expected port ${port} of 127.0.0.1 to be free, got one that is taken; try --port 0, for any that is free`,
    );
    expect(lines[1]).toContain('expected --port to be a number from 0 to 65535');
    expect(lines[2]).toContain('expected --host to be an address of this machine, got 192.0.2.1');
    expect(lines[3]).toContain('expected results of a sweep in nowhere, got no such folder');
  });

  it.skipIf(chromiumMissing !== undefined)(
    `follows in a browser, and outlives its server ${chromiumMissing ?? ''}`,
    async () => {
      const { folder, whole } = cutShort(0.6);
      const first = await watching(folder);
      const browser = await openChromium();
      try {
        const tab = await browser.newPage();
        const strange: string[] = [];
        tab.on('request', (request) => {
          const { hostname, protocol } = new URL(request.url());
          if (hostname !== '127.0.0.1' && protocol !== 'data:') strange.push(request.url());
        });
        const errors: string[] = [];
        tab.on('pageerror', ({ message }) => errors.push(message));
        await tab.goto(first.url);
        await tab.waitForFunction(() => document.getElementById('live-state')?.textContent === 'stopped');
        expect(await tab.locator('progress').getAttribute('value')).not.toBe(null);
        const { port } = new URL(first.url);
        first.child.kill('SIGKILL');
        await tab.waitForFunction(() =>
          document.getElementById('live-state')?.textContent?.startsWith('No answer'),
        );
        whole();
        await watching(folder, port);
        // It finds its server again, sees that all is there, and loads the page of it.
        await tab.waitForFunction(() => document.getElementById('live-state')?.textContent === 'complete');
        await tab.waitForFunction(() => document.getElementById('live-redraw')?.hidden === true);
        expect([errors, strange]).toEqual([[], []]);
      } finally {
        await browser.close();
      }
    },
    // Two pages are rendered and a browser started, beside whatever else the machine does.
    180_000,
  );
});
