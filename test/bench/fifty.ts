/** A hundred cells whose runs do nothing but draw fifty numbers: a record of about 1.4 kB. */
import { defineSweep, integer } from '@marginalia/sweep';
import { atLeast } from '@marginalia/theory';

export default defineSweep({
  name: 'fifty',
  question: 'What does a sweep of many runs cost?',
  axes: { index: integer('which cell', { atLeast: 0 }) },
  values: { index: Array.from({ length: 100 }, (_, i) => i) },
  presets: { quick: { about: 'one each', values: {}, replicates: 1 } },
  defaultPreset: 'quick',
  claims: [
    {
      id: 'bench/fifty',
      title: 'a uniform number is at least nothing',
      statement: 'q0 ≥ 0',
      source: { paper: 'none', authors: 'nobody', year: 2026, locator: '—', reading: 'derived' },
      notation: {},
      assumptions: [],
      measured: 'q0',
      measure: ({ measurements }) => ({ quantity: Number(measurements['q0']), bound: 0 }),
      relation: atLeast(),
      expected: 'always',
    },
  ],
  cost: () => 1,
  run: (_, random) => Object.fromEntries(Array.from({ length: 50 }, (__, i) => [`q${i}`, random.uniform()])),
});
