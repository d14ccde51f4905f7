/** A worker: it looks which sweeps are driven, serves one at a time, and goes on to the next when that has nothing to do. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { BadInput } from '@marginalia/core';
import type { Redis } from 'ioredis';
import { loadSweep } from '../../load-sweep.js';
import { memoryForRuns } from '../../memory.js';
import { type Address, addressOf } from './address.js';
import { connect } from './connect.js';
import { examine, type Found, sameTerms, type Served } from './examine.js';
import { beat, beatMs, leave } from './fleet.js';
import { defaultPrefix, type Keys, keysBelow } from './keys.js';
import { pause, unlessStopped } from './pause.js';
import { isRefusal, refusedBy } from './refused.js';
import { driven, type SweepEntry, withdraw } from './registry.js';
import { Session } from './session.js';

export interface ServeOptions {
  readonly redis: string;
  readonly prefix?: string;
  readonly threads: number;
  /** Folder of the results on this machine, where it is not called as it is where the sweep is driven, or is another one. */
  readonly out?: string;
  /** Bytes that runs at work may be predicted to take together; by default 80 % of the memory. */
  readonly memory?: number;
  /** How this machine has a sweep that is driven; undefined: not served. Throws BadInput where it cannot be loaded. */
  readonly find: (entry: SweepEntry) => Promise<Found | undefined>;
  readonly say?: (line: string) => void;
  readonly signal: AbortSignal;
  /** For tests: how long a silent worker keeps its jobs. */
  readonly lockMs?: number;
}

/** How often the sweeps that are driven are looked at. */
const lookMs = 500;

/** A lock is renewed every quarter of this; a dead worker's jobs are taken after at most twice as long. */
const usualLockMs = 15_000;

