/** How many units it would take, where more units never unsettle. */

/** More than this many are as good as none. */
const most = 1e7;

/** The number is a forecast: it need not be nearer than this share of itself. */
const precision = 1 / 32;

/** About the least number above `units` that settles, minus `units`; null where none up to ten million does. */
export function leastUnits(units: number, settles: (total: number) => boolean): number | null {
  let step = 1;
  while (!settles(units + step)) {
    if (step > most) return null;
    step *= 4;
  }
  let [no, yes] = [Math.floor(step / 4), step];
  while (yes - no > Math.max(1, precision * yes)) {
    const middle = Math.floor((no + yes) / 2);
    if (settles(units + middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
