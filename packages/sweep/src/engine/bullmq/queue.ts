/** The queue of a sweep, as its driver has it. */
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Job, payloadOf } from './jobs.js';

/** Nobody listens to events: what ended stands in the journal. */
const events = { events: { maxLen: 16 } };

/** So many jobs a round trip: half a megabyte. */
const bulk = 1000;

export async function openQueue(redis: Redis, prefix: string, name: string): Promise<Queue> {
  const { Queue } = await import('bullmq');
  const queue = new Queue(name, { connection: redis, prefix, streams: events });
  // Commands that Redis refuses are refused to whoever asked; an error without its listener would end the process.
  queue.on('error', () => undefined);
  return queue;
}

/** Jobs that are there already are not queued again. */
export async function enqueue(queue: Queue, jobs: readonly Job[], stop: AbortSignal): Promise<void> {
  for (let from = 0; from < jobs.length && !stop.aborted; from += bulk) {
    await queue.addBulk(
      jobs.slice(from, from + bulk).map(({ id, runs }) => ({
        name: 'runs',
        data: payloadOf(runs),
        opts: { jobId: id, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }
}
