/** The terminal: how wide it is, and whether it wants colours. */

/** Between 80 and 120 columns: narrower terminals wrap by themselves, longer lines are hard to read. */
export function columns(stream: NodeJS.WriteStream = process.stdout): number {
  const wide = Number(process.env['COLUMNS']) || stream.columns || 100;
  return Math.min(120, Math.max(80, wide));
}

/** https://no-color.org: any non-empty NO_COLOR means none. */
export function coloured(stream: NodeJS.WriteStream = process.stdout): boolean {
  if (process.env['NO_COLOR']) return false;
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

export type Tone = 'good' | 'bad' | 'warn' | 'faint' | 'strong';
const codes: Readonly<Record<Tone, number>> = { good: 32, bad: 31, warn: 33, faint: 2, strong: 1 };

export type Paint = (tone: Tone, text: string) => string;

export const painter = (on: boolean): Paint =>
  on ? (tone, text) => `\u001b[${codes[tone]}m${text}\u001b[0m` : (_, text) => text;
