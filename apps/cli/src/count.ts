/** A count written on a command line: a whole number ≥ 1. */
import { BadInput } from '@marginalia/core';

export function count(flag: string, text: string, atMost = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || value < 1 || value > atMost) {
    throw new BadInput({
      expected: `--${flag} to be a whole number ≥ 1${atMost < Number.MAX_SAFE_INTEGER ? ` and ≤ ${atMost}` : ''}`,
      got: JSON.stringify(text),
      try: `--${flag} 2`,
    });
  }
  return value;
}
