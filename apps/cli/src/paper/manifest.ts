/** Whence every number of a paper comes: beside the macros, to be committed with them. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { BadInput } from '@marginalia/core';
import type { PaperNumber } from './numbers.js';
import type { Source } from './source.js';

export interface Manifest {
  readonly marginalia: 1;
  readonly folders: readonly {
    /** From the folder of the manifest. */
    readonly folder: string;
    readonly sweep: string;
    readonly preset: string;
    readonly seed: string;
    readonly code: string;
    /** SHA-256 over the checksums of the measured runs. */
    readonly journal: string;
    readonly runs: number;
    readonly failed: number;
    /** What computes it again. */
    readonly command: string;
  }[];
  readonly numbers: Readonly<Record<string, Omit<PaperNumber, 'key'>>>;
}

export const manifestOf = (
  file: string,
  sources: readonly Source[],
  numbers: readonly PaperNumber[],
): Manifest => ({
  marginalia: 1,
  folders: sources.map(({ folder, identity, records, failures, journal, command }) => ({
    folder: relative(dirname(resolve(file)), resolve(folder)) || '.',
    sweep: identity.sweep,
    preset: identity.preset,
    seed: identity.seed,
    code: identity.code,
    journal,
    runs: records.length,
    failed: failures,
    command,
  })),
  numbers: Object.fromEntries(numbers.map(({ key, ...number }) => [key, number])),
});

/** Throws BadInput where the file is not there, or is none. */
export function readManifest(file: string): Manifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new BadInput({
      expected: `the manifest of marginalia paper in ${file}`,
      got: cause instanceof SyntaxError ? 'no JSON' : 'no file that can be read',
      try: '--results DIR, or --manifest FILE',
    });
  }
  if (isManifest(parsed)) return parsed;
  throw new BadInput({
    expected: `the manifest of marginalia paper in ${file}`,
    got: 'another document',
    try: '--results DIR, or --manifest FILE',
  });
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { marginalia, folders, numbers } = value as Partial<Record<keyof Manifest, unknown>>;
  return (
    marginalia === 1 &&
    typeof numbers === 'object' &&
    Array.isArray(folders) &&
    folders.every((one: unknown) => typeof (one as { readonly folder?: unknown } | null)?.folder === 'string')
  );
}
