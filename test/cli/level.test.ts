/** What a claim could have found: in the report, and in `explain`. */
import { detectables } from 'marginalia';
import { verdictOf } from '@marginalia/sweep';
import { atMost, exactly } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { claimOf, runOf } from '../sweep/simulated.js';
import { marginalia } from './marginalia.js';

describe('the discrepancy that is detectable', () => {
  const runs = [0.1, 0.3, 0.2, 0.4, 0.3, 0.2, 0.1, 0.4, 0.2, 0.3].map((x, at) => runOf(x, 1, at));

  it('stands below the table, for each claim that has one', () => {
    const mean = { ...verdictOf(claimOf(atMost()), runs), claim: 'paper/mean' };
    const identity = { ...verdictOf(claimOf(exactly()), runs), claim: 'paper/identity' };
    const constant = verdictOf(
      claimOf(atMost()),
      runs.map((one) => runOf(0.2, 1, one.replicate)),
    );
    const words = detectables([mean, identity, constant], 100).replaceAll('\n', ' ');
    expect(words).toContain(`mean ${Number(Number(mean.detectable).toPrecision(2))}`);
    expect(words).toContain('identities that fail in 21 % of units');
    expect(constant.detectable).toBeNull();
    expect(words).not.toContain('claim ');
    expect(detectables([constant], 100)).toBe('');
  });

  it('is foretold by explain, with the level', async () => {
    const [mean, identity] = await Promise.all([
      marginalia(['explain', 'averaged-radius', '--json']),
      marginalia(['explain', 'weight-decomposition']),
    ]);
    const { level } = JSON.parse(mean.out) as {
      level: { alpha: number; detectable: { units: number; detectable: number }[] };
    };
    expect(level.alpha).toBe(0.05);
    // 5.5549 standard errors at 20 units and α = 0.05: the equation of `detectableFactor`, solved with SciPy.
    expect(level.detectable.find(({ units }) => units === 20)?.detectable).toBeCloseTo(
      5.5549824617 / Math.sqrt(20),
      8,
    );
    expect(identity.out.replaceAll(/\s+/g, ' ')).toContain(
      'an identity that fails in this share of units: 0.37 in 5 units, 0.21 in 10 units',
    );
  });
});
