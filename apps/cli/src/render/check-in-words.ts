/** How an assumption is checked, read off the function that checks it: words of ours could say something else. */
import type { Assumption } from '@marginalia/theory';

/** A call that reads a column or an axis, however a compiler spells the import. */
const reading = /(?:\(0, ?)?(?:[\w$]+\.)?\b(?:scalar|axis)\)?\(\w+, ?['"]([^'"]+)['"]\)/g;

/** `trainAccuracy = 1 and trainMarginMean ≥ 0.5`: the names are columns and axes of a run. */
export function checkInWords({ check }: Assumption): string {
  const text = Function.prototype.toString.call(check).replaceAll(/\s+/g, ' ');
  const [, body] = /^\(?\w*\)? => (?!\{)(.*)$/.exec(text) ?? [];
  if (body !== undefined) {
    return body
      .replaceAll(reading, '$1')
      .replaceAll(/Math\.(\w+)\(/g, '$1(')
      .replaceAll('===', '=')
      .replaceAll('!==', '≠')
      .replaceAll('<=', '≤')
      .replaceAll('>=', '≥')
      .replaceAll('&&', 'and')
      .replaceAll('||', 'or')
      .replaceAll(/ \* /g, ' · ');
  }
  const names = [...text.matchAll(reading)].map(([, name]) => name);
  return names.length === 0 ? 'in code' : `from ${[...new Set(names)].join(', ')}`;
}
