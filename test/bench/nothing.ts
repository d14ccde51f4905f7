/** A sweep whose run does nothing: what is left is what the framework takes. */
import { defineSweep, integer } from '@marginalia/sweep';
import { atLeast } from '@marginalia/theory';

export default defineSweep({
  name: 'nothing',
  question: 'What does a run cost that does nothing?',
  axes: { index: integer('which run', { atLeast: 1 }) },
  values: { index: [1] },
  presets: { quick: { about: 'one', values: {}, replicates: 1 } },
  defaultPreset: 'quick',
  claims: [
    {
      id: 'bench/nothing',
      title: 'nothing is at least nothing',
      statement: 'index ≥ 0',
      source: { paper: 'none', authors: 'nobody', year: 2026, locator: '—', reading: 'derived' },
      notation: {},
      assumptions: [],
      measured: 'index',
      measure: ({ measurements }) => ({ quantity: Number(measurements['index']), bound: 0 }),
      relation: atLeast(),
      expected: 'always',
    },
  ],
  cost: () => 1,
  run: ({ index }) => ({ index }),
});
