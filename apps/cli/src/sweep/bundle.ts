/**
 * A user's sweep, in TypeScript or JavaScript, anywhere: bundled into one ES module that a worker imports by path.
 * `@marginalia/*` is always our installed copy; other packages are found from the file, as Node would.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BadInput } from '@marginalia/core';
import type { BuildFailure, Plugin } from 'esbuild';

export interface Bundle {
  /** Absolute path of the executable module. */
  readonly module: string;
  /** What it says, with packages by name: the same on every machine, for the content hash of its runs. */
  readonly text: string;
}

export async function bundleSweep(path: string): Promise<Bundle> {
  const file = resolve(path);
  if (!existsSync(file))
    throw new BadInput({ expected: 'a sweep file', got: `${path}, which does not exist` });
  if (statSync(file).isDirectory())
    throw new BadInput({ expected: 'a sweep file', got: `${path}, which is a folder` });
  const [text, executable] = await Promise.all([build(file, 'named'), build(file, 'located')]);
  const folder = join(tmpdir(), `marginalia-${process.getuid?.() ?? 'sweeps'}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const module = join(folder, `${createHash('sha256').update(executable).digest('hex').slice(0, 32)}.mjs`);
  // Atomically: another process may be importing it.
  const draft = `${module}.${process.pid}`;
  writeFileSync(draft, executable);
  renameSync(draft, module);
  return { module, text };
}

/** `named`: packages stay by name, and their versions stand below. `located`: packages become the URL of the file that Node would load. */
async function build(file: string, packages: 'named' | 'located'): Promise<string> {
  const esbuild = await import('esbuild');
  const versions = new Set<string>();
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // A comment or a line break is not a new experiment; and comments would carry paths into the hash.
      minifyWhitespace: true,
      // Nor is another file name, of which esbuild makes the name of the default export.
      minifyIdentifiers: packages === 'named',
      legalComments: 'none',
      logLevel: 'silent',
      plugins: [externalPackages(packages, versions)],
    });
    const text = outputFiles[0]?.text ?? '';
    return packages === 'named' ? `${text}//${[...versions].sort().join(' ')}\n` : text;
  } catch (error) {
    const first = (error as Partial<BuildFailure>).errors?.[0];
    if (!first) throw error;
    const place = first.location
      ? `${relative(process.cwd(), resolve(dirname(file), first.location.file)) || file}:${first.location.line}`
      : file;
    throw new BadInput({ expected: 'a sweep that compiles', got: `${place}: ${first.text}` });
  }
}

/** Notes the version of every package that stays outside: its files are no part of the text. */
function externalPackages(packages: 'named' | 'located', versions: Set<string>): Plugin {
  return {
    name: 'external-packages',
    setup(build) {
      build.onResolve({ filter: /^@marginalia\// }, ({ path }) => {
        try {
          const url = import.meta.resolve(path);
          return { path: packages === 'located' ? url : path, external: true };
        } catch {
          return { errors: [{ text: `${path} is not a package of marginalia's` }] };
        }
      });
      // A package installed beside the sweep stays where it is, so that its own files are found; a linked one is bundled.
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === 'resolving' || path.startsWith('node:') || kind === 'entry-point')
          return undefined;
        const found = await build.resolve(path, { kind, resolveDir, pluginData: 'resolving' });
        if (found.errors.length > 0 || found.external || !found.path.includes(`${sep}node_modules${sep}`))
          return found;
        versions.add(versionOf(found.path));
        return { path: packages === 'located' ? pathToFileURL(found.path).href : path, external: true };
      });
    },
  };
}

/** `name@version` from the package.json of the package that a file below node_modules belongs to. */
function versionOf(file: string): string {
  const [, root] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file) ?? [];
  const { name, version } = JSON.parse(readFileSync(join(root ?? dirname(file), 'package.json'), 'utf8')) as {
    readonly name?: string;
    readonly version?: string;
  };
  return `${name}@${version}`;
}
