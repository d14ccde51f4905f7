/** What the process says to a script. Anything that is not about the claims is no claim's fault: 2, 70 or 130. */
export const exitCode = {
  supported: 0,
  refuted: 1,
  badInput: 2,
  undecided: 3,
  /** A bug of ours (sysexits' EX_SOFTWARE): never to be mistaken for a refutation. */
  bug: 70,
  interrupted: 130,
} as const;
