/** Whence a page comes: the code that rendered it, and the class of the machine. No clock, no host name. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

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
