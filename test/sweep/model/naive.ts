/** What a folder of results holds, by reading every byte of it, the slow and obvious way: the oracle of `status`. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord, Status, SweepIdentity } from '@marginalia/sweep';

export interface Line {
  readonly path: string;
  readonly text: string;
  /** In its file, bytes. */
  readonly at: number;
  readonly record: JournalRecord;
}

export interface Reading {
  /** Intact ones, in the order of files and lines. */
  readonly lines: readonly Line[];
  /** Files that end in part of a line. */
  readonly torn: number;
  /** Lines that do not hold what was written. */
  readonly corrupted: number;
  /** Ids of measured runs. */
  readonly measured: ReadonlySet<string>;
}

export const journalPaths = (out: string): string[] => {
  const folder = join(out, 'journal');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return names.sort().map((name) => join(folder, name));
};

export function naively(out: string): Reading {
  const lines: Line[] = [];
  let [torn, corrupted] = [0, 0];
  for (const path of journalPaths(out)) {
    const pieces = readFileSync(path, 'latin1').split('\n');
    let at = 0;
    for (const [index, piece] of pieces.entries()) {
      const bytes = Buffer.from(piece, 'latin1');
      const record = intact(bytes);
      if (record) lines.push({ path, text: bytes.toString('utf8'), at, record });
      else if (piece !== '') {
        if (index === pieces.length - 1) torn += 1;
        else corrupted += 1;
      }
      at += bytes.length + 1;
    }
  }
  const measured = lines.filter(({ record }) => record.outcome.kind === 'measured');
  return { lines, torn, corrupted, measured: new Set(measured.map(({ record }) => record.id)) };
}

function intact(bytes: Buffer): JournalRecord | undefined {
  const [, text, check] = /^(.*),"check":"([0-9a-f]{16})"\}$/s.exec(bytes.toString('utf8')) ?? [];
  if (text === undefined) return undefined;
  if (createHash('sha256').update(text).digest('hex').slice(0, 16) !== check) return undefined;
  return JSON.parse(`${text}}`) as JournalRecord;
}

export const identityText = (out: string): string | undefined => {
  const path = join(out, 'sweep.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};

/** What `status` should count: the settings of the plan last executed, how each ended, and what is none of them. */
export function counts(identity: SweepIdentity, { lines, torn, corrupted }: Reading): Partial<Status> {
  const { seed, code, values, replicates, cells, planned = cells && cells * replicates } = identity;
  const ended = new Map<string, string>();
  const others = new Set<string>();
  for (const { record } of lines) {
    const { id, axes, replicate, outcome } = record;
    const ours =
      record.seed === seed &&
      record.code === code &&
      replicate < replicates &&
      Object.entries(values).every(([name, list]) => list.includes(axes[name] as never));
    const setting = JSON.stringify([axes, replicate]);
    if (!ours) {
      if (outcome.kind === 'measured') others.add(id);
    } else if (outcome.kind === 'measured') ended.set(setting, 'measured');
    else if (ended.get(setting) !== 'measured') ended.set(setting, outcome.failure.kind);
  }
  const failed: Record<string, number> = {};
  let measured = 0;
  for (const how of ended.values())
    if (how === 'measured') measured += 1;
    else failed[how] = (failed[how] ?? 0) + 1;
  const remaining = planned === undefined ? undefined : planned - ended.size;
  return {
    planned,
    measured,
    failed,
    remaining,
    setAside: others.size,
    torn,
    corrupted,
    conflicts: undefined,
  };
}
