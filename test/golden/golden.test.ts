/**
 * One tiny run of each sweep, pinned: whatever a change was meant to do, it either leaves these numbers alone or says why
 * not. The bits of a run are the same on every engine (see test/portability); twelve digits are compared, so that a change in
 * the order of a sum is no change in a result.
 *
 * To pin them anew, after a change that is meant to move results:
 *   MARGINALIA_GOLDEN=write npx vitest run golden
 * in `test/`, and read the difference before it is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { performRun, type SweepDefinition } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';
import featureAveraging from '../../sweeps/src/feature-averaging.js';
import featureDecoupling from '../../sweeps/src/feature-decoupling.js';

/** Twelve significant digits. */
const relative = 1e-12;
/** Errors of identities are rounding itself, up to 1e-13. */
const absolute = 1e-12;

type Pinned = Readonly<Record<string, number | readonly number[]>>;

const setting = (width: number, stepSize: number) => ({
  dimension: 64,
  clusters: 4,
  width,
  samples: 40,
  stepSize,
  steps: 100,
  initialisation: 'paper',
  noise: 1,
  frame: 'random',
  assignment: 'iid',
  testPoints: 8,
  trainer: 'auto',
  sampling: 'law',
  precision: 'float64',
});

const runs: readonly (readonly [string, SweepDefinition, ReturnType<typeof setting>])[] = [
  ['feature-averaging', featureAveraging, setting(2, 0.01)],
  ['feature-decoupling', featureDecoupling, setting(1, 0.02)],
];

/** JSON has no word for NaN and infinities. */
const spell = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
const unspell = (_: string, value: unknown): unknown =>
  value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value;

function compare(name: string, got: number, pinned: number): void {
  if (!Number.isFinite(pinned)) expect(got, name).toBe(pinned);
  else {
    const allowed = Math.max(absolute, relative * Math.abs(pinned));
    expect(Math.abs(got - pinned), `${name}: ${got}, pinned ${pinned}`).toBeLessThanOrEqual(allowed);
  }
}

describe.each(runs)('a pinned run of %s', (name, definition, axes) => {
  const file = fileURLToPath(new URL(`${name}.golden.json`, import.meta.url));
  const key = { sweep: name, seed: 'golden', code: 'golden' };
  const measure = async (): Promise<Pinned> => {
    const { outcome } = await performRun(definition, key, { id: 'golden', axes, replicate: 0, cost: 0 });
    if (outcome.kind !== 'measured') throw new Error(`the run failed: ${JSON.stringify(outcome)}`);
    return outcome.measurements;
  };

  it('measures what it measured, to twelve digits', async () => {
    const measured = await measure();
    if (process.env['MARGINALIA_GOLDEN'] === 'write') {
      writeFileSync(file, `${JSON.stringify({ axes, measurements: measured }, spell, 2)}\n`);
    }
    const pinned = JSON.parse(readFileSync(file, 'utf8'), unspell) as {
      readonly axes: unknown;
      readonly measurements: Pinned;
    };
    expect(axes).toEqual(pinned.axes);
    expect(Object.keys(measured).toSorted()).toEqual(Object.keys(pinned.measurements).toSorted());
    for (const [column, value] of Object.entries(pinned.measurements)) {
      const got = measured[column]!;
      if (typeof value === 'number') compare(column, got as number, value);
      else {
        expect(got).toHaveLength(value.length);
        value.forEach((one, i) => compare(`${column}[${i}]`, (got as readonly number[])[i]!, one));
      }
    }
  });

  it('measures the same bits twice', async () => {
    expect(await measure()).toEqual(await measure());
  });
});
