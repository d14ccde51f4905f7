/** `run --shard i/N`: perform a part of the sweep, and leave the judging to whoever sees the whole. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Execution, Plan, Shard } from '@marginalia/sweep';
import { exitCode } from '../exit-code.js';
import { failureLines } from '../render/report.js';
import { plural } from '../render/number.js';
import { columns, coloured, painter } from '../render/terminal.js';
import { failureRows, type FailedRun } from '../sweep/summary.js';

export const shardFlags = {
  shard: Flags.string({
    description: 'Only part i of N, counted from 0: whole units, the same ones wherever this runs.',
    helpValue: 'i/N',
  }),
};

/** Undefined where the whole sweep is meant. Throws BadInput for what is not `i/N` with 0 ≤ i < N. */
export function shardCalled(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const [, index = '', of = ''] = /^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (of === '' || shard.index >= shard.of) {
    throw new BadInput({
      expected: '--shard to be i/N with 0 ≤ i < N',
      got: JSON.stringify(text),
      try: '--shard 0/8 for the first of eight, --shard 7/8 for the last',
    });
  }
  return shard;
}

/** The plan of what is performed here. */
export async function partOf(plan: Plan, shard: Shard | undefined): Promise<Plan> {
  const { shardOf } = await import('@marginalia/sweep');
  return shard ? shardOf(plan, shard) : plan;
}

/** The document of `run --shard i/N --json`. It has no verdicts: a claim is not judged by a part of its runs. */
export interface ShardSummary {
  readonly sweep: string;
  readonly preset: string;
  readonly seed: string;
  readonly code: string;
  readonly shard: Shard;
  /** Runs of the shard. */
  readonly runs: number;
  /** Runs of the whole sweep. */
  readonly whole: number;
  readonly computed: number;
  readonly reused: number;
  readonly failures: number;
  readonly failed: readonly FailedRun[];
  readonly out: string;
}

export function shardSummary(
  whole: Plan,
  part: Plan,
  shard: Shard,
  { computed, reused, failures }: Execution,
  out: string,
): ShardSummary {
  const { sweep, preset, seed, code } = whole;
  return {
    sweep,
    preset,
    seed,
    code,
    shard,
    runs: part.runs.length,
    whole: whole.runs.length,
    computed,
    reused,
    failures: failures.length,
    failed: failureRows(failures),
    out,
  };
}

export function shardReport(summary: ShardSummary): string {
  const { shard, runs, whole, computed, reused, failures, failed, out } = summary;
  const work = `${plural(computed, 'run')} computed${reused > 0 ? `, ${reused} there already` : ''}${failures > 0 ? `, ${failures} failed` : ''}`;
  return [
    failureLines(failed, runs, columns(), painter(coloured())),
    `shard ${shard.index}/${shard.of}: ${runs} of ${plural(whole, 'run')}; merge to judge. ${work}.`,
    `Once all shards are done: the same command with --judge in place of --shard, where they share ${out}.`,
  ]
    .filter(Boolean)
    .join('\n');
}

/** A shard whose runs are measured has done its part. */
export const shardExitCode = ({ failures }: ShardSummary): number =>
  failures > 0 ? exitCode.undecided : exitCode.supported;
