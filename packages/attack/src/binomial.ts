/** Shares of a sample: the exact interval of Clopper and Pearson. */
import { BadInput, exp, log, log1p } from '@marginalia/core';

/**
 * The Clopper–Pearson interval of a binomial share: `count` of `of` ≥ 1 independent points, two-sided at `level`. It
 * contains the true share with probability ≥ level, whatever that is. Ends solve P[X ≥ count] = α/2 and P[X ≤ count] = α/2
 * at α = 1 − level; 0 and 1 where there is no such end. Source: Clopper & Pearson, Biometrika 26 (1934).
 */
export function clopperPearson(count: number, of: number, level = 0.95): readonly [number, number] {
  if (!(Number.isInteger(of) && of >= 1 && Number.isInteger(count) && count >= 0 && count <= of)) {
    throw new BadInput({ expected: 'a count out of a number of points ≥ 1', got: `${count} of ${of}` });
  }
  if (!(level > 0 && level < 1)) throw new BadInput({ expected: 'a level in (0, 1)', got: String(level) });
  const tail = (1 - level) / 2;
  return [
    count === 0 ? 0 : shareAt(count, of, tail),
    // P[X ≤ count | share] = P[X ≥ of − count | 1 − share].
    count === of ? 1 : 1 - shareAt(of - count, of, tail),
  ];
}

/** The share at which P[X ≥ count] = tail, by bisection to the last place; it grows with the share. */
function shareAt(count: number, of: number, tail: number): number {
  const logChoose = logBinomial(of, count);
  let below = 0;
  let above = 1;
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return middle;
    if (atLeast(count, of, middle, logChoose) < tail) below = middle;
    else above = middle;
  }
}

/** P[X ≥ count] of a binomial: the terms from `count` on, or the complement where these are the fewer that count. */
function atLeast(count: number, of: number, share: number, logChoose: number): number {
  const odds = share / (1 - share);
  const first = exp(logChoose + count * log(share) + (of - count) * logComplement(share));
  if (count > of * share) {
    let sum = 0;
    let term = first;
    for (let i = count; i <= of && term > sum * 2 ** -54; i++) {
      sum += term;
      term *= ((of - i) / (i + 1)) * odds;
    }
    return sum;
  }
  let sum = 0;
  let term = (first * count) / ((of - count + 1) * odds);
  for (let i = count - 1; i >= 0 && term > sum * 2 ** -54; i--) {
    sum += term;
    term *= i / ((of - i + 1) * odds);
  }
  return Math.max(0, 1 - sum);
}

/** log(1 − share), small shares in full: −log(1 + share/(1 − share)). */
const logComplement = (share: number): number => -log1p(share / (1 - share));

/** log of n over k. */
function logBinomial(n: number, k: number): number {
  let sum = 0;
  for (let i = 1, few = Math.min(k, n - k); i <= few; i++) sum += log((n - few + i) / i);
  return sum;
}
