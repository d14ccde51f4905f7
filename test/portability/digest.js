/**
 * Prints the SHA-256 of what small runs of every sweep measure, in law and sample by sample, by every form of descent:
 * the same on every engine and every machine, with WebAssembly and without. Runs the compiled packages.
 */
import { createHash } from 'node:crypto';
import { canonical, kernel } from '@marginalia/core';
import { loadSweep, performRun, plan } from '@marginalia/sweep';
import { builtinSweeps } from '@marginalia/sweeps';

const set = { dimension: '96', clusters: '4', samples: '50', testPoints: '12', steps: '400', width: '2' };

/** Every way to train, of the two sweeps that the others build on. */
const forms = [
  { trainer: 'plain', precision: 'float64' },
  { trainer: 'gram', precision: 'float64' },
  { trainer: 'factored', precision: 'float64' },
  { trainer: 'gram', precision: 'float32' },
];
const thorough = ['feature-averaging', 'feature-decoupling'];
/** Of the other sweeps, the cheapest runs of their grid. */
const few = 2;

const measured = {};
// `--only NAME,NAME`: of these sweeps.
const at = process.argv.indexOf('--only');
for (const [name, reference] of Object.entries(builtinSweeps)) {
  if (at > 0 && !process.argv[at + 1].split(',').includes(name)) continue;
  const definition = await loadSweep(reference);
  if (definition.unavailable?.() !== undefined) continue;
  const known = (given) =>
    Object.fromEntries(Object.entries(given).filter(([axis]) => axis in definition.axes));
  const variants = thorough.includes(name)
    ? ['law', 'explicit'].flatMap((sampling) => forms.map((form) => ({ ...set, sampling, ...form })))
    : [{}];
  for (const variant of variants) {
    const given = known({ ...(variants.length > 1 ? set : {}), ...variant });
    const asked = plan(definition, {
      code: 'digest',
      set: given,
      replicates: thorough.includes(name) ? 2 : 1,
    });
    const cheapest = asked.runs.toSorted((a, b) => a.cost - b.cost || (a.id < b.id ? -1 : 1));
    for (const run of thorough.includes(name) ? asked.runs : cheapest.slice(0, few)) {
      const { outcome } = await performRun(definition, asked, run);
      if (outcome.kind !== 'measured') throw new Error(outcome.failure.message);
      measured[`${name} ${canonical(given)} ${run.id} ${run.replicate}`] = outcome.measurements;
    }
  }
}
if (process.argv.includes('--all')) console.log(canonical(measured));
console.log(`${createHash('sha256').update(canonical(measured)).digest('hex')} ${kernel().name}`);
