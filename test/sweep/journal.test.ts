import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput, canonical } from '@marginalia/core';
import { DeterminismAlarm, plan, readResults } from '@marginalia/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
// Tests doctor records, so they must sign them too; nobody else may.
import { encode } from '../../packages/sweep/src/journal/record.js';
import { folder, journalNames, lines, run, tiny, tinyPlan } from './tiny.js';

/** Four runs on one thread: in the journal in plan order, for they cost the same. */
const four = tinyPlan({ set: { dimension: '2', budget: '1' }, replicates: 4 });
/** All but the last of them. */
const three = tinyPlan({ set: { dimension: '2', budget: '1' }, replicates: 3 });

let journal: Buffer;
let identity: Buffer;

beforeAll(async () => {
  const out = mkdtempSync(join(tmpdir(), 'marginalia-'));
  await run(four, { out, threads: 1 });
  journal = readFileSync(join(out, 'journal/0001.jsonl'));
  identity = readFileSync(join(out, 'sweep.json'));
  rmSync(out, { recursive: true });
});

function laidOut(contents: Buffer | string = journal): { readonly out: string; readonly file: string } {
  const out = folder();
  mkdirSync(join(out, 'journal'));
  writeFileSync(join(out, 'sweep.json'), identity);
  const file = join(out, 'journal/0001.jsonl');
  writeFileSync(file, contents);
  return { out, file };
}

type Doctored = Record<string, unknown> & Record<'axes' | 'outcome', unknown>;

/** A text with the checksum that a journal would give it. */
const sign = (text: string): string =>
  `${text},"check":"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"}`;

const signed = (record: Readonly<Record<string, unknown>>): string => sign(canonical(record).slice(0, -1));

async function mistakeOf(running: Promise<unknown>): Promise<BadInput> {
  const error: unknown = await running.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof BadInput)) throw new Error(`no mistake was seen but ${String(error)}`);
  expect(error.message).not.toContain('\n');
  return error;
}

