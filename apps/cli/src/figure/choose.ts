/** What the words and flags of `figure` mean: folders, figures, axes, formats, a width. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { nearest } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { splitSettings } from '../overrides.js';
import { plural } from '../render/number.js';
import { resultFolders } from '../result-folders.js';
import type { Figure } from './figure.js';
import { figures } from './figures.js';
import { formats, type Format } from './files.js';
import { widths } from './theme.js';

export interface Words {
  readonly folders: readonly string[];
  readonly chosen: readonly Figure[];
  /** What `--by a b` leaves among the words. */
  readonly axes: readonly string[];
  readonly settings: readonly string[];
}

/** A word is a figure by its name, a folder where there is one, an axis after `--by`; anything else was misspelt. */
export function wordsOf(words: readonly string[], by: boolean): Words {
  const { settings, others } = splitSettings(words);
  const folders: string[] = [];
  const chosen: Figure[] = [];
  const axes: string[] = [];
  for (const word of others) {
    const named = figures.find(({ name }) => name === word);
    if (named) chosen.push(named);
    else if (statSync(word, { throwIfNoEntry: false })?.isDirectory()) folders.push(word);
    else if (by && !/[\\/-]/.test(word)) axes.push(word);
    else if (folders.length === 0 && others[0] === word) refuseFolder(word);
    else throw unknownFigure(word);
  }
  for (const folder of folders) {
    if (!existsSync(join(folder, 'sweep.json'))) refuseFolder(folder);
  }
  return { folders, chosen, axes, settings };
}

function unknownFigure(word: string): BadInput {
  const names = figures.map(({ name }) => name);
  const near = nearest(word, names);
  return new BadInput({
    expected: `a figure (${names.join(', ')})`,
    got: JSON.stringify(word),
    ...(near === undefined ? { try: commandLine('figure', '--list') } : { try: near }),
  });
}

const shownFolders = 3;

export function refuseFolder(folder: string | undefined): never {
  const below = folder === undefined ? [] : resultFolders(folder);
  const others = below.length > 0 ? below : resultFolders('results');
  throw new BadInput({
    expected:
      folder === undefined ? 'the folder of the results of a sweep' : `results of a sweep in ${folder}`,
    got:
      folder === undefined
        ? 'nothing'
        : below.length > 0
          ? `a folder with ${plural(below.length, 'such folder')} below it`
          : existsSync(folder)
            ? 'no sweep.json'
            : 'no such folder',
    try:
      others.length === 0
        ? commandLine('list', 'sweeps')
        : others
            .slice(0, shownFolders)
            .map((one) => commandLine('figure', one))
            .join(' or '),
  });
}

export function formatsOf(text: string): ReadonlySet<Format> {
  const words = text.split(',').map((word) => word.trim());
  for (const word of words) {
    if ((formats as readonly string[]).includes(word)) continue;
    const near = nearest(word, formats);
    throw new BadInput({
      expected: `--format to be some of ${formats.join(',')}`,
      got: JSON.stringify(word),
      try: `--format ${near ?? formats.join(',')}`,
    });
  }
  return new Set(words as Format[]);
}

/** The narrowest that labels leave room in, and the widest that a page shows. */
const pixels = { least: 200, most: 4000 } as const;

export function widthOf(text: string): number {
  if (Object.hasOwn(widths, text)) return widths[text as keyof typeof widths];
  const width = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (width >= pixels.least && width <= pixels.most) return width;
  throw new BadInput({
    expected: `--width to be column (${widths.column} px), page (${widths.page} px) or ${pixels.least} to ${pixels.most} pixels`,
    got: JSON.stringify(text),
    try: '--width page',
  });
}
