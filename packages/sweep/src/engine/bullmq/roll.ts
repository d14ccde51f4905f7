/** The roll of the workers of a sweep: who has joined, who has left, who refuses and why. */
import type { Redis } from 'ioredis';
import { type Presence, present } from './fleet.js';
import type { Keys } from './keys.js';
import type { SweepEntry } from './registry.js';

/** A worker needs a second to see a new sweep; after so many calls nobody seems to come. */
const patientCalls = 5;

export class Roll {
  readonly #entry: SweepEntry;
  readonly #say: (line: string) => void;
  #there = new Map<string, Presence>();
  readonly #refused = new Set<string>();
  #callsInVain = 0;

  constructor(entry: SweepEntry, say: (line: string) => void) {
    this.#entry = entry;
    this.#say = say;
  }

  /** Threads of all workers that serve the sweep now. */
  async call(redis: Redis, keys: Keys): Promise<number> {
    const all = await present(redis, keys);
    const there = new Map(all.filter(({ queue }) => queue === this.#entry.queue).map((one) => [one.id, one]));
    for (const [id, worker] of there) if (!this.#there.has(id)) this.#say(`worker ${nameOf(worker)} joined`);
    for (const [id, worker] of this.#there) if (!there.has(id)) this.#say(`worker ${nameOf(worker)} left`);
    this.#there = there;
    for (const { id, host, pid, refuses } of all) {
      const reason = refuses[this.#entry.queue];
      if (reason === undefined || this.#refused.has(`${id} ${reason}`)) continue;
      this.#refused.add(`${id} ${reason}`);
      this.#say(`worker ${host}:${pid}: ${reason}`);
    }
    this.#callsInVain = there.size > 0 ? 0 : this.#callsInVain + 1;
    if (this.#callsInVain === patientCalls)
      this.#say('no worker is there; start some: marginalia worker --redis URL');
    return [...there.values()].reduce((sum, { threads }) => sum + threads, 0);
  }
}

const nameOf = ({ host, pid, threads }: Presence): string =>
  `${host}:${pid} (${threads} thread${threads === 1 ? '' : 's'})`;
