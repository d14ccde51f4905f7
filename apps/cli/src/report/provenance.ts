/** Whence a page comes: the code that rendered it, the class of the machine, the journals behind it. No clock, no host name. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glanceJournal, type SweepIdentity } from '@marginalia/sweep';

export interface Provenance {
  readonly marginalia: string;
  readonly node: string;
  /** Of the code that rendered; undefined where it is installed from a package. */
  readonly commit: { readonly hash: string; readonly dirty: boolean } | undefined;
  readonly machine: string;
}

export function provenanceOf(): Provenance {
  const file = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return {
    marginalia: version,
    node: process.versions.node,
    commit: commitAt(dirname(fileURLToPath(file))),
    machine: `${cpus().length} cores, ${process.arch}, ${process.platform}`,
  };
}

function commitAt(folder: string): Provenance['commit'] {
  // Within node_modules the repository around is the user's own.
  if (folder.split(sep).includes('node_modules')) return undefined;
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const hash = git('rev-parse', 'HEAD').trim();
    return { hash, dirty: git('status', '--porcelain', '--untracked-files=no').trim() !== '' };
  } catch {
    return undefined;
  }
}

/**
 * SHA-256 of the sorted checksums of the measured runs of a plan: the same however the journal was dealt into files, and in
 * whatever order its runs ended.
 */
export function journalHash(out: string, { sweep, seed, code }: SweepIdentity): string {
  const checks = new Set<string>();
  glanceJournal(out, sweep, (glance) => {
    if (glance.ended === 'measured' && glance.seed === seed && glance.code === code) checks.add(glance.check);
  });
  return createHash('sha256')
    .update([...checks].sort().join('\n'))
    .digest('hex');
}