/**
 * Serves until the signal: abandons what is at work within a second, and its jobs go back to the queue. Rejects with
 * BadInput when Redis cannot be reached at the start, or the folder of the results cannot be written.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const address = addressOf(options.redis);
  const say = options.say ?? (() => undefined);
  const redis = await connect(address, say);
  const node = new Node({ ...options, say }, address, redis);
  try {
    await node.serve();
  } catch (cause) {
    // Under a signal the connection is closed while somebody may be waiting for it.
    if (cause instanceof BadInput || !options.signal.aborted)
      throw isRefusal(cause) ? refusedBy(address, cause) : cause;
  } finally {
    redis.disconnect();
  }
}

class Node {
  readonly #options: ServeOptions & { readonly say: (line: string) => void };
  readonly #address: Address;
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #keys: Keys;
  readonly #id = randomUUID();
  /** Queue and token → what came of looking at it. */
  readonly #looked = new Map<string, Served | string>();
  /** Queue → why runs of it are left to other machines. */
  readonly #leaves = new Map<string, string>();
  #serving: SweepEntry | undefined;

  constructor(
    options: ServeOptions & { readonly say: (line: string) => void },
    address: Address,
    redis: Redis,
  ) {
    this.#options = options;
    this.#address = address;
    this.#redis = redis;
    this.#prefix = options.prefix ?? defaultPrefix;
    this.#keys = keysBelow(this.#prefix);
  }

  async serve(): Promise<void> {
    const { signal, say, threads } = this.#options;
    say(
      `worker ${hostname()}:${process.pid}, ${threads} thread${threads === 1 ? '' : 's'}, at ${this.#address.shown}`,
    );
    const over = new AbortController();
    const beating = this.#beat(AbortSignal.any([signal, over.signal]));
    try {
      while (!signal.aborted) {
        const next = await unlessStopped(this.#choose(), signal);
        if (!next) {
          await pause(lookMs, signal);
          continue;
        }
        await this.#session(next);
        await unlessStopped(this.#tidy(next.entry), signal);
      }
    } finally {
      over.abort();
      // What ended it is said, not that the way to Redis is closed by then.
      await Promise.race([
        leave(this.#redis, this.#keys, this.#id).catch(() => undefined),
        pause(200, new AbortController().signal),
      ]);
    }
    await beating;
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { threads } = this.#options;
    while (!signal.aborted) {
      const refused = [...this.#looked].flatMap(([name, found]) =>
        typeof found === 'string' ? [[name.split(' ')[0] ?? '', found] as const] : [],
      );
      const refuses = Object.fromEntries([...this.#leaves, ...refused]);
      const presence = {
        id: this.#id,
        host: hostname(),
        pid: process.pid,
        threads,
        ...(this.#serving === undefined ? {} : { queue: this.#serving.queue }),
        refuses,
      };
      await unlessStopped(
        beat(this.#redis, this.#keys, presence).catch(() => undefined),
        signal,
      );
      await pause(beatMs, signal);
    }
  }

  /** The first sweep that has something to do, or else the first that it may serve. */
  async #choose(): Promise<Served | undefined> {
    const entries = await driven(this.#redis, this.#keys);
    const current = new Set(entries.map(nameOf));
    for (const name of this.#looked.keys()) if (!current.has(name)) this.#looked.delete(name);
    let first: Served | undefined;
    for (const entry of entries) {
      const served = await this.#look(entry);
      if (typeof served === 'string') continue;
      if ((await this.#waiting(entry)) > 0) return served;
      // Nobody drives it any more, and nothing is left to do.
      if ((await this.#deserted(entry)) === true) await withdraw(this.#redis, this.#keys, entry.queue);
      else first ??= served;
    }
    return first;
  }

  async #waiting({ queue }: SweepEntry): Promise<number> {
    const key = (kind: string): string => `${this.#prefix}:${queue}:${kind}`;
    return (await this.#redis.llen(key('wait'))) + (await this.#redis.zcard(key('delayed')));
  }

  async #deserted({ queue }: SweepEntry): Promise<boolean> {
    const [driver, active] = await Promise.all([
      this.#redis.exists(this.#keys.driver(queue)),
      this.#redis.llen(`${this.#prefix}:${queue}:active`),
    ]);
    return driver === 0 && active === 0;
  }

  /** What a worker's last look leaves in Redis after the driver took everything away. */
  async #tidy({ queue }: SweepEntry): Promise<void> {
    if (await this.#redis.exists(this.#keys.sweep(queue))) return;
    const key = (kind: string): string => `${this.#prefix}:${queue}:${kind}`;
    if (await this.#redis.exists(key('wait'), key('active'), key('delayed'))) return;
    await this.#redis.del(['meta', 'events', 'id', 'marker', 'stalled', 'stalled-check'].map(key));
  }

  /** What came of it is said once. Throws BadInput when the folder cannot be written. */
  async #look(entry: SweepEntry): Promise<Served | string> {
    const name = nameOf(entry);
    const standing = this.#looked.get(name);
    if (standing !== undefined && typeof standing !== 'string') return standing;
    const found = await examine(entry, this.#options);
    if (typeof found === 'string' && found !== standing && found !== '')
      this.#options.say(`${entry.sweep}: ${found}`);
    this.#looked.set(name, found);
    return found;
  }

  /** Until the signal, until its driver is gone or another's turn has come. */
  async #session(served: Served): Promise<void> {
    const { signal, say, memory, lockMs = usualLockMs } = this.#options;
    const { entry, reference, out, apart } = served;
    const session = new Session({
      redis: this.#redis,
      prefix: this.#prefix,
      keys: this.#keys,
      entry,
      definition: await loadSweep(reference),
      reference,
      threads: Math.min(this.#options.threads, entry.maxThreads ?? Infinity),
      out,
      apart,
      room: memory ?? memoryForRuns(),
      lockMs,
      say,
      onLeaving: (reason) => this.#leaves.set(entry.queue, reason),
    });
    this.#serving = entry;
    say(`${entry.sweep} of ${entry.host}:${entry.pid}, into ${out}${apart ? ', to be merged' : ''}`);
    try {
      await session.start();
      for (let over = false; !over && !signal.aborted && !session.refusal;) {
        await pause(lookMs, signal);
        over = (await unlessStopped(this.#over(served, session), signal)) ?? true;
      }
    } finally {
      await session.close({ last: signal.aborted || session.refusal !== undefined });
      this.#serving = undefined;
    }
  }

  /** Whether nothing is at work of a sweep that was withdrawn, is driven on other terms, or is idle while another waits. */
  async #over(served: Served, session: Session): Promise<boolean> {
    const entries = await driven(this.#redis, this.#keys);
    const entry = entries.find(({ queue }) => queue === served.entry.queue);
    if (entry && sameTerms(served, entry) && !(await this.#idleWhileOthersWait(entry, entries, session))) {
      await session.resume();
      return false;
    }
    await session.hold();
    return !session.busy;
  }

  async #idleWhileOthersWait(
    entry: SweepEntry,
    entries: readonly SweepEntry[],
    session: Session,
  ): Promise<boolean> {
    if (session.busy || (await this.#waiting(entry)) > 0) return false;
    if (await this.#deserted(entry)) return true;
    for (const other of entries) {
      if (other.queue === entry.queue || (await this.#waiting(other)) === 0) continue;
      if (typeof (await this.#look(other)) !== 'string') return true;
    }
    return false;
  }
}

/** A sweep that is driven anew is looked at anew: its folder or its limits may be others. */
const nameOf = ({ queue, token }: SweepEntry): string => `${queue} ${token}`;
