/** What the command line asks for. */
import { parseArgs } from 'node:util';
import { measures } from './measures.js';
import { scale } from './scale.js';
import { settings } from './settings.js';

export const usage = `npm run bench -- [options]

  --only PATTERN  only what matches: ${settings.map(({ name }) => name).join(', ')},
                  ${[...measures, ...scale].map(({ name }) => name).join(', ')}, kernels
  --rounds N      rounds in which everybody runs once; 5 when absent
  --quick         one round; a peer's run over 6 s is extrapolated, instead of one over 60 s
  --float64       the peers in float64
  --float32       ours with X Xᵀ in float32
  --json          one document instead of the table
`;

export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly line: string }
  | {
      readonly kind: 'run';
      readonly only: RegExp;
      readonly rounds: number;
      /** Seconds that one run of a peer may take before it is extrapolated. */
      readonly patience: number;
      readonly float64: boolean;
      readonly float32: boolean;
      readonly json: boolean;
    };

export function asked(argv: readonly string[]): Asked {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string', default: '' },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        float64: { type: 'boolean', default: false },
        float32: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { only, quick, float64, float32, json, help } = values;
    if (help) return { kind: 'help' };
    const rounds = Number(values.rounds ?? (quick ? 1 : 5));
    if (!(Number.isInteger(rounds) && rounds >= 1)) {
      return { kind: 'refused', line: `expected --rounds to be a whole number ≥ 1, got ${values.rounds}` };
    }
    return {
      kind: 'run',
      only: new RegExp(only, 'i'),
      rounds,
      patience: quick ? 6 : 60,
      float64,
      float32,
      json,
    };
  } catch (cause) {
    // An unknown option, or a pattern that is none.
    return { kind: 'refused', line: cause instanceof Error ? cause.message : String(cause) };
  }
}
