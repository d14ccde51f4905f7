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
