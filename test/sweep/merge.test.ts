/** Folders of one sweep, merged into one. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AxisValue,
  compact,
  DeterminismAlarm,
  type JournalRecord,
  merge,
  readResults,
  type SweepIdentity,
} from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folder, journalNames, lines, run, tinyPlan } from './tiny.js';
import { failed, identity, journals, measured, recordFor, text, whole, written } from './written.js';

/** Every file of a folder, by its name. */
const contents = (out: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(out, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.\w+$/.test(name))
      .sort()
      .map((name) => [name, readFileSync(join(out, name), 'latin1')]),
  );

const standing = (out: string): SweepIdentity =>
  JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8')) as SweepIdentity;

/** Four folders: shards with an overlap, a failure that another folder mended, a torn end. */
function shards(records: readonly JournalRecord[] = whole()): string[] {
  const part = (at: number): readonly JournalRecord[] => records.filter((_, i) => i % 3 === at);
  const mended = { ...(part(0)[1] as JournalRecord), outcome: failed('once') };
  const folders = [
    written([part(0)]),
    written([part(1).slice(0, 2), part(1).slice(1)]),
    written([part(2)]),
    written([[mended, ...part(2).slice(0, 1)]]),
  ];
  appendFileSync(join(folders[2] as string, 'journal/0001.jsonl'), text(records).slice(0, 99));
  return folders;
}

