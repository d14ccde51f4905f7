/** The rows: which cell, who runs it, and how many times as fast as the peers ours is asked to be. */
import type { Group } from './contestants.js';
import type { Request } from './protocol.js';

export interface Floors {
  /** Times as fast as autograd, and as the best script with gradients written by hand. */
  readonly autograd: number;
  readonly hand: number;
}

export interface Setting {
  readonly name: string;
  /** What departs from the reference cell. */
  readonly differs: Partial<Request>;
  /** How ours may run it, with the floors of each. */
  readonly ours: Partial<Record<'law' | 'explicit', Floors | undefined>>;
  /** Who else runs it; nobody where no script could hold the data. */
  readonly against: readonly Group[];
}

/** The published cell: k = 10, d = 3072, m = 5, n = 1000, T = 100. */
export const reference: Request = { d: 3072, n: 1000, m: 5, T: 100, k: 10, pgdSteps: 50, seed: 1 };

const scripts = ['autograd', 'hand'] as const;

export const settings: readonly Setting[] = [
  {
    name: 'reference',
    differs: {},
    ours: { law: { autograd: 100, hand: 65 }, explicit: { autograd: 30, hand: 20 } },
    against: [...scripts, 'tfjs'],
  },
  {
    name: 'd=16384',
    differs: { d: 16384 },
    ours: { law: { autograd: 1500, hand: 1000 } },
    against: scripts,
  },
  { name: 'd=10⁶', differs: { d: 1e6 }, ours: { law: undefined }, against: [] },
  { name: 'd=10⁹', differs: { d: 1e9 }, ours: { law: undefined }, against: [] },
  { name: 'T=10⁴', differs: { T: 10_000 }, ours: { law: { autograd: 40, hand: 25 } }, against: scripts },
  { name: 'm=50', differs: { m: 50 }, ours: { law: { autograd: 50, hand: 40 } }, against: scripts },
  { name: 'm=500', differs: { m: 500 }, ours: { law: { autograd: 20, hand: 14 } }, against: scripts },
  { name: 'n=4000', differs: { n: 4000 }, ours: { law: { autograd: 6, hand: 5 } }, against: scripts },
  {
    name: 'n=4000 d=256',
    differs: { n: 4000, d: 256 },
    // More points than dimensions: the data themselves are the shortest description of what training sees.
    ours: { explicit: { autograd: 2, hand: 2 } },
    against: scripts,
  },
];
