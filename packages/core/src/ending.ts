/** How training ended. Never a boolean: what happened, when, and what to try. */
export type Ending =
  /** All training margins were positive from `step` on to the end. */
  | { readonly kind: 'fitted'; readonly step: number }
  /** The steps ran out with `unfitted` training points on the wrong side; try more steps or a larger step size. */
  | { readonly kind: 'out-of-steps'; readonly unfitted: number }
  /** The loss or a margin was not finite, or the loss had grown a hundredfold, at `step`; try a smaller step size. */
  | { readonly kind: 'diverged'; readonly step: number };

/** Growth of the loss over its initial value that counts as divergence. */
export const blowUp = 100;
