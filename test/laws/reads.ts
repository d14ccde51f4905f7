/** What a claim looks at: the names that a function reads of a run. */
import type { Claim, Evidence } from '@marginalia/theory';

export interface Read {
  readonly measurements: readonly string[];
  readonly axes: readonly string[];
}

export function reads(run: Evidence, reader: (run: Evidence) => unknown): Read {
  const seen = { measurements: new Set<string>(), axes: new Set<string>() };
  const watched = <Content extends object>(content: Content, names: Set<string>): Content =>
    new Proxy(content, {
      get: (from, name, receiver) => {
        if (typeof name === 'string') names.add(name);
        return Reflect.get(from, name, receiver) as unknown;
      },
    });
  reader({
    ...run,
    axes: watched(run.axes, seen.axes),
    measurements: watched(run.measurements, seen.measurements),
  });
  return { measurements: [...seen.measurements], axes: [...seen.axes] };
}

/** Everything that judging the run by the claim may read. `run` must meet the assumptions, for a check may stop early. */
export function readsOf(claim: Claim, run: Evidence): Read {
  const all = [...claim.assumptions.map(({ check }) => check), claim.measure].map((each) => reads(run, each));
  return {
    measurements: [...new Set(all.flatMap(({ measurements }) => measurements))],
    axes: [...new Set(all.flatMap(({ axes }) => axes))],
  };
}
