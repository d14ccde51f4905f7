/** Jobs that neither stand in Redis nor left a record: a Redis that lost its memory, or records in folders elsewhere. */
import { BadInput } from '@marginalia/core';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Job } from './jobs.js';
import type { Keys } from './keys.js';
import { enqueue } from './queue.js';
import type { SweepEntry } from './registry.js';

/** A job that so often ended without a record will not leave one. */
const mostTimes = 5;

interface Parts {
  readonly queue: Queue;
  readonly redis: Redis;
  readonly keys: Keys;
  readonly entry: SweepEntry;
  readonly say: (line: string) => void;
}

export class Restorer {
  readonly #parts: Parts;
  /** Absent at the last look: a record may be on its way through a network file system. */
  #suspected = new Set<string>();
  readonly #times = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
    // What a Redis that came back has lost is not held against the job.
    parts.redis.on('ready', () => this.#times.clear());
  }

  nothingMissing(): void {
    this.#suspected.clear();
  }

  /** Of these jobs, those that are absent for the second time are queued again. Throws BadInput: see `bullmq`. */
  async restore(jobs: readonly Job[], stop: AbortSignal): Promise<void> {
    const { queue, redis, keys, entry, say } = this.#parts;
    const pipeline = redis.pipeline();
    for (const { id } of jobs) pipeline.exists(queue.toKey(id));
    const answers = (await pipeline.exec()) ?? [];
    const absent = jobs.filter((_, at) => answers[at]?.[1] === 0);
    const elsewhere = await redis.hgetall(keys.elsewhere(entry.queue));
    const lost = absent.filter(({ runs }) => runs.some(({ id }) => !(id in elsewhere)));
    const again = lost.filter(({ id }) => this.#suspected.has(id));
    this.#suspected = new Set(lost.map(({ id }) => id));
    if (absent.length === jobs.length && lost.length === 0) throw apart(entry, elsewhere);
    if (again.length === 0) return;
    for (const { id, runs } of again) {
      const times = (this.#times.get(id) ?? 0) + 1;
      this.#times.set(id, times);
      if (times > mostTimes) {
        throw new BadInput({
          expected: `a record of run ${runs[0]?.id} in ${entry.out}`,
          got: `a job that ended ${times} times without one`,
          try: 'the lines that the workers say',
        });
      }
    }
    say(
      `${again.length} ${again.length === 1 ? 'job' : 'jobs'} neither in Redis nor in the journal: queued again`,
    );
    await enqueue(queue, again, stop);
    this.#suspected.clear();
  }
}

function apart({ out }: SweepEntry, elsewhere: Readonly<Record<string, string>>): BadInput {
  const runs = Object.keys(elsewhere).length;
  const folders = [...new Set(Object.values(elsewhere))].sort();
  return new BadInput({
    expected: `the records of all runs in ${out}`,
    got: `${runs} in folders of workers: ${folders.join(', ')}`,
    try: `copying them here, then marginalia merge DIR… --out ${out}, and the same command again`,
  });
}
