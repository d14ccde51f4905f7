/** Reading the journal of a sweep: every file of the folder, in order, and nothing that its checksum does not vouch for. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { refusal } from './refusal.js';
import { decode, encode, type JournalRecord, opening } from './record.js';

export const journalFolder = (out: string): string => join(out, 'journal');

/** The end of a file that its writer did not finish. */
export interface Tail {
  /** Bytes up to the end of the last line that ended well. */
  readonly intact: number;
  /** `unended`: a whole record that lacks its newline. `torn`: a part of one. */
  readonly kind: 'whole' | 'unended' | 'torn';
}

export interface JournalFile {
  readonly path: string;
  readonly records: readonly JournalRecord[];
  /** Lines in the middle that no longer hold the bytes written: never used. */
  readonly corrupted: number;
  readonly tail: Tail;
}

/** The journal files of an output folder, oldest first; none when it has no journal yet. */
export function journalFiles(out: string): string[] {
  let names: string[];
  try {
    names = readdirSync(journalFolder(out));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw refusal(cause, `a readable journal in ${out}`);
  }
  return names
    .filter((name) => /^\d{4,}\.jsonl$/.test(name))
    .sort((a, b) => Number.parseInt(a) - Number.parseInt(b))
    .map((name) => join(journalFolder(out), name));
}

/** Throws BadInput when the file is no journal, or holds another sweep's runs. */
export function readJournalFile(path: string, sweep: string): JournalFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw refusal(cause, `a readable journal ${path}`);
  }
  const records: JournalRecord[] = [];
  let corrupted = 0;
  let foreign = 0;
  const take = (line: string): boolean => {
    const decoded = decode(line);
    if (decoded.kind === 'record') records.push(decoded.record);
    return decoded.kind === 'record';
  };
  let intact = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, intact)) {
    const line = bytes.toString('utf8', intact, end);
    // Two sessions that mend one file at once may both end its last line.
    if (line !== '' && !take(line)) {
      corrupted += 1;
      if (decode(line).kind === 'foreign') foreign += 1;
    }
    intact = end + 1;
  }
  const last = bytes.subarray(intact);
  const kind = last.length === 0 ? 'whole' : take(last.toString('utf8')) ? 'unended' : 'torn';
  const strange = kind === 'torn' && !begins(last) ? 1 : 0;
  if (records.length === 0 && (foreign > 0 ? foreign === corrupted : strange > 0)) {
    throw new BadInput({
      expected: `${path} to be the journal of a sweep`,
      got: 'a foreign journal',
      try: 'another --out',
    });
  }
  const other = records.find((record) => record.sweep !== sweep);
  if (other) {
    throw new BadInput({
      expected: `${path} to be a journal of ${sweep}`,
      got: `a foreign journal, of ${other.sweep}`,
      try: 'another --out',
    });
  }
  return { path, records, corrupted, tail: { intact, kind } };
}

/** Whether bytes may be the beginning of a record; after a power loss a tail may also be all zeros. */
function begins(tail: Buffer): boolean {
  const start = tail.toString('latin1', 0, opening.length);
  return opening.startsWith(start) || tail.every((byte) => byte === 0);
}

/** Two finished records of one run that differ: the run was no function of its content. */
export class DeterminismAlarm extends BadInput {
  readonly id: string;
  readonly files: readonly [string, string];

  constructor(id: string, files: readonly [string, string]) {
    super({
      expected: `run ${id} to measure the same bytes whenever it runs`,
      got: `different records in ${files[0]} and ${basename(files[1])}: a determinism alarm`,
      try: 'finding what the run reads besides its axes and its random key',
    });
    this.name = 'DeterminismAlarm';
    this.id = id;
    this.files = files;
  }
}

/**
 * The latest finished record of each run: measured ones, or else the latest failure.
 * Throws DeterminismAlarm when two measured records of one id differ.
 */
export function latest(files: readonly JournalFile[]): Map<string, JournalRecord> {
  const finished = new Map<string, { readonly record: JournalRecord; readonly path: string }>();
  for (const { path, records } of files) {
    for (const record of records) {
      const earlier = finished.get(record.id);
      if (earlier?.record.outcome.kind === 'measured') {
        if (record.outcome.kind === 'failed') continue;
        if (encode(earlier.record) !== encode(record))
          throw new DeterminismAlarm(record.id, [earlier.path, path]);
      }
      finished.set(record.id, { record, path });
    }
  }
  return new Map([...finished].map(([id, { record }]) => [id, record]));
}
