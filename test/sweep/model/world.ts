/** Folders of one sweep and all that befalls them. After every event it is checked that nothing was lost, changed or miscounted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BadInput } from '@marginalia/core';
import {
  merge,
  type PlanOptions,
  type Shard,
  shardOf,
  type Status,
  statusOf,
  type SweepIdentity,
} from '@marginalia/sweep';
import { assert } from 'vitest';
// Nobody else may write journals.
import { JournalWriter } from '../../../packages/sweep/src/journal/writer.js';
import type { Cluster } from '../../slurm/cluster.js';
import type { RedisServer } from '../redis.js';
import { driveApart, driveBySlurm, driveHere, type Driver, type End } from './driver.js';
import { counts, identityText, journalPaths, type Line, naively, type Reading } from './naive.js';
import { bytesOf, planned, truth, undisturbedBytes } from './truth.js';

export interface Begun {
  readonly where: number;
  readonly asked: PlanOptions;
  readonly shard: Shard | undefined;
  readonly threads: number;
  /** `there`: another process, that can be killed. `fleet`: such a process, and workers. `slurm`: an array of jobs. */
  readonly by: 'here' | 'there' | 'fleet' | 'slurm';
}

/** What goes wrong in the runs of a dimension. */
export type Trouble = 'throws' | 'exits';

/** Cut off; zeros after the end, or in place of it, as after a power loss; a byte changed. */
export type Damage = 'tear' | 'zeros' | 'zero-fill' | 'flip';

/** Folders: the first is the one that counts, the others are merged into it. */
export const places = 3;

/** An end that is awaited and does not come is a failure; long enough for a machine that has other work. */
const patienceMs = 90_000;

export class World {
  readonly #root = mkdtempSync(join(tmpdir(), 'marginalia-life-'));
  readonly #redis: RedisServer | undefined;
  readonly #cluster: Cluster | undefined;
  /** Measured runs that were seen in each folder: there they stay. */
  readonly #seen: Set<string>[] = Array.from({ length: places }, () => new Set());
  readonly #trouble = new Map<number, Trouble>();
  /** Dimensions that were ever in trouble. */
  readonly #troubled = new Set<unknown>();
  readonly #drivers: { readonly driver: Driver; readonly begun: Begun; readonly troubled: Set<unknown> }[] =
    [];
  /** Drivers in whose life the broker died. */
  readonly #brokerless = new Set<Driver>();
  readonly #workers: ChildProcess[] = [];

