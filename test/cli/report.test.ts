/// <reference lib="dom" />
/** `marginalia report`: the page in a real browser, its bytes, and one clear line for every mistake. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIdentity } from '@marginalia/sweep';
import type { FigureSource } from '../../apps/cli/src/figure/figure.js';
import { forest } from '../../apps/cli/src/figure/figures/forest.js';
import { readSource } from '../../apps/cli/src/figure/sources.js';
import { journalHash } from '../../apps/cli/src/journal-hash.js';
import { readSweep } from '../../apps/cli/src/report/read.js';
import { chromiumMissing, openChromium } from './chromium.js';
import { fixture, marginalia, onlyLine, type Ended } from './marginalia.js';

let home = '';
let browser: Browser;
let made: Ended;
const page = (): string => join(home, 'report/index.html');
const report = (...args: readonly string[]) => marginalia(['report', ...args], { cwd: home });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'marginalia-report-'));
  for (const name of ['figures.ts', 'failing.ts'])
    await marginalia(['run', fixture(name), '--threads', '1', '--json'], { cwd: home });
  made = await report('results');
  if (chromiumMissing === undefined) browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(home, { recursive: true, force: true });
});

describe('the text of the page', () => {
  it('is written where it is told, and nothing is said beside', () => {
    expect(made).toEqual({ code: 0, err: '', out: 'report/index.html\n' });
  });

  it('draws the verdicts that its table says: runs that failed count in both', async () => {
    const folder = join(home, 'results/failing/quick');
    const cwd = process.cwd();
    process.chdir(home);
    try {
      const { source, claims } = await readSweep(folder, 'report');
      const said = claims.map(({ claim, verdict }) => [claim.id, verdict.verdict]);
      const drawn = async (one: FigureSource) =>
        (await forest.data([one], { by: [] })).rows.map((row) => [row['claim'], row['verdict']]);
      expect(said).toEqual([['fixture/supported', 'inconclusive']]);
      expect(await drawn(source)).toEqual(said);
      expect(await drawn(await readSource(folder, { where: {} }))).toEqual(said);
      // The survivors alone would have settled it.
      expect(await drawn({ ...source, runs: [...source.runs], judging: {} })).toEqual([
        ['fixture/supported', 'supported'],
      ]);
      // Filters that leave the runs of another size out leave its failures out, too.
      expect(await drawn(await readSource(folder, { where: { size: '1' } }))).not.toEqual(said);
    } finally {
      process.chdir(cwd);
    }
  });

  it('is the same in another process, locale and zone', async () => {
    const first = readFileSync(page());
    const other = await marginalia(['report', 'results', '-o', 'other', '--json'], {
      cwd: home,
      env: { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Tokyo' },
    });
    expect(JSON.parse(other.out)).toMatchObject({ written: 'other/index.html' });
    expect(readFileSync(join(home, 'other/index.html')).equals(first)).toBe(true);
    expect(first.length).toBeLessThan(10e6);
  });

  it('puts refuted first and supported last, and says whence it comes', () => {
    const text = readFileSync(page(), 'utf8');
    const verdicts = [...text.matchAll(/<tr data-claim[^>]* data-verdict="(\w+)"/g)].map(([, kind]) => kind);
    const order = ['refuted', 'vacuous', 'inconclusive', 'supported'];
    expect(verdicts).toEqual(verdicts.toSorted((a, b) => order.indexOf(a!) - order.indexOf(b!)));
    expect(verdicts).toContain('refuted');
    expect(verdicts).toContain('supported');
    const { code } = JSON.parse(readFileSync(join(home, 'results/figures/quick/sweep.json'), 'utf8'));
    expect(text).toContain(code);
    expect(text).toMatch(/SHA-256 [0-9a-f]{64} of the sorted checksums/);
    expect(text).toMatch(/commit [0-9a-f]{40}|an installed package/);
    expect(text).not.toContain(process.env['HOSTNAME'] ?? '\u0000');
    expect(text).toContain('npx marginalia replay ');
  });

  it('has the same journal hash however the records were dealt into files', () => {
    const original = join(home, 'results/figures/quick');
    const identity = readIdentity(original)!;
    const [name] = readdirSync(join(original, 'journal')).filter((file) => file.endsWith('.jsonl'));
    const lines = readFileSync(join(original, 'journal', name!), 'utf8')
      .trimEnd()
      .split('\n');
    const dealt = join(home, 'dealt');
    const write = (file: string, some: readonly string[]) =>
      writeFileSync(join(dealt, 'journal', file), `${some.join('\n')}\n`);
    mkdirSync(join(dealt, 'journal'), { recursive: true });
    write('0001.jsonl', lines.slice(5).toReversed());
    write('0002.jsonl', lines.slice(0, 7));
    const hash = journalHash(original, identity);
    expect(readFileSync(page(), 'utf8')).toContain(hash);
    expect(journalHash(dealt, identity)).toBe(hash);
    write('0001.jsonl', lines.slice(8));
    expect(journalHash(dealt, identity)).not.toBe(hash);
  });
});

describe('one clear line', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['nothing', [], 'expected the folder of the results of a sweep, got nothing'],
    ['an empty folder', ['empty'], 'expected results of a sweep in empty, got no sweep.json'],
    ['no folder', ['nowhere'], 'expected results of a sweep in nowhere, got no such folder'],
    ['another version', ['version'], 'to say whose results these are, got something else'],
    ['no run', ['unrun'], 'expected measured runs in unrun, got no run'],
    ['no claim', ['results/plain/quick'], 'expected a sweep that makes claims, got plain'],
    [
      'a file for the output',
      ['results/figures/quick', '-o', 'file'],
      'expected a folder file that can be written',
    ],
    ['no Chromium', ['results', '--format', 'pdf'], 'expected a Chromium for --format pdf'],
  ])('refuses %s', async (what, args, line) => {
    mkdirSync(join(home, 'empty'), { recursive: true });
    writeFileSync(join(home, 'file'), '');
    for (const [name, said] of [
      ['version', '{"format":7}'],
      ['unrun', readFileSync(join(home, 'results/figures/quick/sweep.json'), 'utf8')],
    ] as const) {
      mkdirSync(join(home, name), { recursive: true });
      writeFileSync(join(home, name, 'sweep.json'), said);
    }
    if (what === 'no claim') await marginalia(['run', fixture('plain.js'), '--threads', '1'], { cwd: home });
    const ended = await marginalia(['report', ...args], {
      cwd: home,
      env: { CHROMIUM_PATH: '/nowhere/chromium' },
    });
    if (what === 'no claim') rmSync(join(home, 'results/plain'), { recursive: true });
    expect(ended.code).toBe(2);
    expect(onlyLine(ended)).toContain(line);
  });
});

describe.skipIf(chromiumMissing !== undefined)(`in Chromium ${chromiumMissing ?? ''}`, () => {
  /** What went wrong in a page, and what it asked for. */
  interface Seen {
    readonly errors: string[];
    readonly requests: string[];
  }
  const withPage = async (options: BrowserContextOptions, act: (page: Page, seen: Seen) => Promise<void>) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    try {
      const tab = await context.newPage();
      const seen: Seen = { errors: [], requests: [] };
      tab.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') seen.errors.push(message.text());
      });
      tab.on('pageerror', ({ message }) => seen.errors.push(message));
      tab.on('request', (request) => seen.requests.push(request.url()));
      await context.route('**/*', (route) =>
        /^(?:file|data):/.test(route.request().url()) ? route.continue() : route.abort(),
      );
      await tab.goto(pathToFileURL(page()).href);
      await act(tab, seen);
      expect(seen.errors).toEqual([]);
      expect(seen.requests.filter((url) => !/^(?:file|data):/.test(url))).toEqual([]);
    } finally {
      await context.close();
    }
  };
  const violations = async (tab: Page): Promise<readonly string[]> => {
    await tab.evaluate(axe.source);
    return tab.evaluate(async () => {
      const { axe: judge } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const found = await judge.run();
      return found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
    });
  };

  it('draws every figure, and filters judge and draw anew', async () => {
    await withPage({}, async (tab) => {
      const figures = tab.locator('figure[data-figure]');
      const empty = await figures.evaluateAll((all) =>
        all
          .filter((figure) => figure.querySelectorAll('svg path, svg image, svg rect').length < 5)
          .map(({ id }) => id),
      );
      expect(await figures.count()).toBeGreaterThan(8);
      expect(empty).toEqual([]);
      const figure = tab.locator('figure[data-figure=robust-accuracy] svg');
      await figure.scrollIntoViewIfNeeded();
      const before = await figure.innerHTML();
      const shot = await figure.screenshot();
      // A picture of one colour is a few hundred bytes.
      expect(shot.length).toBeGreaterThan(4000);
      const row = tab.locator('tr[data-claim="fixture/vacuous-at-64"]');
      expect(await row.locator('.chip').textContent()).toContain('supported');
      for (const value of ['128', '256'])
        await tab.locator(`input[name="axis:dimension"][value="${value}"]`).uncheck();
      // Only runs that its assumption shuts out are left.
      expect(await row.locator('.chip').textContent()).toContain('vacuous');
      expect(await tab.locator('#count').textContent()).toMatch(/ of \d+ claims · \d+ of \d+ runs · /);
      await figure.scrollIntoViewIfNeeded();
      await tab.waitForFunction(
        (old) => document.querySelector('figure[data-figure=robust-accuracy] svg')?.innerHTML !== old,
        before,
      );
      await tab.locator('button[type=reset]').click();
      await tab.waitForFunction(
        (old) => document.querySelector('figure[data-figure=robust-accuracy] svg')?.innerHTML === old,
        before,
      );
      expect(await row.locator('.chip').textContent()).toContain('supported');
      await tab.locator('input[name=verdict][value=refuted]').uncheck();
      expect(await tab.locator('tr[data-verdict=refuted]:visible').count()).toBe(0);
    });
  });

  it('leads from a verdict to its claim, by keyboard as well', async () => {
    await withPage({}, async (tab) => {
      const order: string[] = [];
      for (let press = 0; press < 9; press++) {
        await tab.keyboard.press('Tab');
        order.push(
          await tab.evaluate(
            () => document.activeElement?.getAttribute('href') ?? document.activeElement?.id ?? '',
          ),
        );
      }
      expect(order.slice(0, 6)).toEqual([
        '#verdicts',
        '#verdicts',
        '#figures',
        '#claims',
        '#provenance',
        'theme',
      ]);
      const link = tab.locator('tr[data-verdict=refuted] a').first();
      await link.focus();
      await tab.keyboard.press('Enter');
      const target = decodeURIComponent(new URL(tab.url()).hash.slice(1));
      expect(await tab.evaluate((id) => document.getElementById(id)?.tagName, target)).toBe('ARTICLE');
      expect(
        await tab.evaluate(
          (id) => Math.abs(document.getElementById(id)!.getBoundingClientRect().top) < 200,
          target,
        ),
      ).toBe(true);
      expect(await tab.locator('article math').count()).toBeGreaterThan(0);
    });
  });

  it.each(['light', 'dark'] as const)('has no serious fault of access, on %s', async (colorScheme) => {
    await withPage({ colorScheme }, async (tab) => {
      expect(await violations(tab)).toEqual([]);
    });
  });

  it('changes its theme, and draws for a telephone', async () => {
    await withPage({ viewport: { width: 400, height: 800 } }, async (tab) => {
      const ground = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const before = await ground();
      await tab.locator('#theme').click();
      expect(await ground()).not.toBe(before);
      const figure = tab.locator('figure[data-figure=robust-accuracy]');
      await figure.scrollIntoViewIfNeeded();
      await tab.waitForFunction(
        () =>
          Number(document.querySelector('figure[data-figure=robust-accuracy] svg')?.getAttribute('width')) <
          400,
      );
      // Nothing but tables within their own frames is wider than the page.
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    });
  });

  it('stands without its script', async () => {
    await withPage({ javaScriptEnabled: false }, async (tab) => {
      expect(await tab.locator('figure svg').count()).toBeGreaterThan(8);
      expect(await tab.locator('#filters').isVisible()).toBe(false);
      expect(await tab.locator('article').count()).toBeGreaterThan(3);
    });
  });

  it('prints a PDF', async () => {
    const { code, out } = await report('results/figures/quick', '--format', 'pdf', '-o', 'printed');
    expect([code, out]).toEqual([0, 'printed/report.pdf\n']);
    const pdf = join(home, 'printed/report.pdf');
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
    expect(statSync(pdf).size).toBeGreaterThan(20_000);
  });
});
