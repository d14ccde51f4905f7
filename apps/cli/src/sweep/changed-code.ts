/** What of the code of a run has changed, by name. */
import type { Question } from './question.js';

const words: Readonly<Record<string, string>> = {
  core: '@marginalia/core',
  attack: '@marginalia/attack',
  quantities: 'the quantities of @marginalia/theory',
  sweep: 'the sweep itself',
};

/** `@marginalia/core and the sweep itself`; undefined where the parts of then are not known. */
export function changedCode(
  before: Readonly<Record<string, string>> | undefined,
  { parts }: Pick<Question, 'parts'>,
): string | undefined {
  if (before === undefined) return undefined;
  const names = Object.keys(parts).filter((name) => before[name] !== parts[name]);
  const said = names.map((name) => words[name] ?? name);
  const last = said.pop();
  return last === undefined ? undefined : said.length > 0 ? `${said.join(', ')} and ${last}` : last;
}