describe('merged folders', () => {
  it('hold every record once, in the same files whatever their order, and again when merged again', async () => {
    await fc.assert(
      fc.asyncProperty(
        journals,
        fc.infiniteStream(fc.nat(2)),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.integer({ min: 1, max: 2000 }),
        async (records, lots, order, roll) => {
          const dealt: JournalRecord[][] = [[], [], []];
          for (const record of [...records, ...records.slice(0, 4)])
            dealt[lots.next().value ?? 0]?.push(record);
          const folders = dealt.map((list) => written([list]));
          const [one, other] = [folder(), folder()];
          const made = merge(folders, { out: one, roll });
          expect([made.copied, made.measured + made.failed]).toEqual([records.length, records.length]);
          merge(
            order.map((at) => folders[at] as string),
            { out: other, roll },
          );
          expect(contents(other)).toEqual(contents(one));
          const before = contents(one);
          expect(merge([...folders, one], { out: one, roll })).toMatchObject({ copied: 0, folders: 3 });
          expect(contents(one)).toEqual(before);
          expect(lines(one)).toEqual([...new Set(folders.flatMap(lines))].sort());
          const [alone, together] = await Promise.all([compact(written([records])), compact(one)]);
          expect(readFileSync(together.files[0] ?? '').equals(readFileSync(alone.files[0] ?? ''))).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('say what was copied, what was there, and what was torn', () => {
    const [first = '', ...others] = shards();
    const made = merge(
      [first, ...others, join(others[0] ?? '', '..', relative(join(others[0] ?? '', '..'), others[0] ?? ''))],
      { out: first },
    );
    // 8 of 24 are there; the failure of a measured run comes along.
    expect(made).toEqual({
      folders: 3,
      copied: 17,
      measured: 24,
      failed: 0,
      setAside: 0,
      torn: 1,
      corrupted: 0,
    });
    expect(readResults(first)).toMatchObject({ failures: [], setAside: 0 });
    expect(readResults(first).records.map(({ id }) => id)).toEqual(
      readResults(written([whole()])).records.map(({ id }) => id),
    );
  });

  it('leave records of another seed or code where they are', () => {
    const axes = { dimension: 2, radius: 1, trainer: 'gram' };
    const other = [
      recordFor(axes, 0, measured({ margin: 1 }), { seed: '9' }),
      recordFor(axes, 0, measured({ margin: 1 }), { code: 'older' }),
    ];
    const out = folder();
    expect(merge([written([whole(), other])], { out })).toMatchObject({ copied: 24, setAside: 2 });
  });

  it('have one grid: values united, the most replicates, the first preset', () => {
    const values = (dimension: readonly AxisValue[]): Partial<SweepIdentity> => ({
      values: { ...identity.values, dimension },
    });
    const parts: readonly Partial<SweepIdentity>[] = [
      { ...values([8, 2]), replicates: 2, reference: './b.ts' },
      { ...values([2]), replicates: 5, preset: 'full', reference: './a.ts' },
    ];
    const [one, other] = [folder(), folder()];
    const folders = parts.map((part) => written([], part));
    merge(folders, { out: one });
    merge(folders.toReversed(), { out: other });
    expect(standing(one)).toEqual({ ...identity, preset: 'full', replicates: 5, reference: './a.ts' });
    expect(standing(other)).toEqual(standing(one));
    merge([written([], { ...values([16, 4]), preset: 'quick' })], { out: one });
    // No list has them all: by size. Texts are left alone.
    expect(standing(one)).toMatchObject({
      preset: 'full',
      values: { ...identity.values, dimension: [2, 4, 8, 16] },
    });
  });

  it('keep the target’s own records, also those that a writer did not finish naming', () => {
    const out = folder();
    mkdirSync(join(out, 'journal'));
    // Killed before sweep.json: records, and no word of whose they are.
    writeFileSync(join(out, 'journal/0001.jsonl'), text(whole().slice(0, 5)));
    expect(merge(shards(), { out })).toMatchObject({ copied: 20, measured: 24 });
    expect(lines(out)).toHaveLength(25);
  });

  it('raise the determinism alarm before anything is written', () => {
    const [record, ...rest] = whole() as [JournalRecord, ...JournalRecord[]];
    const other = { ...record, outcome: measured({ margin: 0, losses: [1, 0] }) };
    const [a, b, out] = [written([[record, ...rest]]), written([[other]]), join(folder(), 'merged')];
    expect(() => merge([a, b], { out })).toThrow(DeterminismAlarm);
    for (const named of [
      record.id,
      join(a, 'journal/0001.jsonl'),
      join(b, 'journal/0001.jsonl'),
      /margin was 3\.6\d*, is 0/,
    ])
      expect(() => merge([a, b], { out })).toThrow(named);
    expect(existsSync(out)).toBe(false);
    expect(() => merge([b], { out: a })).toThrow(DeterminismAlarm);
  });

  it.each([
    [
      'sweep',
      'other',
      /results of one sweep, got sweep (written|other) in \/.* and sweep (written|other) in \//,
    ],
    ['seed', '2', /got seed [12] in \/.* and seed [12] in \/.*; try/],
    ['code', 'deadbeef', /got code (c0de|deadbeef) in \/.* and code (c0de|deadbeef) in \//],
  ])('are refused when they are of another %s, in one line that names both', (field, value, said) => {
    const out = folder();
    const [a, b] = [written([whole()]), written([], { [field]: value })];
    expect(() => merge([a, b], { out })).toThrow(said);
    expect(() => merge([a], { out: b })).toThrow(said);
    expect(readdirSync(out)).toEqual([]);
    expect(() => merge([a, folder()], { out })).toThrow('no sweep.json');
  });

  it('are what one session would have left', async () => {
    const [all, low, high] = [
      tinyPlan(),
      tinyPlan({ set: { dimension: '2,4' } }),
      tinyPlan({ set: { dimension: '8' } }),
    ];
    const [whole_, a, b, out] = [folder(), folder(), folder(), folder()];
    await Promise.all([run(all, { out: whole_ }), run(low, { out: a }), run(high, { out: b })]);
    merge([b, a], { out });
    expect(lines(out)).toEqual(lines(whole_));
    // What was typed differs, and how many cells that makes is the sweep's to say.
    const { set: _, cells: __, ...said } = standing(whole_);
    expect(standing(out)).toEqual(said);
    const copy = folder();
    cpSync(whole_, copy, { recursive: true });
    merge([whole_, copy], { out: join(copy, 'merged') });
    expect(standing(join(copy, 'merged'))).toEqual(standing(whole_));
    expect((await run(all, { out })).computed).toBe(0);
    const [one, other] = await Promise.all([compact(whole_), compact(out)]);
    one.files.forEach((file, at) =>
      expect(readFileSync(other.files[at] ?? '').equals(readFileSync(file))).toBe(true),
    );
  });

  it('are the same folder when the merge was killed before any of its steps and done again', () => {
    const many = Array.from({ length: 60 }, (_, at) =>
      recordFor({ dimension: at, radius: 1, trainer: 'gram' }, 0, measured({ margin: at / 7 })),
    );
    const folders = [written([many.slice(0, 40)]), written([many.slice(30)])];
    const roll = 4000;
    const wanted = folder();
    merge(folders, { out: wanted, roll });
    expect(journalNames(wanted).length).toBeGreaterThan(3);
    const child = fileURLToPath(new URL('./fixtures/merger.js', import.meta.url));
    const merging = (out: string, until: number): SpawnSyncReturns<string> =>
      spawnSync(process.execPath, [child, out, String(roll), String(until), ...folders], {
        encoding: 'utf8',
      });
    const steps = Number(merging(folder(), 1e9).stdout);
    expect(steps).toBeGreaterThan(20);
    // The first file begins, is locked, written, renamed, unlocked; one in the middle; the last, and sweep.json.
    for (const until of [2, 4, 5, 7, Math.floor(steps / 2), steps - 1]) {
      const out = folder();
      expect([until, merging(out, until).signal]).toEqual([until, 'SIGKILL']);
      merge(folders, { out, roll });
      // A draft of sweep.json has a name of its own, and may stay.
      const lasting = Object.entries(contents(out)).filter(([name]) => !/^sweep\.json\../.test(name));
      expect(Object.fromEntries(lasting)).toEqual(contents(wanted));
    }
  });
});
