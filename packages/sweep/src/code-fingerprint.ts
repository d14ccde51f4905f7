/** The fingerprint of the code that decides the bits of a run. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { BadInput, canonical } from '@marginalia/core';

/**
 * SHA-256, hexadecimal, over the files' names relative to their common folder, sorted, and their contents: equal on
 * every machine that holds the same files, wherever they lie. Throws BadInput for a file that cannot be read.
 */
export function codeFingerprint(files: readonly string[]): string {
  const paths = [...new Set(files.map((file) => resolve(file)))];
  const root = commonFolder(paths);
  const entries = paths
    .map((path) => [relative(root, path).split(sep).join('/'), digest(path)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(canonical(entries)).digest('hex');
}

function commonFolder(paths: readonly string[]): string {
  let folder = paths[0] === undefined ? '/' : dirname(paths[0]);
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}

function digest(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (cause) {
    throw new BadInput({
      expected: `a readable source file ${path}`,
      got: cause instanceof Error ? cause.message : String(cause),
    });
  }
}
