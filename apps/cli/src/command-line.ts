/** A command as it can be typed, in this repository or beside a package that depends on it: `npx marginalia table 'my results'`. */
export const commandLine = (...words: readonly string[]): string =>
  ['npx marginalia', ...words.map(quoted)].join(' ');

/** For a POSIX shell: what it would take apart or expand stands in single quotes. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
