/** The run that an id, or the beginning of one, means: in one folder of results, or in any below ./results. */
import { BadInput } from '@marginalia/core';
import type { JournalRecord, Results } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { resultFolders } from '../result-folders.js';

export interface FoundRun {
  readonly record: JournalRecord;
  readonly identity: Results['identity'];
  readonly folder: string;
}

/** Throws BadInput when no run, or more than one, begins so. */
export async function findRun(prefix: string, out: string | undefined): Promise<FoundRun> {
  const { readResults } = await import('@marginalia/sweep');
  const folders = resultFolders(out ?? 'results');
  const found = new Map<string, FoundRun>();
  for (const folder of folders) {
    const { identity, records, failures } = readResults(folder);
    for (const record of [...records, ...failures]) {
      if (record.id.startsWith(prefix) && !found.has(record.id))
        found.set(record.id, { record, identity, folder });
    }
  }
  const [first, second] = found.values();
  const where = out ?? './results';
  if (!first) {
    throw new BadInput({
      expected: `a run in ${where} (${folders.length === 0 ? 'which holds no results; --out names another folder' : 'an id, or its beginning'})`,
      got: JSON.stringify(prefix),
      try:
        folders[0] === undefined ? commandLine('list', 'sweeps') : commandLine('table', folders[0], '--runs'),
    });
  }
  if (second) {
    throw new BadInput({
      expected: 'the beginning of one run id',
      got: `${JSON.stringify(prefix)}, the beginning of ${found.size}`,
      try: commandLine('replay', first.record.id, '--out', first.folder),
    });
  }
  return first;
}
