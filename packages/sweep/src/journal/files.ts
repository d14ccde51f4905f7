/** The journal files of an output folder. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { refusal } from './refusal.js';

export const journalFolder = (out: string): string => join(out, 'journal');

/** The journal file of that number. */
export const numbered = (out: string, number: number): string =>
  join(journalFolder(out), `${String(number).padStart(4, '0')}.jsonl`);

/** Oldest first; none when the folder has no journal yet. */
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
