/** Round numbers of a log axis, three to eight of them: decades, then 1–2–5, then even steps where it spans less than a decade. */

export function logTicks([least, most]: readonly [number, number]): readonly number[] {
  if (!(least > 0 && most >= least && most < Infinity)) return [];
  const span = Math.log10(most / least);
  if (span < 0.85) return evenTicks(least, most);
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(most));
  const every = Math.max(1, Math.ceil((last - first) / 7));
  const steps = span < 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let decade = first; decade <= last; decade += every) {
    // A power as it is written: 10 ** −3 is not .001 in every engine.
    for (const step of steps) ticks.push(Number(`${step}e${decade}`));
  }
  return ticks.filter((tick) => tick >= least * (1 - slack) && tick <= most * (1 + slack));
}

/** Ends are data, which rounding moves. */
const slack = 1e-9;

function evenTicks(least: number, most: number): readonly number[] {
  if (most === least) return [least];
  const rough = (most - least) / 4;
  const decade = Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((times) => times * Number(`1e${decade}`) >= rough) ?? 10;
  const ticks: number[] = [];
  const from = Math.ceil((least * (1 - slack)) / (step * Number(`1e${decade}`)));
  for (let at = from; ; at++) {
    const tick = Number(`${at * step}e${decade}`);
    if (tick > most * (1 + slack)) return ticks;
    ticks.push(tick);
  }
}
