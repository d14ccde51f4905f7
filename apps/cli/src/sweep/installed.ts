/** Our own packages as they are installed: where their compiled files lie. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Every `.js` and `.wasm` below a folder of an installed package: `compiledFiles('@marginalia/core')`, sorted. */
export function compiledFiles(name: string, folder = 'dist'): readonly string[] {
  const root = dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(js|wasm)$/.test(path))
    .sort()
    .map((path) => join(root, folder, path));
}
