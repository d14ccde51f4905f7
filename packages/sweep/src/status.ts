/** How an output folder stands, at any moment: also while it is being written, and after its writers were killed. */
import { statSync } from 'node:fs';
import { BadInput, canonical } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import { journalFiles } from './journal/files.js';
import type { Glance } from './journal/glance.js';
import { DeterminismAlarm, latestRecords } from './journal/latest.js';
import { writerLives } from './journal/lock.js';
import type { FailureKind } from './journal/record.js';
import { glanceJournal } from './journal/scan.js';
import { readIdentity, type SweepIdentity } from './results.js';
import { readSessions, type SeenSession } from './session.js';

export interface Status {
  readonly identity: SweepIdentity;
  /** Runs of the plan last executed here; undefined in folders that do not say how many cells it had. */
  readonly planned: number | undefined;
  readonly measured: number;
  /** Runs of the plan that never measured anything, by how they ended last. */
  readonly failed: Readonly<Partial<Record<FailureKind, number>>>;
  /** Planned, and neither measured nor failed. */
  readonly remaining: number | undefined;
  /** Measured runs of the folder that are none of the plan's: of other values, code or seed. */
  readonly setAside: number;
  readonly sessions: readonly SeenSession[];
  /** Journal files that some process may still be writing. */
  readonly writers: number;
  /** Files that end in a part of a line: of a writer that was killed, or is at it. */
  readonly torn: number;
  readonly corrupted: number;
  /** Runs with two measured records that differ, and of the first what differs. */
  readonly conflicts: { readonly runs: number; readonly first: string } | undefined;
  /** Since anything was written, ms; undefined where nothing was. */
  readonly quietMs: number | undefined;
}

/**
 * Writes nothing, and reads no measurement but of runs in conflict. Throws BadInput when the folder holds no sweep, or a
 * journal that is not the sweep's.
 */
export function statusOf(out: string): Status {
  const identity = readIdentity(out);
  if (!identity)
    throw new BadInput({
      expected: `results of a sweep in ${out}`,
      got: 'no sweep.json',
      try: 'marginalia run',
    });
  // Asked first: a session that ends meanwhile has left all its runs in the journal.
  const sessions = readSessions(out);
  const files = journalFiles(out);
  const writers = files.filter(writerLives).length;
  const runs = new Tally();
  const settingOf = settings(identity);
  // By setting, for the environment is part of a run's id but not of what was planned: see `readResults`.
  const ended: (Glance['ended'] | undefined)[] = [];
  const { torn, corrupted } = glanceJournal(out, identity.sweep, (glance) => {
    const setting = settingOf(glance);
    const { ended: how } = glance;
    if (how === 'measured' && runs.repeats(glance, setting)) return;
    if (setting !== undefined && (how === 'measured' || ended[setting] !== 'measured')) ended[setting] = how;
  });
  let [measured, tried] = [0, 0];
  const failed: Partial<Record<FailureKind, number>> = {};
  for (const how of ended) {
    if (how === undefined) continue;
    tried += 1;
    if (how === 'measured') measured += 1;
    else failed[how] = (failed[how] ?? 0) + 1;
  }
  const { cells, replicates } = identity;
  const planned = identity.planned ?? (cells === undefined ? undefined : cells * replicates);
  return {
    identity,
    planned,
    measured,
    failed,
    remaining: planned === undefined ? undefined : Math.max(0, planned - tried),
    setAside: runs.others,
    sessions,
    writers,
    torn,
    corrupted,
    conflicts: runs.differing.size > 0 ? conflictsOf(out, identity.sweep, runs.differing.size) : undefined,
    quietMs: quietMs(files, sessions),
  };
}

/** Measured runs that were seen, and those seen with different bytes. */
class Tally {
  readonly differing = new Set<string>();
  /** Runs that are none of the plan's. */
  others = 0;
  /** By setting, the first measured: hardly ever is there a second, and a list is faster than a map of ids. */
  readonly #planned: (Glance | undefined)[] = [];
  readonly #more = new Map<string, string>();

  repeats(glance: Glance, setting: number | undefined): boolean {
    const { id, check } = glance;
    const first = setting === undefined ? undefined : this.#planned[setting];
    const earlier = first?.id === id ? first.check : this.#more.get(id);
    if (earlier !== undefined) {
      if (earlier !== check) this.differing.add(id);
      return true;
    }
    if (setting !== undefined && first === undefined) this.#planned[setting] = glance;
    else this.#more.set(id, check);
    if (setting === undefined) this.others += 1;
    return false;
  }
}

/**
 * The number of a record's setting; undefined where it is not of the folder's own plan: its code and seed, one of its values
 * on every axis, one of its replicates.
 */
function settings({
  seed,
  code,
  values,
  replicates,
  mostReplicates: most = replicates,
}: SweepIdentity): (glance: Glance) => number | undefined {
  const taken = Object.entries(values).map(
    ([name, list]) => [name, new Set(list.map((value) => canonical(value)))] as const,
  );
  const isCell = (text: string): boolean => {
    const axes = JSON.parse(text) as Readonly<Record<string, AxisValue>>;
    return taken.every(([name, allowed]) => {
      const value = axes[name];
      return value !== undefined && allowed.has(canonical(value));
    });
  };
  const numbers = new Map<string, number>();
  return (glance) => {
    if (glance.seed !== seed || glance.code !== code || glance.replicate >= most) return undefined;
    let cell = numbers.get(glance.axes);
    if (cell === undefined) {
      cell = isCell(glance.axes) ? numbers.size : -1;
      numbers.set(glance.axes, cell);
    }
    return cell < 0 ? undefined : cell * most + glance.replicate;
  };
}

/** Checksums that differ may still spell one content; the records themselves decide. */
function conflictsOf(out: string, sweep: string, runs: number): Status['conflicts'] {
  try {
    latestRecords(out, sweep);
    return undefined;
  } catch (error) {
    if (error instanceof DeterminismAlarm) return { runs, first: error.message };
    throw error;
  }
}

function quietMs(files: readonly string[], sessions: readonly SeenSession[]): number | undefined {
  const newest = files.reduce((latest, path) => Math.max(latest, changedAt(path)), 0);
  const sinceRecord = newest > 0 ? [Math.max(0, Date.now() - newest)] : [];
  const quiet = Math.min(...sinceRecord, ...sessions.map(({ silentMs }) => silentMs));
  return quiet === Infinity ? undefined : quiet;
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
