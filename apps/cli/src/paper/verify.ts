/** Whether what a paper says of numbers follows from the journals as they are now. */
import { agrees, literalOf } from './literal.js';
import type { PaperNumber } from './numbers.js';
import type { Scanned, Use } from './scan.js';

export interface Failing {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly why: string;
}

/** By every key and alias. */
const byKey = (numbers: readonly PaperNumber[]): ReadonlyMap<string, PaperNumber> =>
  new Map(numbers.flatMap((number) => [number.key, ...number.aliases].map((key) => [key, number])));

/** What does not follow, in the order of the text; empty where everything does. */
export function failing(
  { uses, numbers: files }: Scanned,
  numbers: readonly PaperNumber[],
  nearest: (word: string, among: readonly string[]) => string | undefined,
): readonly Failing[] {
  const known = byKey(numbers);
  const keys = [...known.keys()];
  return uses.flatMap((use) => {
    const { file, line, key } = use;
    const number = known.get(key);
    const near = number ? undefined : nearest(key, keys);
    const why = number
      ? use.literal === undefined
        ? unlikePrinted(key, number, files)
        : unlikeLiteral(use, number, known)
      : `no number is called so${near === undefined ? '' : `; try ${near}`}`;
    return why === undefined ? [] : [{ file, line, key, why }];
  });
}

function unlikePrinted(key: string, { shown }: PaperNumber, files: Scanned['numbers']): string | undefined {
  if (files.length === 0) return 'no file of numbers is input; try \\input{marginalia-numbers}';
  const [defining] = files.filter(({ macros }) => macros.has(key)).slice(-1);
  if (!defining) return `not in ${files.map(({ file }) => file).join(', ')}; the journals give ${shown}`;
  const prints = defining.macros.get(key);
  return prints === shown ? undefined : `prints ${prints} (${defining.file}), the journals give ${shown}`;
}

function unlikeLiteral(
  { literal = '', beside, key }: Use,
  number: PaperNumber,
  known: ReadonlyMap<string, PaperNumber>,
): string | undefined {
  const { value, shown, error } = number;
  if (beside === false) return `the marker says ${literal}, which is not in the text beside it`;
  if (typeof value === 'string') {
    return literal.trim() === value ? undefined : `the text says ${literal}, the journals give ${value}`;
  }
  const written = literalOf(literal);
  if (!written) return `${literal} is no number; the journals give ${shown}`;
  if (!agrees(value, written)) return `the text says ${literal}, the journals give ${shown}`;
  if (!written.error) return undefined;
  const spread = error ?? known.get(key.replace(/mean$/, 'se'))?.value;
  if (typeof spread !== 'number') return `${literal} has an error, ${key} has none`;
  return agrees(spread, written.error)
    ? undefined
    : `the text says ${literal}, the journals give a standard error of ${spread.toPrecision(3)}`;
}
