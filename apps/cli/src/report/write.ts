/** Where the page goes: a folder with `index.html`, or `report.pdf`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { writeAtomically } from '@marginalia/sweep';

/** The path written. Throws BadInput where it cannot be. */
export function writePage(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeAtomically(path, content);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
  return path;
}

export const unwritable = (folder: string, cause: unknown): BadInput =>
  new BadInput({
    expected: `a folder ${folder} that can be written`,
    got: cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause),
    try: '--output with another one',
  });
