/** How far samples are from a law. Keys are pinned, so that a test fails always or never. */

/** sup |F_n − F|. */
export function kolmogorovSmirnov(samples: readonly number[], law: (x: number) => number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const n = sorted.length;
  return sorted.reduce((worst, x, i) => {
    const at = law(x);
    return Math.max(worst, Math.abs(at - i / n), Math.abs((i + 1) / n - at));
  }, 0);
}

/** The distance that a true law exceeds with probability 2 e^{−2 t²} = 1e-6 at t = 2.69 (Massart 1990). */
export const ksCritical = (n: number): number => 2.69 / Math.sqrt(n);

/** sup |F_n − G_m| of two samples. */
export function twoSampleDistance(first: readonly number[], second: readonly number[]): number {
  const [a, b] = [first.toSorted((x, y) => x - y), second.toSorted((x, y) => x - y)];
  let worst = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const at = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= at) i++;
    while (j < b.length && b[j]! <= at) j++;
    worst = Math.max(worst, Math.abs(i / a.length - j / b.length));
  }
  return worst;
}

/** The distance of two samples of one law that is exceeded with probability about 1e-4: √(−log(α/2)/2 · (1/n + 1/m)). */
export const twoSampleCritical = (n: number, m: number): number =>
  Math.sqrt((-Math.log(1e-4 / 2) / 2) * (1 / n + 1 / m));
