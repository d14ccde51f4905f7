/** Folders of results written by hand: what an engine would have left, and what none would. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord, Outcome, SweepIdentity, SweepKey } from '@marginalia/sweep';
import fc from 'fast-check';
// Nobody else may name and sign records.
import { runId } from '../../packages/sweep/src/identity.js';
import { encode } from '../../packages/sweep/src/journal/record.js';
import { folder } from './tiny.js';

export const key: SweepKey = { sweep: 'written', seed: '1', code: 'c0de' };

export const identity: SweepIdentity = {
  ...key,
  preset: 'quick',
  axisNames: ['dimension', 'radius', 'trainer'],
  keyingAxes: ['dimension'],
  headline: ['margin'],
  values: { dimension: [8, 2], radius: [1, 0.5], trainer: ['descent', 'gram'] },
  replicates: 3,
  reference: 'written',
};

export function recordFor(
  axes: JournalRecord['axes'],
  replicate: number,
  outcome: Outcome,
  of: Partial<SweepKey> & Pick<JournalRecord, 'facts'> = {},
): JournalRecord {
  const { facts, ...rest } = of;
  const run = { axes, replicate, ...(facts === undefined ? {} : { facts }) };
  return { id: runId({ ...key, ...rest }, run), ...key, ...rest, ...run, outcome };
}

export const measured = (measurements: Extract<Outcome, { kind: 'measured' }>['measurements']): Outcome => ({
  kind: 'measured',
  measurements,
});

export const failed = (message: string, kind: 'threw' | 'timed-out' = 'threw'): Outcome => ({
  kind: 'failed',
  failure: { kind, message },
});

/** Every cell of `identity`, three replicates each; what they measured is a function of the cell and `salt`. */
export const whole = (salt = 0): readonly JournalRecord[] =>
  [8, 2].flatMap((dimension) =>
    [1, 0.5].flatMap((radius) =>
      ['descent', 'gram'].flatMap((trainer) =>
        [0, 1, 2].map((replicate) =>
          recordFor({ dimension, radius, trainer }, replicate, {
            kind: 'measured',
            measurements: { margin: dimension / 3 + radius + replicate / 7 + salt, losses: [1, replicate] },
          }),
        ),
      ),
    ),
  );

export const text = (records: readonly JournalRecord[]): string =>
  records.map((record) => `${encode(record)}\n`).join('');

/** A folder with a journal file for each list of records. */
export function written(
  files: readonly (readonly JournalRecord[])[],
  standing: Partial<SweepIdentity> = {},
): string {
  const out = folder();
  mkdirSync(join(out, 'journal'));
  writeFileSync(join(out, 'sweep.json'), JSON.stringify({ ...identity, ...standing }));
  files.forEach((records, at) =>
    writeFileSync(join(out, 'journal', `${String(at + 1).padStart(4, '0')}.jsonl`), text(records)),
  );
  return out;
}

const double = fc.double({ noDefaultInfinity: false, noNaN: false }).map((value) => value + 0);

/** Outcomes of any shape that a run may give: names from a few, so that runs lack each other's. */
const outcomes: fc.Arbitrary<Outcome> = fc
  .oneof(
    { weight: 4, arbitrary: fc.dictionary(fc.constantFrom('margin', 'id', 'loss', 'λ', '__n'), double) },
    {
      weight: 2,
      arbitrary: fc.dictionary(
        fc.constantFrom('margin', 'curve', 'curve.at'),
        fc.array(double, { maxLength: 4 }),
      ),
    },
  )
  .map(measured);

const failures: fc.Arbitrary<Outcome> = fc
  .tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom('threw' as const, 'timed-out' as const))
  .map(([message, kind]) => failed(message, kind));

/** Distinct runs of any axes, some failed. */
export const journals: fc.Arbitrary<readonly JournalRecord[]> = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(2, 8, 16),
      fc.constantFrom(0.5, 1, 3),
      fc.constantFrom('descent', 'gram', 'tf,"js"\n'),
      fc.nat(4),
    ),
    { minLength: 1, maxLength: 24, selector: (one) => JSON.stringify(one) },
  )
  .chain((settings) =>
    fc
      .array(fc.oneof({ weight: 5, arbitrary: outcomes }, { weight: 1, arbitrary: failures }), {
        minLength: settings.length,
        maxLength: settings.length,
      })
      .map((ends) =>
        settings.map(([dimension, radius, trainer, replicate], at) =>
          recordFor({ dimension, radius, trainer }, replicate, ends[at] as Outcome),
        ),
      ),
  );
