/**
 * Prints the SHA-256 of what small runs of every sweep measure, in law and sample by sample, by every form of descent:
 * the same on every engine and every machine, with WebAssembly and without. Runs the compiled packages.
 */
import { createHash } from 'node:crypto';
import { canonical, kernel } from '@marginalia/core';
import { loadSweep, performRun, plan } from '@marginalia/sweep';
import { builtinSweeps } from '@marginalia/sweeps';

const set = { dimension: '96', clusters: '4', samples: '50', testPoints: '12', steps: '400', width: '2' };

const measured = {};
for (const [name, reference] of Object.entries(builtinSweeps)) {
  const definition = await loadSweep(reference);
  for (const sampling of ['law', 'explicit']) {
    for (const [trainer, precision] of [
      ['plain', 'float64'],
      ['gram', 'float64'],
      ['factored', 'float64'],
      ['gram', 'float32'],
    ]) {
      const given = { ...set, sampling, trainer, precision };
      const asked = plan(definition, { code: 'digest', set: given, replicates: 2 });
      for (const run of asked.runs) {
        const { outcome } = await performRun(definition, asked, run);
        if (outcome.kind !== 'measured') throw new Error(outcome.failure.message);
        measured[`${name} ${sampling} ${trainer} ${precision} ${run.replicate}`] = outcome.measurements;
      }
    }
  }
}
if (process.argv.includes('--all')) console.log(canonical(measured));
console.log(`${createHash('sha256').update(canonical(measured)).digest('hex')} ${kernel().name}`);
