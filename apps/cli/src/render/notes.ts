/** What a sweep has to say before it starts: a line each, wrapped where a person reads it. */
import { plural } from './number.js';
import { size, wrap } from './wrap.js';

/** More would push the sweep itself off the screen. */
const mostNotes = 6;

/** `width`: of the terminal; absent where nobody reads, for a script wants a note to stay one line. */
export function noteLines(notes: readonly string[], width?: number): readonly string[] {
  const lines = notes.slice(0, mostNotes).flatMap((note) => {
    const line = note.trim().replaceAll(/\s*\n\s*/g, ' ');
    if (width === undefined || size(line) <= width) return [line];
    // Later lines are narrower by their indent.
    const [first = '', ...rest] = wrap(line, width - 2);
    return [first, ...rest.map((more) => `  ${more}`)];
  });
  const more = notes.length - mostNotes;
  return more > 0 ? [...lines, `and ${plural(more, 'more note')}`] : lines;
}
