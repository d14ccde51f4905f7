/** The pictures of the README: each is drawn by a command beside it, and is that figure. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { figures } from '../../apps/cli/src/figure/figures.js';
import { marginaliaCalls } from './command-line.js';
import { fencedBlocks } from './markdown.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const pictures = [...readme.matchAll(/!\[([^\]]+)\]\(([^)]+\.svg)\)/g)].map(([, words = '', path = '']) => ({
  words,
  path,
}));
const drawn = fencedBlocks(readme)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => marginaliaCalls(code))
  .filter(([command]) => command === 'figure')
  .flat();

describe('the pictures of the README', () => {
  it('are there', () => {
    expect(pictures.length).toBeGreaterThan(0);
  });

  it.each(pictures)('$path is drawn by a command beside it, and says what it shows', ({ words, path }) => {
    const name = basename(path, '.svg');
    const figure = figures.find((one) => one.name === name);
    expect(figure, 'a figure of the registry').toBeDefined();
    expect(drawn).toContain(name);
    expect(words.length).toBeGreaterThan(20);
    const svg = readFileSync(join(root, path), 'utf8');
    expect(svg).toContain(figure?.title);
    // Marks beyond the frame and the words.
    expect(svg.match(/<path|<rect|<circle/g)?.length ?? 0).toBeGreaterThan(20);
  });
});
