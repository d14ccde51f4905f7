/** Verdicts by shape as well as by colour: nobody should need to tell green from red. */
import type { VerdictKind } from '@marginalia/theory';

/** In the order in which legends list them: what needs a look first. */
export const verdictOrder: readonly VerdictKind[] = ['refuted', 'inconclusive', 'vacuous', 'supported'];

const square = 'M-1,-1L1,-1L1,1L-1,1Z';

/** Whole cells of a diagram, from −1 to 1. Inconclusive ones are hatched, refuted ones crossed, vacuous ones empty. */
export const cellPaths: Readonly<Record<VerdictKind, string>> = {
  supported: square,
  refuted: `${square}M-0.4,-0.4L0.4,0.4M-0.4,0.4L0.4,-0.4`,
  vacuous: `${square}M-0.15,0L0.15,0`,
  inconclusive: `${square}M-1,-0.33L-0.33,-1M-1,0.33L0.33,-1M-1,1L1,-1M-0.33,1L1,-0.33M0.33,1L1,0.33`,
};

/** Marks of a list. */
export const pointPaths: Readonly<Record<VerdictKind, string>> = {
  supported: 'M-0.9,0A0.9,0.9,0,1,1,0.9,0A0.9,0.9,0,1,1,-0.9,0Z',
  refuted: 'M-1,-1L1,1M-1,1L1,-1',
  vacuous: 'M0,-1.1L1.1,0L0,1.1L-1.1,0Z',
  inconclusive: 'M-0.9,-0.9L0.9,-0.9L0.9,0.9L-0.9,0.9ZM-0.9,0.9L0.9,-0.9',
};
