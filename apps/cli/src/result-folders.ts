/** Every folder at or below `root` that holds the results of a sweep, sorted. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export function resultFolders(root: string): readonly string[] {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path) === 'sweep.json')
    .map((path) => join(root, dirname(path)))
    .sort();
}
