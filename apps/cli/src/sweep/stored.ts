/** A folder of results on a command line, and the plan that it holds. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import type { SweepIdentity } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { resultFolders } from '../result-folders.js';
import { findQuestion, type Question } from './question.js';

/** What `sweep.json` says; `flags` belong to the command that is suggested. Throws BadInput where there is none, with a folder below in which there is. */
export async function storedIdentity(
  dir: string,
  command: string,
  ...flags: readonly string[]
): Promise<SweepIdentity> {
  const { readIdentity } = await import('@marginalia/sweep');
  const identity = existsSync(join(dir, 'sweep.json')) ? readIdentity(dir) : undefined;
  if (identity) return identity;
  const there = statSync(dir, { throwIfNoEntry: false });
  const [near] = [...resultFolders(dir), ...resultFolders('results')];
  throw new BadInput({
    expected: `results of a sweep in ${dir}`,
    got: there === undefined ? 'no such folder' : there.isDirectory() ? 'no sweep.json' : 'a file',
    try: near === undefined ? commandLine('list', 'sweeps') : commandLine(command, near, ...flags),
  });
}

/** The sweep of a folder as it is defined now. Throws BadInput where it cannot be found, or is another. */
export async function storedQuestion(
  identity: SweepIdentity,
  { sweep, command }: { readonly sweep: string | undefined; readonly command: string },
): Promise<Question> {
  const question = await findQuestion(sweep ?? identity.reference, command);
  if (question.definition.name === identity.sweep) return question;
  throw new BadInput({
    expected: `${question.reference.spelled} to define ${identity.sweep}`,
    got: question.definition.name,
    try: '--sweep PATH, where its file lies now',
  });
}
