/** The table of the talk: whatever claim a slide names is one of the registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claims } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';

const text = readFileSync(
  join(fileURLToPath(new URL('../..', import.meta.url)), 'packages/theory/TALK.md'),
  'utf8',
);

/** Of every row with three cells, the ids that its last names. */
const rowsOf = (
  table: string,
): { readonly slide: string; readonly last: string; readonly ids: readonly string[] }[] =>
  table
    .split('\n')
    .filter((line) => /^\|(?! -)/.test(line))
    .slice(1)
    .map((line) => {
      const [, slide = '', , last = ''] = line.split('|').map((cell) => cell.trim());
      return { slide, last, ids: [...last.matchAll(/`([^`]+)`/g)].map(([, id]) => id ?? '') };
    });

/** Names that are no claim's: neither an id nor the part after its slash. */
const strangers = (table: string): readonly string[] =>
  rowsOf(table)
    .flatMap(({ ids }) => ids)
    .filter((name) => !claims.some(({ id }) => id === name || id.endsWith(`/${name}`)));

describe('the table of the talk', () => {
  const slides = rowsOf(text).filter(({ slide }) => !slide.startsWith('**'));

  it('names claims of the registry alone, each on one slide', () => {
    const named = slides.flatMap(({ ids }) => ids);
    expect(named.length).toBeGreaterThan(30);
    expect(strangers(text)).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
  });

  it('says of every slide which claims stand for it, or that none does', () => {
    for (const { slide, last, ids } of slides)
      expect(ids.length > 0 || /^—( no claim yet)?$/.test(last), slide).toBe(true);
  });

  it('would not let a name pass that is no claim', () => {
    expect(strangers(text.replace('`averaged-radius`', '`averaged-radios`'))).toEqual(['averaged-radios']);
  });
});
