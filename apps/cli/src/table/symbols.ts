/** How the axes of a sweep are written in LaTeX: by the symbol that its own definition gives them. */
import { BadInput } from '@marginalia/core';
import type { SweepIdentity } from '@marginalia/sweep';
import { latexText } from '../figure/latex-text.js';
import { symbolOf } from '../figure/symbols.js';
import { findQuestion } from '../sweep/question.js';

/** `m` of `m, neurons`, `c` of `c = d − r, …`, `K_1`; undefined where the meaning begins with a word. */
export const symbolIn = (meaning: string): string | undefined =>
  /^(\p{L}(?:_\w|_\{\w+\})?[′']*)(?:,| =| of )/u.exec(meaning)?.[1];

/** Axis → LaTeX. An axis without a symbol keeps its name; so do all where the sweep's file is gone. */
export async function axisSymbols({
  reference,
  axisNames,
}: SweepIdentity): Promise<Readonly<Record<string, string>>> {
  const meanings = await meaningsOf(reference);
  return Object.fromEntries(
    axisNames.map((axis) => {
      const symbol = symbolIn(meanings[axis] ?? '');
      return [axis, symbol === undefined ? named(axis) : mathOf(symbol)];
    }),
  );
}

/** `d` → `$d$`, `η` → `$\eta$`, `K_1` → `$K_{1}$`. */
function mathOf(symbol: string): string {
  const [, letter = '', index] = /^(.)(?:_\{?(\w+)\}?)?/u.exec(symbol) ?? [];
  const bare = latexText(letter).replaceAll('$', '');
  return `$${bare}${index === undefined ? '' : `_{${index}}`}${symbol.replaceAll(/[^′']/g, '').replaceAll('′', "'")}$`;
}

/** Of the axes that figures know. */
function named(axis: string): string {
  const symbol = symbolOf(axis);
  return symbol !== axis && /^\p{L}$/u.test(symbol) ? mathOf(symbol) : latexText(axis);
}

async function meaningsOf(reference: string): Promise<Readonly<Record<string, string>>> {
  try {
    const { definition } = await findQuestion(reference, 'table');
    return Object.fromEntries(Object.entries(definition.axes).map(([name, { meaning }]) => [name, meaning]));
  } catch (error) {
    // The numbers stand without it.
    if (error instanceof BadInput) return {};
    throw error;
  }
}
