/**
 * A caller's mistake: what was expected, what came, what to try. The app prints it as one line and exits with 2.
 * How the science turned out is never an error: that is a returned union.
 */
export class BadInput extends Error {
  readonly _tag = 'BadInput';
  readonly expected: string;
  readonly got: string;
  readonly suggestion: string | undefined;

  constructor(mistake: { expected: string; got: string; try?: string }) {
    super(`expected ${mistake.expected}, got ${mistake.got}${mistake.try ? `; try ${mistake.try}` : ''}`);
    this.name = 'BadInput';
    this.expected = mistake.expected;
    this.got = mistake.got;
    this.suggestion = mistake.try;
  }
}
