/** BibTeX entries, in letters that every BibTeX since 1988 can read. */
import type { Paper } from '../bibliography.js';

export const bibtex = (papers: readonly Paper[]): string => papers.map(bibtexEntry).join('\n\n');

export function bibtexEntry({ key, source, publication }: Paper): string {
  const { paper, authors, year, arxiv } = source;
  const { kind, venue, series, volume, number, pages, publisher, doi } = publication ?? {};
  const type = kind === 'journal' ? 'article' : kind === 'conference' ? 'inproceedings' : 'misc';
  const fields: readonly (readonly [string, string | number | undefined])[] = [
    ['title', protectedCapitals(paper)],
    ['author', authors.split(', ').map(inLetters).join(' and ')],
    [kind === 'journal' ? 'journal' : 'booktitle', venue === undefined ? undefined : inLetters(venue)],
    ['series', series],
    ['volume', volume],
    ['number', number],
    ['pages', pages?.join('--')],
    ['publisher', publisher],
    ['year', year],
    ['doi', doi],
    ['eprint', arxiv],
    ['archiveprefix', arxiv === undefined ? undefined : 'arXiv'],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}},`]));
  return [`@${type}{${key},`, ...lines, '}'].join('\n');
}

/** Styles put titles into small letters but for what stands in braces: words with a capital inside, such as ReLU. */
const protectedCapitals = (title: string): string =>
  title
    .split(' ')
    .map((word) => inLetters(word).replace(/\p{L}+\p{Lu}\p{L}*/u, (inner) => `{${inner}}`))
    .join(' ');

const special: Readonly<Record<string, string>> = {
  '–': '--',
  '—': '---',
  '’': "'",
  '“': '``',
  '”': "''",
  ß: '{\\ss}',
  ø: '{\\o}',
  Ø: '{\\O}',
  ł: '{\\l}',
  Ł: '{\\L}',
  ı: '{\\i}',
};
/** TeX's accents, by the combining character. */
const accents: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0308': '"',
  '\u030a': 'r ',
  '\u030c': 'v ',
  '\u0327': 'c ',
};

/** `Sokolić` is `Sokoli{\'c}`; the characters that TeX takes for commands are escaped. */
const inLetters = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[&%$#_]/g, String.raw`\$&`)
    .replaceAll(/(\p{L})([\u0300-\u036f])/gu, (both, letter: string, accent: string) =>
      accents[accent] === undefined ? both : `{\\${accents[accent]}${letter}}`,
    )
    .replaceAll(/[–—’“”ßøØłŁı]/g, (letter) => special[letter] as string)
    .normalize('NFC');
