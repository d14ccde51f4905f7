/** What came of runs that were tried again. */
import type { FailedRun } from '../sweep/summary.js';
import { plural } from './number.js';
import { failedLines } from './report.js';

export interface Retried {
  readonly tried: number;
  readonly measured: number;
  readonly failures: number;
  readonly failed: readonly FailedRun[];
}

/** `judge`: the command that judges the claims on what is there now. */
export function retryReport(
  { tried, measured, failures, failed }: Retried,
  judge: string,
  width: number,
): string {
  return [
    `${plural(tried, 'run')} tried again: ${measured} measured, ${failures} failed again.`,
    ...(failures > 0 ? [failedLines(failed, width).join('\n')] : []),
    `To compute what is missing and judge the claims:\n  ${judge}`,
  ].join('\n\n');
}
