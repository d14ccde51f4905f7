/** Several folders of one sweep as one: what shards, machines and nights computed apart. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { glanceJournal } from '../journal/scan.js';
import { rollBytes } from '../journal/writer.js';
import { identityIn, readIdentity, refuseOtherSweeps, writeIdentity } from '../results.js';
import { copyLines } from './copy.js';
import { refuseUnlike, type Source, united } from './identity.js';
import { Lines } from './lines.js';

export interface MergeOptions {
  /** The folder that receives; it may be among the folders, and keeps what it has. */
  readonly out: string;
  /** Bytes of a journal file at most. */
  readonly roll?: number;
}

export interface Merged {
  /** Folders that were read. */
  readonly folders: number;
  /** Records that the target did not have. */
  readonly copied: number;
  /** Runs of the target that were measured, and that failed and were never measured. */
  readonly measured: number;
  readonly failed: number;
  /** Records of the sources left out: of another seed or code than the folders'. */
  readonly setAside: number;
  readonly torn: number;
  readonly corrupted: number;
}

/**
 * Copies every record, failures too, that the target lacks, sorted by run: the same files whatever the order of the
 * folders. Doing it again, also after having been killed, changes nothing. Throws BadInput for folders that are of
 * different sweeps, seeds or code, and a DeterminismAlarm before anything is written.
 */
export function merge(folders: readonly string[], { out, roll = rollBytes }: MergeOptions): Merged {
  const sources = distinct(folders, out).map((folder): Source => ({
    out: folder,
    identity: identityIn(folder),
  }));
  const standing = readIdentity(out);
  const all = standing ? [{ out, identity: standing }, ...sources] : sources;
  refuseUnlike(all);
  const identity = united(all, standing);
  const lines = new Lines();
  let [setAside, torn, corrupted] = [0, 0, 0];
  for (const folder of [out, ...sources.map((source) => source.out)]) {
    const scan = glanceJournal(
      folder,
      identity.sweep,
      (glance) => {
        const ours = glance.seed === identity.seed && glance.code === identity.code;
        if (ours) lines.take(glance, folder === out);
        else if (folder !== out) setAside += 1;
      },
      { heal: folder === out },
    );
    torn += scan.torn;
    corrupted += scan.corrupted;
  }
  const missing = lines.missing();
  refuseOtherSweeps(out, identity.sweep);
  copyLines(missing, out, roll);
  writeIdentity(out, identity);
  return { folders: sources.length, copied: missing.length, ...lines.ended(), setAside, torn, corrupted };
}

/** The folders but for the target, each once, however they are spelled. */
function distinct(folders: readonly string[], out: string): readonly string[] {
  const seen = new Set([real(out)]);
  return folders.filter((folder) => {
    if (seen.has(real(folder))) return false;
    seen.add(real(folder));
    return true;
  });
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}