describe('a journal', () => {
  it('has one file a session, one line a run, and no lock left behind', () => {
    const text = journal.toString();
    expect(text.endsWith('\n')).toBe(true);
    expect(text.trimEnd().split('\n')).toHaveLength(4);
    for (const line of text.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('check');
  });

  it('gives back every number as it was measured, non-finite ones too', async () => {
    const { out } = laidOut();
    const [first] = readResults(out).records;
    expect(first?.outcome).toMatchObject({
      kind: 'measured',
      measurements: { absent: Number.NaN, beyond: [Infinity, -Infinity, 0], budget: 1 },
    });
    const fresh = await run(three, { out: folder() });
    expect(readResults(out).records.slice(0, 3)).toEqual(fresh.records);
  });

  it('torn at any byte of its last record gives that record up and no other, and is mended on opening', async () => {
    const last = journal.lastIndexOf(10, journal.length - 2) + 1;
    expect(journal.length - last).toBeGreaterThan(200);
    const { out, file } = laidOut();
    for (let length = last; length < journal.length; length++) {
      writeFileSync(file, journal.subarray(0, length));
      // The record is whole when only its newline is missing: nothing that was journaled is lost.
      const whole = length === journal.length - 1;
      const torn = length === last || whole ? 0 : 1;
      const seen = readResults(out);
      expect([length, seen.records.length, seen.torn, seen.corrupted]).toEqual([
        length,
        whole ? 4 : 3,
        torn,
        0,
      ]);
      expect(readFileSync(file)).toHaveLength(length);
      const execution = await run(three, { out });
      expect([execution.computed, execution.reused, execution.torn, execution.setAside]).toEqual([
        0,
        3,
        torn,
        whole ? 1 : 0,
      ]);
      expect(readFileSync(file).equals(whole ? journal : journal.subarray(0, last))).toBe(true);
      expect(readResults(out).torn).toBe(0);
    }
  });

  it('computes a torn run again, to the same bytes', async () => {
    const { out, file } = laidOut();
    truncateSync(file, journal.length - 40);
    const execution = await run(four, { out });
    expect([execution.computed, execution.reused, execution.torn]).toEqual([1, 3, 1]);
    expect(lines(out)).toEqual(journal.toString().trimEnd().split('\n').sort());
  });

  it('whose tail was never written (zeros, after a power loss) is cut there', async () => {
    const { out, file } = laidOut(Buffer.concat([journal, Buffer.alloc(100)]));
    expect((await run(four, { out })).torn).toBe(1);
    expect(readFileSync(file).equals(journal)).toBe(true);
  });

  it('of a writer that still lives is left alone, its torn tail skipped', async () => {
    const torn = journal.subarray(0, journal.length - 40);
    const { out, file } = laidOut(torn);
    const lock = join(out, 'journal/0001.lock');
    for (const owner of [
      { pid: process.pid, host: hostname() },
      { pid: 1, host: 'elsewhere' },
    ]) {
      writeFileSync(lock, JSON.stringify(owner));
      const execution = await run(three, { out });
      expect([execution.reused, execution.torn]).toEqual([3, 1]);
      expect(readFileSync(file).equals(torn)).toBe(true);
    }
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(lock, JSON.stringify({ pid, host: hostname() }));
    await run(three, { out });
    expect(journalNames(out)).toEqual(['0001.jsonl']);
    expect(readFileSync(file).length).toBeLessThan(torn.length);
  });

  it('never uses a line whose bytes have changed: skipped, counted, computed again', async () => {
    const text = journal.toString();
    const { out, file } = laidOut();
    const digit = text.indexOf('"mean":') + 9;
    for (const at of [0, 40, digit, text.indexOf('"check"') + 10, text.indexOf('\n') - 1]) {
      const flipped = Buffer.from(journal);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      writeFileSync(file, flipped);
      const seen = readResults(out);
      expect([at, seen.records.length, seen.corrupted, seen.torn]).toEqual([at, 3, 1, 0]);
    }
    const execution = await run(four, { out });
    expect([execution.computed, execution.corrupted]).toEqual([1, 1]);
    expect(execution.records).toHaveLength(4);
  });

  it.each<readonly [string, (record: Doctored) => void]>([
    ['another axis value', (record) => (record.axes = { ...four.runs[0]?.axes, budget: 7 })],
    ['another replicate', (record) => (record['replicate'] = 9)],
    ['facts that its run had not', (record) => (record['facts'] = { backend: 'wasm' })],
    ['no axes', (record) => (record.axes = null)],
    ['no measurements', (record) => (record.outcome = { kind: 'measured', measurements: null })],
    [
      'a word for a measurement',
      (record) => (record.outcome = { kind: 'measured', measurements: { mean: 'one' } }),
    ],
    ['a digit spelled', (record) => (record.outcome = { kind: 'measured', measurements: { mean: '1' } })],
    [
      'a hole in a list',
      (record) => (record.outcome = { kind: 'measured', measurements: { draws: [1, null] } }),
    ],
    ['failed without failure', (record) => (record.outcome = { kind: 'failed' })],
    ['no outcome', (record) => (record.outcome = [])],
  ])('never uses a signed line with %s', async (_, doctor) => {
    const [first = '', ...rest] = journal.toString().trimEnd().split('\n');
    const { check: _check, ...record } = JSON.parse(first) as Doctored;
    doctor(record);
    const { out } = laidOut(`${[signed(record), ...rest].join('\n')}\n`);
    const seen = readResults(out);
    expect([seen.records.length, seen.corrupted]).toEqual([3, 1]);
    const execution = await run(four, { out });
    expect([execution.computed, execution.reused, execution.corrupted]).toEqual([1, 3, 1]);
  });

  it('never uses a signed line that is no JSON', () => {
    const { out } = laidOut(Buffer.concat([Buffer.from(`${sign('{"axes":{')}\n`), journal]));
    expect([readResults(out).records.length, readResults(out).corrupted]).toEqual([4, 1]);
  });

  it('holds the facts of an environment where there are any, and knows its runs by them', async () => {
    expect(journal.toString()).not.toContain('"facts"');
    const out = folder();
    const set = { dimension: '2', budget: '1' };
    const facts = { backend: 'wasm' };
    const asked = plan({ ...tiny, environment: () => ({ facts }) }, { code: 'test', set });
    await run(asked, { out });
    expect(readResults(out).records.map((record) => record.facts)).toEqual([facts, facts, facts]);
    expect((await run(asked, { out })).reused).toBe(3);
    const file = join(out, 'journal/0001.jsonl');
    const [first = ''] = readFileSync(file, 'utf8').split('\n');
    const { check: _check, facts: _facts, ...bare } = JSON.parse(first) as Doctored;
    writeFileSync(file, `${signed(bare)}\n`);
    expect([readResults(out).records.length, readResults(out).corrupted]).toEqual([0, 1]);
  });

  it.each([
    ['lines of something else', 'time,value\n1,2\n'],
    ['one line of something else, unended', 'hello'],
    ['JSON of something else', '{"a":1}\n'],
  ])('that is foreign (%s) is refused and left as it is', async (_, contents) => {
    const { out, file } = laidOut(contents);
    expect((await mistakeOf(run(four, { out }))).message).toContain('a foreign journal');
    expect(() => readResults(out)).toThrow(BadInput);
    expect(readFileSync(file, 'utf8')).toBe(contents);
    expect(readFileSync(join(out, 'sweep.json')).equals(identity)).toBe(true);
  });

  it('ignores what lies beside it under other names', async () => {
    const { out } = laidOut();
    writeFileSync(join(out, 'journal/notes.txt'), 'mine');
    expect((await run(four, { out })).computed).toBe(0);
  });

  it('raises a determinism alarm when one run was measured twice with different bytes', async () => {
    const { out } = laidOut();
    const [record] = readResults(out).records;
    if (record?.outcome.kind !== 'measured') throw new Error('nothing measured');
    const doctored = {
      ...record,
      outcome: { kind: 'measured', measurements: { ...record.outcome.measurements, mean: 0 } },
    } as const;
    writeFileSync(join(out, 'journal/0002.jsonl'), `${encode(doctored)}\n`);
    const alarm = await mistakeOf(run(four, { out }));
    expect(alarm).toBeInstanceOf(DeterminismAlarm);
    for (const named of [record.id, '0001.jsonl', '0002.jsonl', 'determinism alarm'])
      expect(alarm.message).toContain(named);
    expect(() => readResults(out)).toThrow(DeterminismAlarm);
  });

  it('is at peace with one run measured twice to the same bytes, and with a failure beside it', async () => {
    const { out, file } = laidOut();
    copyFileSync(file, join(out, 'journal/0002.jsonl'));
    const [record] = readResults(out).records;
    if (!record) throw new Error('nothing measured');
    appendFileSync(
      join(out, 'journal/0002.jsonl'),
      `${encode({ ...record, outcome: { kind: 'failed', failure: { kind: 'threw', message: 'later' } } })}\n`,
    );
    const results = readResults(out);
    expect([results.records.length, results.failures.length]).toEqual([4, 0]);
    expect((await run(four, { out })).computed).toBe(0);
  });
});

describe('an output folder', () => {
  it('that is another sweep’s is refused', async () => {
    const { out } = laidOut();
    writeFileSync(join(out, 'sweep.json'), identity.toString().replace('"sweep": "tiny"', '"sweep": "huge"'));
    expect((await mistakeOf(run(four, { out }))).message).toContain('which holds huge');
    expect(() => readResults(out)).toThrow(/foreign journal, of tiny/);
  });

  it.each(['not json', '[]', '{"sweep":1}'])('whose sweep.json is %s is refused', async (text) => {
    const { out } = laidOut();
    writeFileSync(join(out, 'sweep.json'), text);
    expect((await mistakeOf(run(four, { out }))).message).toContain('sweep.json');
  });

  it('that is a file, or lies below one, is refused', async () => {
    const { file } = laidOut();
    for (const out of [file, join(file, 'below')]) {
      expect((await mistakeOf(run(four, { out }))).message).toContain('a file in its place');
    }
  });

  it('that cannot be written is refused before anything runs', async () => {
    // The kernel's own folders refuse even the superuser.
    expect((await mistakeOf(run(four, { out: '/proc/self/results' }))).message).toContain('an output folder');
    const out = folder();
    chmodSync(out, 0o500);
    if (process.getuid?.() !== 0)
      expect((await mistakeOf(run(four, { out }))).message).toContain('no permission');
  });

  it('without results has none to read', () => {
    expect(() => readResults(folder())).toThrow(/results of a sweep/);
    expect(() => readResults(join(folder(), 'nowhere'))).toThrow(BadInput);
  });

  it('reads back in grid order what several plans put there, and sets other code and seeds aside', async () => {
    const out = folder();
    await run(tinyPlan({ set: { dimension: '4', budget: '1' } }), { out });
    await run(tinyPlan({ set: { dimension: '8,2', budget: '1' }, code: 'edited' }), { out });
    await run(tinyPlan({ set: { dimension: '8,2', budget: '1' } }), { out });
    const results = readResults(out);
    expect(results.records.map(({ axes, replicate }) => [axes['dimension'], replicate])).toEqual(
      [8, 2, 4].flatMap((dimension) => [0, 1, 2].map((replicate) => [dimension, replicate])),
    );
    expect(results.setAside).toBe(6);
    expect(results.identity).toMatchObject({
      sweep: 'tiny',
      preset: 'quick',
      values: { dimension: [8, 2], budget: [1] },
      reference: 'tiny',
    });
  });
});
