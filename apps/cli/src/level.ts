/** A level written on a command line: a number between 0 and 1. */
import { BadInput } from '@marginalia/core';

export function levelOf(text: string): number {
  const alpha = text.trim() === '' ? Number.NaN : Number(text);
  if (alpha > 0 && alpha < 1) return alpha;
  throw new BadInput({
    expected: '--alpha to be a number above 0 and below 1',
    got: JSON.stringify(text),
    try: '--alpha 0.001',
  });
}
