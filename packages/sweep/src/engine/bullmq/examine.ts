/** Whether a worker may serve a sweep that is driven, and how this machine has it. */
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { makeFolder } from '../../journal/make-folder.js';
import { journalFolder } from '../../journal/files.js';
import { refusal } from '../../journal/refusal.js';
import type { SweepReference } from '../../load-sweep.js';
import type { SweepEntry } from './registry.js';
import { seesToken } from './token.js';

/** A sweep as this machine has it. */
export interface Found {
  readonly reference: SweepReference;
  readonly code: string;
}

export interface Served {
  readonly entry: SweepEntry;
  readonly reference: SweepReference;
  /** Folder of the results on this machine. */
  readonly out: string;
  /** The driver does not see it. */
  readonly apart: boolean;
  /** Of the folder of the journals, which may be another one under the same name later. */
  readonly inode: number;
}

interface Here {
  readonly find: (entry: SweepEntry) => Promise<Found | undefined>;
  readonly out?: string;
}

/** Why not, in a line; an empty one where nobody asked for it. Throws BadInput when the folder cannot be written. */
export async function examine(entry: SweepEntry, here: Here): Promise<Served | string> {
  let found: Found | undefined;
  try {
    found = await here.find(entry);
  } catch (cause) {
    if (!(cause instanceof BadInput)) throw cause;
    return cause.message;
  }
  if (!found) return '';
  if (found.code !== entry.code) {
    return `expected the code of the driver on ${entry.host}, ${entry.code.slice(0, 12)}, got ${found.code.slice(0, 12)} here; its runs are left to workers of that code; try the same version of marginalia and of the sweep`;
  }
  const out = here.out ?? entry.out;
  const apart = !seesToken(out, entry);
  if (apart && here.out === undefined) {
    return `expected ${out} to be the folder that the driver on ${entry.host} reads, got another one or none; try --out DIR where that folder is mounted, or any DIR and marginalia merge`;
  }
  refuseUnwritable(out);
  return { entry, reference: found.reference, out, apart, inode: inodeOf(out) };
}

/** Whether a driver that came after another one wants the same of whoever serves it: then nothing need begin anew. */
export const sameTerms = ({ entry, out, apart, inode }: Served, now: SweepEntry): boolean =>
  entry.token === now.token ||
  (JSON.stringify([entry.limits, entry.maxThreads]) === JSON.stringify([now.limits, now.maxThreads]) &&
    seesToken(out, now) === !apart &&
    inodeOf(out) === inode);

const inodeOf = (out: string): number => statSync(journalFolder(out), { throwIfNoEntry: false })?.ino ?? -1;

/** Before a job is taken: a worker that cannot write would only spoil it. */
function refuseUnwritable(out: string): void {
  const probe = join(journalFolder(out), `.writable-${process.pid}`);
  try {
    makeFolder(journalFolder(out));
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    throw refusal(cause, `an output folder ${out} that can be written`);
  }
}
