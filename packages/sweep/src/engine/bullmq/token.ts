/** A file by which a worker knows that the folder it sees is the one that the driver reads. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusal } from '../../journal/refusal.js';
import type { SweepEntry } from './registry.js';

/** Removes those of killed drivers, for there is one driver a folder. Throws BadInput when the folder cannot be written. */
export function layToken({ out, token }: SweepEntry): void {
  try {
    for (const name of readdirSync(out))
      if (name.startsWith('.driver-')) rmSync(join(out, name), { force: true });
    writeFileSync(join(out, token), '');
  } catch (cause) {
    throw refusal(cause, `an output folder ${out} that can be written`);
  }
}

export function liftToken({ out, token }: SweepEntry): void {
  rmSync(join(out, token), { force: true });
}

export const seesToken = (folder: string, { token }: SweepEntry): boolean => existsSync(join(folder, token));
