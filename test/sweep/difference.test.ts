import { differenceOf } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';

describe('the difference of two outcomes', () => {
  it('is none between the same bits alone', () => {
    const outcome = (x: number) => ({ kind: 'measured', measurements: { a: 1, x } }) as const;
    expect(differenceOf(outcome(0.1), outcome(0.1))).toBeUndefined();
    expect(differenceOf(outcome(Number.NaN), outcome(Number.NaN))).toBeUndefined();
    expect(differenceOf(outcome(0.3), outcome(0.1 + 0.2))).toBe('x was 0.3, is 0.30000000000000004');
  });

  it('says so when it fails, or failed then', () => {
    const measured = { kind: 'measured', measurements: { x: 1 } } as const;
    const failed = { kind: 'failed', failure: { kind: 'threw', message: 'no' } } as const;
    expect(differenceOf(measured, failed)).toBe('it was measured then, failed (threw: no) now');
    expect(differenceOf(failed, measured)).toBe('it failed then (threw: no), measured now');
    expect(differenceOf(failed, failed)).toBeUndefined();
  });
});
