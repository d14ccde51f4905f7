/** What a plan comes to, for a person or as a document; computes nothing. */
import type { Outlook, Plan } from '@marginalia/sweep';
import { outlookReport } from '../render/outlook.js';
import type { Paint } from '../render/terminal.js';
import { choiceInWords } from '../run/where.js';

export interface Foreseen {
  /** The runs that `--where` leaves. */
  readonly plan: Plan;
  /** How many there are without it. */
  readonly all: number;
  readonly where: string | undefined;
  /** As typed. */
  readonly out: string;
  readonly threads: number;
  readonly shards?: number | undefined;
}

/** Throws BadInput: see `outlookOf`. */
export async function foresee({ plan, out, threads, shards }: Foreseen): Promise<Outlook> {
  const { outlookOf } = await import('@marginalia/sweep');
  return outlookOf(plan, { out, threads, ...(shards === undefined ? {} : { shards }) });
}

/** `command`: what computes it; `probeable`: whether `--probe` can be added. */
export const foreseenReport = (
  { plan, all, where, out }: Foreseen,
  outlook: Outlook,
  said: { readonly command: string; readonly probeable: boolean },
  width: number,
  paint: Paint,
): string =>
  outlookReport(
    { plan, outlook, out, choice: choiceInWords(all, plan.runs.length, where), ...said },
    width,
    paint,
  );

/** The document of `plan --json`; times in milliseconds, sizes in bytes. */
export function foreseenDocument({ plan, where, out }: Foreseen, outlook: Outlook): unknown {
  const { sweep, preset, seed, code, replicates } = plan;
  const { cells, runs, there, failed, remaining, threads, timing, time, memory, shards } = outlook;
  return {
    sweep,
    preset,
    seed,
    code,
    out,
    where: where ?? null,
    cells: cells.length,
    replicates,
    runs,
    there,
    failed,
    remaining,
    threads,
    time: time ?? null,
    timing: timing ? { ...timing, alternatives: undefined, sameCode: timing.code === code } : null,
    memory: memory ?? null,
    table: cells.map(({ axes, msPerRun, msLeft, memory: bytes, ...counts }) => ({
      axes,
      ...counts,
      msPerRun: msPerRun ?? null,
      msLeft: msLeft ?? null,
      memory: bytes ?? null,
    })),
    shards: shards.map(({ time: shardTime, ...counts }, at) => ({
      shard: `${at}/${shards.length}`,
      ...counts,
      time: shardTime ?? null,
    })),
  };
}
