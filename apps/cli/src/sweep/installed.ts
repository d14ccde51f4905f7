/** Our own packages as they are installed: where their compiled files lie. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file at the root of an installed package, whether it is there or not. */
export const packageFile = (name: string, file: string): string =>
  join(dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))), file);

/** Every `.js` and `.wasm` below a folder of an installed package: `compiledFiles('@marginalia/core')`, sorted. */
export function compiledFiles(name: string, folder = 'dist'): readonly string[] {
  const root = packageFile(name, folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(js|wasm)$/.test(path))
    .sort()
    .map((path) => join(root, path));
}
