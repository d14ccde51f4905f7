/** The terminal: how wide it is, and whether it wants colours. */

/** Between 80 and 120 columns: narrower terminals wrap by themselves, longer lines are hard to read. */
export function columns(stream: NodeJS.WriteStream = process.stdout): number {
  const wide = Number(process.env['COLUMNS']) || stream.columns || 100;
  return Math.min(120, Math.max(80, wide));
}

/** Of a table, which nothing may break: as wide as the terminal is. */
export const terminalWidth = (stream: NodeJS.WriteStream = process.stdout): number =>
  Number(process.env['COLUMNS']) || stream.columns || 100;

export const isTerminal = (stream: NodeJS.WriteStream = process.stdout): boolean => stream.isTTY === true;

/** By the locale, the first of LC_ALL, LC_CTYPE and LANG that is set. */
export const writesUtf8 = (): boolean =>
  /utf-?8/i.test(process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || '');

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
