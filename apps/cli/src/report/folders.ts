/** The folders that a page is made of. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { commandLine } from '../command-line.js';
import { resultFolders } from '../result-folders.js';
import { storedIdentity } from '../sweep/stored.js';
import type { ReportedSweep } from './read.js';

/** A folder above several means all of them. Throws BadInput where there is none. */
export async function reportedFolders(words: readonly string[], name: string): Promise<readonly string[]> {
  if (words.length === 0) {
    const [near] = resultFolders('results');
    throw new BadInput({
      expected: 'the folder of the results of a sweep',
      got: 'nothing',
      try: near === undefined ? commandLine('list', 'sweeps') : commandLine(name, near),
    });
  }
  const folders: string[] = [];
  for (const word of words) {
    const below = existsSync(join(word, 'sweep.json')) ? [word] : resultFolders(word);
    // Says what is wrong with it.
    if (below.length === 0) await storedIdentity(word, name);
    folders.push(...below);
  }
  return [...new Set(folders)];
}

/** A page of verdicts needs one. */
export function refuseClaimless(sweeps: readonly ReportedSweep[]): void {
  if (sweeps.some(({ claims }) => claims.length > 0)) return;
  const [first] = sweeps;
  throw new BadInput({
    expected: 'a sweep that makes claims',
    got: sweeps.map(({ identity }) => identity.sweep).join(', '),
    try: commandLine('table', first?.folder ?? 'results'),
  });
}