  constructor({ redis, cluster }: { readonly redis?: RedisServer; readonly cluster?: Cluster } = {}) {
    this.#redis = redis;
    this.#cluster = cluster;
    process.env['LIFE_TROUBLE'] = join(this.#root, 'trouble.json');
  }

  out(where: number): string {
    return join(this.#root, `results-${where}`);
  }

  begin(begun: Begun): void {
    const { where, asked, shard, threads, by } = begun;
    const redis = by === 'fleet' ? this.#redis?.url : undefined;
    if (by === 'fleet') while (this.#workers.length < 2) this.#work();
    const drive = { out: this.out(where), asked, shard, threads, redis };
    const driver =
      by === 'slurm' && this.#cluster
        ? driveBySlurm(this.#cluster, drive)
        : by === 'here'
          ? driveHere(drive)
          : driveApart(drive);
    this.#drivers.push({ driver, begun, troubled: new Set(this.#trouble.keys()) });
  }

  /** Until the folder of the driver holds so many more measured runs, or the driver has ended; and then a moment. */
  async until(which: number, more: number, ms: number): Promise<void> {
    const one = this.#drivers[which % this.#drivers.length];
    if (!one) return;
    const out = this.out(one.begun.where);
    const enough = naively(out).measured.size + more;
    await within(`${more} more runs`, async () => {
      while (one.driver.lives() && naively(out).measured.size < enough) await pause(10);
    });
    await pause(ms);
  }

  async end(which: number, how: End): Promise<void> {
    const [one] = this.#drivers.splice(which % this.#drivers.length, 1);
    if (!one) return;
    const { driver, begun, troubled } = one;
    const said = await within(`a driver to ${how}`, async () => driver.end(how));
    // A Redis that is not there when a driver starts is a mistake, said in one line; later it is waited for.
    if (
      this.#brokerless.has(driver) &&
      /: expected a Redis at .* got (nobody|one that hangs)/.test(said.error ?? '')
    )
      return;
    assert.isUndefined(said.error);
    if (how !== 'join') return;
    const whole = planned(begun.asked);
    // An array of jobs performs all the shards.
    const { runs } = begun.shard && begun.by !== 'slurm' ? shardOf(whole, begun.shard) : whole;
    const due = runs.filter(({ axes }) => !troubled.has(axes['dimension'])).map(({ id }) => id);
    const { measured } = naively(this.out(begun.where));
    assert.deepEqual(
      due.filter((id) => !measured.has(id)),
      [],
      'runs that a driver owes',
    );
    if (said.computed !== undefined) assert.equal(said.computed + (said.reused ?? 0), runs.length);
  }

  /** What a power loss or a full disk does to the end of a file that nobody writes any more. */
  damage(where: number, file: number, how: Damage, at: number): void {
    const out = this.out(where);
    if (this.#drivers.some(({ begun, driver }) => begun.where === where && driver.lives())) return;
    const paths = journalPaths(out).filter((path) => !beingWritten(path));
    const path = paths[file % paths.length];
    if (path === undefined) return;
    const before = naively(out);
    const inFile = before.lines.filter((line) => line.path === path);
    const size = readFileSync(path).length;
    const last = inFile.at(-1);
    // At most the last record, and its newline.
    const bytes = Math.min(size, 1 + (at % (last ? Buffer.byteLength(last.text) + 1 : 1)));
    if (how === 'tear') truncateSync(path, size - bytes);
    if (how === 'zero-fill') overwrite(path, size - bytes, Buffer.alloc(bytes));
    if (how === 'zeros') appendFileSync(path, Buffer.alloc(1 + (at % 5000)));
    if (how === 'flip') flip(inFile, at);
    const after = naively(out);
    const lost = [...before.measured].filter((id) => !after.measured.has(id));
    assert.isAtMost(lost.length, 1);
    for (const id of lost) this.#seen[where]?.delete(id);
  }

  /** What another driver at the same runs would have left: records that are there once more, and failures of measured runs. */
  echo(where: number, at: number): void {
    const out = this.out(where);
    const { lines } = naively(out);
    if (lines.length === 0) return;
    const some = [0, 1, 2, 3].map((step) => lines[(at + 5 * step) % lines.length] as Line);
    const writer = new JournalWriter(out);
    writer.append(
      some.map(({ record }, index) => {
        if (index % 2 === 0) return record;
        this.#troubled.add(record.axes['dimension']);
        const failure = { kind: 'timed-out', message: `no result within ${at} ms` } as const;
        return { ...record, outcome: { kind: 'failed', failure } };
      }),
    );
    writer.close();
  }

  /** A lock of a writer that nobody can ask: of another machine, or killed before it had signed. */
  lock(where: number, file: number, blank: boolean): void {
    const paths = journalPaths(this.out(where)).filter((path) => !beingWritten(path));
    const path = paths[file % paths.length];
    if (path === undefined) return;
    writeFileSync(lockOf(path), blank ? '' : JSON.stringify({ pid: 1, host: `not ${hostname()}` }));
  }

  trouble(dimension: number, kind: Trouble | undefined): void {
    if (kind === undefined) this.#trouble.delete(dimension);
    else {
      this.#trouble.set(dimension, kind);
      this.#troubled.add(dimension);
      for (const { troubled } of this.#drivers) troubled.add(dimension);
    }
    const text = JSON.stringify(Object.fromEntries(this.#trouble));
    writeFileSync(join(this.#root, 'trouble.json'), text);
  }

  merge(from: readonly number[]): void {
    const sources = from.map((where) => this.out(where)).filter((out) => existsSync(join(out, 'sweep.json')));
    const seeds = (): Set<string | undefined> =>
      new Set([this.out(0), ...sources].flatMap((out) => seedOf(out) ?? []));
    const before = seeds();
    try {
      merge(sources, { out: this.out(0) });
    } catch (error) {
      // Which plan a folder was last executed for may have changed meanwhile.
      assert.isTrue(sources.length === 0 || Math.max(before.size, seeds().size) > 1, String(error));
      assert.instanceOf(error, BadInput);
      return;
    }
    const [seed] = seeds();
    const { measured } = naively(this.out(0));
    for (const where of from) {
      if (!existsSync(join(this.out(where), 'sweep.json'))) continue;
      const ids = this.#seen[where] ?? [];
      const ours = [...ids].filter((id) => recordIn(truth.get(id)).seed === seed);
      assert.deepEqual(
        ours.filter((id) => !measured.has(id)),
        [],
        'runs that a merge left out',
      );
    }
  }

  /** A table is a function of the set of records and of sweep.json: written anew in another order, it has the same bytes. */
  async compact(where: number): Promise<void> {
    const out = this.out(where);
    const standing = identityText(out);
    if (standing === undefined) return;
    const before = naively(out);
    const into = join(this.#root, 'compact');
    const bytes = await bytesOf(out, into);
    const after = naively(out);
    if (!same(before, after) || identityText(out) !== standing) return;
    const copy = join(this.#root, 'copy');
    mkdirSync(join(copy, 'journal'), { recursive: true });
    copyFileSync(join(out, 'sweep.json'), join(copy, 'sweep.json'));
    const texts = [...new Set(before.lines.map(({ text }) => text))].sort().reverse();
    const half = Math.floor(texts.length / 2);
    for (const [name, part] of [
      ['0001', texts.slice(0, half)] as const,
      ['0007', texts.slice(half)] as const,
    ])
      writeFileSync(join(copy, 'journal', `${name}.jsonl`), part.map((text) => `${text}\n`).join(''));
    expectSame(await bytesOf(copy), bytes);
    for (const folder of [into, copy]) rmSync(folder, { recursive: true, force: true });
  }

  async endWorker(how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#workers.shift();
    if (!child) return;
    const gone = once(child, 'exit');
    if (child.kill(how)) await within('a worker to end', async () => gone);
    this.#work();
  }

  async endBroker(forgets: boolean): Promise<void> {
    for (const { driver } of this.#drivers) this.#brokerless.add(driver);
    if (forgets) this.#redis?.ask('flushall');
    await this.#redis?.kill();
    await this.#redis?.begin();
  }

  /** After every event: all is there that was seen, every line is the one that the run must have, and `status` counts right. */
  check(): void {
    for (const [where, seen] of this.#seen.entries()) {
      const out = this.out(where);
      const standing = identityText(out);
      const before = naively(out);
      const said = standing === undefined ? undefined : statusOf(out);
      const after = naively(out);
      assert.deepEqual(
        [...seen].filter((id) => !before.measured.has(id)),
        [],
        'runs that were lost',
      );
      for (const { text, record } of after.lines) {
        if (record.outcome.kind === 'measured')
          assert.equal(text, truth.get(record.id), `what run ${record.id} measured`);
        else {
          assert.isTrue(truth.has(record.id));
          assert.isTrue(this.#troubled.has(record.axes['dimension']), `why run ${record.id} failed`);
        }
      }
      for (const id of after.measured) seen.add(id);
      const quiet = same(before, after) && identityText(out) === standing;
      if (said && quiet && standing !== undefined)
        assertCounts(said, counts(JSON.parse(standing) as SweepIdentity, before));
      else if (said) assert.isAtMost(said.measured, after.measured.size);
      if (said && !this.#drivers.some(({ begun }) => begun.where === where))
        assert.deepEqual(
          said.sessions.filter(({ lives }) => lives === 'yes'),
          [],
        );
    }
  }

  /** The trouble is over, all that is at work ends, and what is missing of the plan is computed. */
  async complete(asked: PlanOptions, last: Pick<Begun, 'by' | 'threads'>): Promise<void> {
    for (const dimension of this.#trouble.keys()) this.trouble(dimension, undefined);
    while (this.#drivers.length > 0) await this.end(0, 'interrupt');
    this.begin({ where: 0, asked, shard: undefined, ...last });
    await this.end(0, 'join');
    for (const child of this.#workers.splice(0)) child.kill('SIGKILL');
    this.check();
    expectSame(await bytesOf(this.out(0)), await undisturbedBytes(asked));
    const all = planned(asked).runs.length;
    assertCounts(statusOf(this.out(0)), { planned: all, measured: all, failed: {}, remaining: 0 });
    this.begin({ where: 0, asked, shard: undefined, threads: 2, by: 'here' });
    const again = await this.#drivers.pop()?.driver.end('join');
    assert.deepEqual(again, { computed: 0, reused: all, measured: all });
  }

  async stop(): Promise<void> {
    for (const child of this.#workers.splice(0)) child.kill('SIGKILL');
    await Promise.all(this.#drivers.splice(0).map(async ({ driver }) => driver.end('kill')));
    delete process.env['LIFE_TROUBLE'];
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  #work(): void {
    const file = fileURLToPath(new URL('../fixtures/worker.js', import.meta.url));
    const args = [file, this.#redis?.url ?? '', '1', '500'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    this.#workers.push(child);
    // One that found no broker when it started has ended by itself: it is replaced, as a supervisor would.
    child.once('exit', () => {
      const at = this.#workers.indexOf(child);
      if (at < 0) return;
      this.#workers.splice(at, 1);
      this.#work();
    });
  }
}

async function within<Value>(what: string, act: () => Promise<Value>): Promise<Value> {
  const late = new AbortController();
  const waited = pause(patienceMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`waited in vain for ${what}`);
  });
  waited.catch(() => undefined);
  try {
    return await Promise.race([act(), waited]);
  } finally {
    late.abort();
  }
}

const same = (a: Reading, b: Reading): boolean => JSON.stringify(spelled(a)) === JSON.stringify(spelled(b));
const spelled = ({ lines, torn, corrupted }: Reading): unknown => [lines.length, torn, corrupted];

function expectSame(a: readonly Buffer[], b: readonly Buffer[]): void {
  const differing = a.flatMap((bytes, at) =>
    bytes.equals(b[at] as Buffer) ? [] : [at === 0 ? 'parquet' : 'arrow'],
  );
  assert.deepEqual(differing, [], 'tables that differ');
}

function assertCounts(said: Status, due: Partial<Status>): void {
  const counted = Object.fromEntries(Object.entries(said).filter(([name]) => name in due));
  assert.deepEqual(counted, due, 'what status counts');
}

const lockOf = (path: string): string => path.replace(/\.jsonl$/, '.lock');

/** Whether a lock is there of a process that lives on this machine. */
function beingWritten(path: string): boolean {
  try {
    const { pid, host } = JSON.parse(readFileSync(lockOf(path), 'utf8')) as { pid: number; host: string };
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const recordIn = (line: string | undefined): { readonly seed?: string } =>
  JSON.parse(line ?? '{}') as { readonly seed?: string };

function seedOf(out: string): string | undefined {
  const text = identityText(out);
  return text === undefined ? undefined : (JSON.parse(text) as SweepIdentity).seed;
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const descriptor = openSync(path, 'r+');
  try {
    writeSync(descriptor, bytes, 0, bytes.length, at);
  } finally {
    closeSync(descriptor);
  }
}

/** Behind the opening: a file without one line that begins as ours do is refused as foreign, and that is right. */
const openingBytes = 9;

function flip(lines: readonly Line[], at: number): void {
  const line = lines[at % lines.length];
  if (!line) return;
  const bytes = Buffer.from(line.text);
  const place = openingBytes + (at % (bytes.length - openingBytes));
  overwrite(line.path, line.at + place, Buffer.of((bytes[place] as number) ^ 1));
}
