/** How an assumption is checked, read off the function that checks it: words of ours could say something else. */
import type { Assumption, Evidence } from '@marginalia/theory';

/** A call that reads a column or an axis, however a compiler spells the import. */
const reading = /(?:\(0, ?)?(?:[\w$]+\.)?\b(?:scalar|axis)\)?\(\w+, ?['"]([^'"]+)['"]\)/g;

/**
 * `trainAccuracy = 1 and trainMarginMean ≥ 0.5`: the names are columns and axes of a run. Of a check that is not one
 * expression over them, which of them it reads.
 */
export function checkInWords({ check }: Assumption): string {
  const text = Function.prototype.toString.call(check).replaceAll(/\s+/g, ' ');
  const [, body = ''] = /^\(?\w*\)? => (?!\{)(.*)$/.exec(text) ?? [];
  const rule = body
    .replaceAll(reading, '$1')
    .replaceAll(/Math\.(\w+)\(/g, '$1(')
    .replaceAll('===', '=')
    .replaceAll('!==', '≠')
    .replaceAll('<=', '≤')
    .replaceAll('>=', '≥')
    .replaceAll('&&', 'and')
    .replaceAll('||', 'or')
    .replaceAll(/ \* /g, ' · ');
  // A call that is left takes its names from elsewhere.
  if (rule !== '' && !/\b(?:scalar|axis|run)\b/.test(rule)) return rule;
  const names = readBy(check);
  return names.length === 0 ? 'in code' : `from ${names.join(', ')}`;
}

/** A check may stop early: one of these values carries it on. */
const probes = [0, 1, -1, 0.5, 1e9, 1e-12];

function readBy(check: Assumption['check']): readonly string[] {
  const names = new Set<string>();
  for (const probe of probes) {
    const values = new Proxy<Record<string, number>>(
      {},
      {
        get: (_, name) => {
          if (typeof name === 'string') names.add(name);
          return probe;
        },
      },
    );
    const run: Evidence = { axes: values, measurements: values, replicate: 0 };
    try {
      check(run);
    } catch {
      // It wants a list: what it read of this run until then is known all the same.
    }
  }
  return [...names];
}
