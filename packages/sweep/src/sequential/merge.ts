/** What several e-values come to together. */

/**
 * Of independent data, each against the same hypothesis: the product is an e-value. An infinite one refutes for certain, and no
 * small one takes that back.
 */
export function mergeIndependent(evidences: readonly number[]): number {
  if (evidences.includes(Infinity)) return Infinity;
  // In logarithms: a factor of 1e300 and one of 1e-300 must not meet in the wrong order.
  return Math.exp(evidences.reduce((sum, evidence) => sum + Math.log(evidence), 0));
}

/** Of data that may depend on one another, or are the same: the mean is an e-value, and no other symmetric merger beats it (Vovk & Wang, Ann. Statist. 49, 2021). */
export const mergeDependent = (evidences: readonly number[]): number =>
  evidences.reduce((sum, evidence) => sum + evidence, 0) / evidences.length;
