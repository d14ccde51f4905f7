/** A duration written on a command line: `45s`, `90m`, `1h30m`, `2d`. */
import { BadInput } from '@marginalia/core';

const units = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 } as const;

/** Milliseconds. Throws BadInput for what is no duration above 0. */
export function duration(flag: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const total = parts.reduce(
    (sum, [, value, unit]) => sum + Number(value) * units[unit as keyof typeof units],
    0,
  );
  if (parts.map(([part]) => part).join('') !== text || !(total > 0)) {
    throw new BadInput({
      expected: `--${flag} to be a duration above 0`,
      got: JSON.stringify(text),
      try: `--${flag} 90s or --${flag} 1h30m`,
    });
  }
  return total;
}
