/**
 * One seed for every property, so that a suite that passed passes again: a failure is the change's, never the draw's.
 * MARGINALIA_SEED=<integer> draws others, and MARGINALIA_SEED=fresh new ones each time; a counterexample prints its own.
 */
import fc from 'fast-check';

const wanted = process.env['MARGINALIA_SEED'] ?? '20261122';
if (wanted !== 'fresh') fc.configureGlobal({ seed: Number(wanted) });
