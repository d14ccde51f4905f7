/** Which field of a run's content makes it another run, told against journals that differ in one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CellReasons, planWhere, type Why, whyComputed } from '@marginalia/sweep';
import { afterAll, describe, expect, it } from 'vitest';
import { run, tinyPlan } from './tiny.js';

const kinds = (cells: readonly CellReasons[]): Why['kind'][] =>
  cells.flatMap(({ runs }) => runs.map(({ why }) => why.kind));
const fields = (cells: readonly CellReasons[]): string[] =>
  cells.flatMap(({ runs }) => runs.map(({ why }) => (why.kind === 'changed' ? why.fields.join() : why.kind)));

describe('why a run is computed', async () => {
  const out = mkdtempSync(join(tmpdir(), 'marginalia-'));
  afterAll(() => rmSync(out, { recursive: true, force: true }));
  const asked = tinyPlan({ set: { dimension: '2,4' } });
  await run(asked, { out });

  it('is not asked of one that is there', () => {
    expect(new Set(kinds(whyComputed(asked, out)))).toEqual(new Set(['there']));
  });

  it.each([
    [{ code: 'other' }, 'code'],
    [{ seed: 'other' }, 'seed'],
    [{ code: 'other', seed: 'other' }, 'code,seed'],
  ])('is %j that changed: %s', (changed, said) => {
    const other = tinyPlan({ set: { dimension: '2,4' }, ...changed });
    expect(new Set(fields(whyComputed(other, out)))).toEqual(new Set([said]));
  });

  it('is the environment, where its facts changed alone', () => {
    const facts = { backend: 'wasm' };
    const runs = asked.runs.map((one) => ({ ...one, id: `${one.id.slice(1)}0`, facts }));
    const [first] = whyComputed({ ...asked, runs }, out);
    expect(first?.runs[0]?.why).toEqual({
      kind: 'changed',
      fields: ['facts'],
      earlier: { id: asked.runs[0]?.id, code: 'test', seed: '1', facts: {} },
    });
  });

  it('is that nobody ran it: a replicate more, or a cell, of which the nearest is named', () => {
    const more = tinyPlan({ set: { dimension: '2' }, replicates: 4 });
    expect(kinds(whyComputed(planWhere(more, 'budget=1'), out))).toEqual([
      'there',
      'there',
      'there',
      'never',
    ]);
    const [cell] = whyComputed(tinyPlan({ set: { dimension: '4', budget: '2' } }), out);
    expect(cell?.nearest).toEqual({ budget: 0.5 });
    expect(new Set(kinds(cell ? [cell] : []))).toEqual(new Set(['never']));
  });

  it('is that it failed', async () => {
    const failing = tinyPlan({ set: { dimension: '2', budget: '1', trouble: 'throws' }, replicates: 1 });
    await run(failing, { out });
    const [cell] = whyComputed(failing, out);
    expect(cell?.runs[0]?.why).toEqual({ kind: 'failed', failure: 'threw' });
    expect(cell?.nearest).toBeUndefined();
  });

  it('is of no folder at all that everything is new', () => {
    const cells = whyComputed(asked, `${out}/nowhere`);
    expect(new Set(kinds(cells))).toEqual(new Set(['never']));
    expect(cells.every(({ nearest }) => nearest === undefined)).toBe(true);
  });
});
