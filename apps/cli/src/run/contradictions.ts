/** Flags of `run` that make no sense together, or none alone: one line each. */
import { BadInput } from '@marginalia/core';

/** A flag, another that it cannot stand beside, and what to type instead. */
const excluding = [
  ['shard', 'judge', '--judge once all shards are done: a claim is judged by the whole'],
  ['shard', 'until', '--judge once all shards are done: a claim is judged by the whole'],
  ['audit', 'shard', 'marginalia audit on the folder once all shards are done'],
  ['audit', 'judge', 'marginalia audit on the folder: --judge computes nothing'],
  ['audit', 'dry-run', '--dry-run alone: an audit computes what it compares'],
  ['judge', 'until', '--judge, which computes nothing'],
  ['judge', 'dry-run', '--judge, which computes nothing'],
  // Rounds extend whole cells: what a condition leaves of the first would not be what it leaves of the others.
  ['until', 'where', '--set, which gives an axis fewer values'],
  ['engine bullmq', 'threads', 'marginalia worker --threads: this process computes nothing'],
] as const;

/** A flag, and the one that it says something of. */
const resting = [
  ['budget', 'until decided'],
  ['alpha', 'until decided'],
  ['salt', 'audit 5%'],
] as const;

type Given = Readonly<Record<string, unknown>>;

/** `flags`: as parsed, absent where they were not given. Throws BadInput for the first two that do not go together. */
export function refuseContradictions(flags: Given): void {
  for (const [one, other, remedy] of excluding) {
    if (stands(flags, one) && stands(flags, other))
      throw new BadInput({ expected: `--${one} or --${other}`, got: 'both', try: remedy });
  }
  for (const [one, base] of resting) {
    const value = flags[one];
    if (typeof value !== 'string' || stands(flags, base.split(' ')[0] ?? base)) continue;
    throw new BadInput({
      expected: `--${base} beside --${one}`,
      got: `--${one} ${value} alone`,
      try: `--${base} --${one} ${value}`,
    });
  }
  // What a URL says may be a password: it is not said again.
  const stray = ['redis', 'queue-prefix'].find((name) => stands(flags, name));
  if (stray !== undefined && flags['engine'] !== 'bullmq') {
    const engine = typeof flags['engine'] === 'string' ? flags['engine'] : 'local';
    throw new BadInput({
      expected: `--engine bullmq beside --${stray}`,
      got: `--engine ${engine}`,
      try: '--engine bullmq',
    });
  }
}

/** `engine bullmq`: that flag with that value; a name alone: with any, `false` apart. */
function stands(flags: Given, words: string): boolean {
  const [name = '', value] = words.split(' ');
  const given = flags[name];
  return value === undefined ? given !== undefined && given !== false : given === value;
}
