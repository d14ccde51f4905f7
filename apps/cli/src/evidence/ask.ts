/** What `evidence` is about: the folders, by seed, and the claims of their sweep. */
import { BadInput } from '@marginalia/core';
import type { Claim } from '@marginalia/theory';
import type { Results, SeedRuns } from '@marginalia/sweep';
import { claimsCalled } from '../claim-pattern.js';
import { commandLine } from '../command-line.js';
import { resultFolders } from '../result-folders.js';
import { findQuestion } from '../sweep/question.js';
import { inBibliographyOrder } from '../sweep/summary.js';

export interface Ask {
  readonly sweep: string;
  readonly seeds: readonly SeedRuns[];
  readonly claims: readonly Claim[];
  readonly axisNames: readonly string[];
  readonly keyingAxes: readonly string[];
  /** What a reader should know of the folders. */
  readonly notes: readonly string[];
}

/** Throws BadInput when there is no folder, or they do not belong together, or no claim is called so. */
export async function askOf(
  dirs: readonly string[],
  patterns: readonly string[],
  moved: string | undefined,
): Promise<Ask> {
  const { readResults, seedsOf } = await import('@marginalia/sweep');
  const folders = [...new Set(dirs)].map((folder) => ({ folder, results: readResults(folder) }));
  const [first] = folders;
  if (first === undefined) {
    const known = resultFolders('results').slice(0, 2);
    throw new BadInput({
      expected: 'folders of results, best of different seeds',
      got: 'nothing',
      try: known.length > 0 ? commandLine('evidence', ...known) : commandLine('list', 'sweeps'),
    });
  }
  const seeds = seedsOf(folders);
  const { sweep, reference, axisNames, keyingAxes } = first.results.identity;
  if (keyingAxes === undefined) {
    throw new BadInput({
      expected: `${first.folder} to know which axes key its random numbers`,
      got: 'a folder older than that',
      try: 'running the sweep into it again',
    });
  }
  const { definition } = await findQuestion(moved ?? reference, 'evidence');
  const presets = folders.map(({ results }) => definition.presets[results.identity.preset]?.claims);
  const all = [...new Set(presets.flatMap((claims) => claims ?? definition.claims))];
  const ids = all.map(({ id }) => id);
  const wanted = patterns.length > 0 ? await claimsCalled(patterns, ids) : new Set(ids);
  const claims = await inBibliographyOrder(all.filter(({ id }) => wanted.has(id)));
  if (claims.length === 0) {
    throw new BadInput({ expected: `${sweep} to have claims`, got: 'a sweep without claims' });
  }
  return { sweep, seeds, claims, axisNames, keyingAxes, notes: notesOn(seeds, folders) };
}

function notesOn(
  seeds: readonly SeedRuns[],
  folders: readonly { readonly folder: string; readonly results: Results }[],
): readonly string[] {
  const merged = seeds.filter((one) => one.folders.length > 1);
  return [
    ...merged.map(
      ({ seed, folders: of }) =>
        `${of.join(' and ')} share seed ${seed} and so their data: merged, and counted as one`,
    ),
    ...folders
      .filter(({ results }) => results.setAside > 0)
      .map(
        ({ folder, results }) =>
          `${folder}: ${results.setAside} runs of other code, seed or environment left out`,
      ),
    ...folders
      .filter(({ results }) => results.corrupted > 0)
      .map(({ folder, results }) => `${folder}: ${results.corrupted} damaged lines left out`),
  ];
}
