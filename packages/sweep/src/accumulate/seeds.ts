/** Results of one sweep from several folders, by what they share: runs of one seed drew the same numbers. */
import { BadInput } from '@marginalia/core';
import { differenceOf } from '../journal/difference.js';
import { DeterminismAlarm } from '../journal/latest.js';
import { encode, type JournalRecord } from '../journal/record.js';
import type { Results } from '../results.js';

export interface ResultsFolder {
  readonly folder: string;
  readonly results: Results;
}

/** The runs of one seed, each once. */
export interface SeedRuns {
  readonly seed: string;
  readonly folders: readonly string[];
  /** Measured ones, and failures of what no folder measured. */
  readonly records: readonly JournalRecord[];
}

/**
 * Folders of one seed are merged: what two hold of one run is one run. Throws BadInput when the folders are of different
 * sweeps or of different code (under one seed the same data are drawn again, under two another thing is measured), and a
 * DeterminismAlarm when two folders measured different bytes.
 */
export function seedsOf(folders: readonly ResultsFolder[]): readonly SeedRuns[] {
  const [first, ...others] = folders;
  if (first === undefined) return [];
  for (const other of others) refuseOther(first, other);
  const seeds = new Map<string, ResultsFolder[]>();
  for (const one of folders) {
    const { seed } = one.results.identity;
    seeds.set(seed, [...(seeds.get(seed) ?? []), one]);
  }
  return [...seeds].map(([seed, alike]) => ({
    seed,
    folders: alike.map(({ folder }) => folder),
    records: merged(alike),
  }));
}

function merged(folders: readonly ResultsFolder[]): readonly JournalRecord[] {
  const found = new Map<string, { readonly record: JournalRecord; readonly folder: string }>();
  for (const { folder, results } of folders) {
    for (const record of results.records) {
      const earlier = found.get(record.id);
      if (earlier && encode(earlier.record) !== encode(record))
        throw new DeterminismAlarm(
          record.id,
          [earlier.folder, folder],
          differenceOf(earlier.record.outcome, record.outcome) ?? 'in what is not measured',
        );
      if (!earlier) found.set(record.id, { record, folder });
    }
  }
  const failed = new Map<string, JournalRecord>();
  for (const { results } of folders) {
    for (const record of results.failures) if (!found.has(record.id)) failed.set(record.id, record);
  }
  return [...[...found.values()].map(({ record }) => record), ...failed.values()];
}

function refuseOther(one: ResultsFolder, other: ResultsFolder): void {
  const [a, b] = [one.results.identity, other.results.identity];
  if (a.sweep !== b.sweep) {
    throw new BadInput({
      expected: `folders of one sweep`,
      got: `${one.folder} of ${a.sweep} and ${other.folder} of ${b.sweep}`,
      try: 'the folders of one sweep at a time',
    });
  }
  if (a.code !== b.code) {
    throw new BadInput({
      expected: `folders that ran the same code, for their evidence to be about the same thing`,
      got: `${one.folder} of code ${a.code.slice(0, 8)} and ${other.folder} of code ${b.code.slice(0, 8)}`,
      try: 'running the older one again, or leaving it out',
    });
  }
}
