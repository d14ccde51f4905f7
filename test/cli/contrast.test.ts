import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture, marginalia, onlyLine } from './marginalia.js';

const dir = 'results/paired/quick';
let cwd = '';

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
  await marginalia(['run', fixture('paired.ts')], { cwd });
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Row {
  readonly size?: number;
  readonly measurement: string;
  readonly units: number;
  readonly difference: number;
  readonly difference_se: number;
  readonly unpaired_se: number;
  readonly worth: number;
}

describe('table --contrast', () => {
  it('shows the effect that the data hide, and what pairing is worth', async () => {
    const { out, code } = await marginalia(['table', dir, '--contrast', 'trainer', '--format', 'json'], {
      cwd,
    });
    const rows = JSON.parse(out) as readonly Row[];
    const x = rows.find(({ measurement }) => measurement === 'x') as Row;
    expect(x).toMatchObject({ trainer: 'other', against: 'plain', units: 24, unpaired: 0 });
    expect(Math.abs(x.difference - 0.5)).toBeLessThan(5 * x.difference_se);
    expect(x.difference_se).toBeLessThan(0.01);
    expect(x.unpaired_se).toBeGreaterThan(0.1);
    // Two units of variance against 2e-4, from 24 of each.
    expect(x.worth).toBeGreaterThan(1000);
    expect(rows.map(({ measurement }) => measurement)).toEqual(['x', 'aside']);
    expect(code).toBe(0);
  });

  it('shows people the headline alone, and takes another baseline and a row a size', async () => {
    const asked = ['table', dir, '--contrast', 'trainer', '--baseline', 'other'];
    const page = (await marginalia(asked, { cwd })).out;
    expect(page).toMatch(/plain +\| other +\| x +\| +24 \| +0 \| +-0\.\d+ ± /);
    expect(page).not.toContain('aside');
    const rows = JSON.parse(
      (await marginalia([...asked, '--by', 'size', '--format', 'json'], { cwd })).out,
    ) as readonly Row[];
    expect(rows.map(({ size, units }) => [size, units])).toEqual([
      [1, 12],
      [1, 12],
      [2, 12],
      [2, 12],
    ]);
  });

  it.each([
    [['--contrast', 'size'], /size, which keys the random numbers.*try .*--contrast trainer or .*--by size/],
    [['--contrast', 'trainr'], /expected an axis of paired \(size, trainer\)/],
    [['--contrast', 'trainer', '--baseline', 'best'], /value of trainer \(plain, other\), got "best"/],
    [['--contrast', 'trainer', '--runs'], /--runs or --contrast/],
    [['--baseline', 'plain'], /--contrast beside --baseline/],
  ])('refuses %j in one line', async (flags, line) => {
    const ended = await marginalia(['table', dir, ...flags], { cwd });
    expect(onlyLine(ended)).toMatch(line);
    expect(ended.code).toBe(2);
  });
});
