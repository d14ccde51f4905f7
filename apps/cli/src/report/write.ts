/** Where the page goes: a folder with `index.html`, or `report.pdf`. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { makeFolder, writeAtomically } from '@marginalia/sweep';

/** Asked before anything is computed. Throws BadInput for a folder that cannot be made, or written in. */
export function refuseUnwritable(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** The path written. Throws BadInput where it cannot be. */
export function writePage(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  try {
    makeFolder(folder);
    writeAtomically(path, content);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
  return path;
}

const unwritable = (folder: string, cause: unknown): BadInput =>
  new BadInput({
    expected: `a folder ${folder} that can be written`,
    got: cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause),
    try: '--output with another one',
  });
