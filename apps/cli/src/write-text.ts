/** A text as a whole file. */
import { writeFileSync } from 'node:fs';
import { BadInput } from '@marginalia/core';

/** Throws BadInput where the file cannot be written. */
export function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new BadInput({
      expected: `${file} to be a file that can be written`,
      got: cause instanceof Error ? cause.message : String(cause),
    });
  }
}
