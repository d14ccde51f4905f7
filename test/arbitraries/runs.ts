/** Numbers of runs of a property: MARGINALIA_RUNS=100 runs each a hundred times as often. */
const multiple = Number(process.env['MARGINALIA_RUNS'] ?? 1);

export const runs = (count: number): { readonly numRuns: number } => ({
  numRuns: Math.ceil(count * multiple),
});
