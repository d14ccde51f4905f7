/** Loading a sweep from the module that defines it: the one way in for the cli, the engine and its workers. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { BadInput } from '@marginalia/core';
import type { SweepDefinition } from './define-sweep.js';

/** Where a sweep is defined, so that a worker can load it too: functions do not travel between threads. */
export interface SweepReference {
  /** Absolute path of an ES module in JavaScript whose default export is the definition. */
  readonly module: string;
  /** As the user spelled it, or the name of a built-in sweep; kept in `sweep.json`. The module's path when absent. */
  readonly spelled?: string;
}

/** Throws BadInput when the module is missing, does not load, or has no sweep as its default export. */
export async function loadSweep(reference: SweepReference): Promise<SweepDefinition> {
  const { module } = reference;
  const expected = `${reference.spelled ?? module} to be a module whose default export is a sweep`;
  if (!existsSync(module)) throw new BadInput({ expected, got: 'no such file' });
  let exported: unknown;
  try {
    exported = await import(pathToFileURL(module).href);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput({ expected, got: `one that does not load: ${message.split('\n')[0] ?? ''}` });
  }
  const definition = isRecord(exported) ? exported['default'] : undefined;
  if (!isSweep(definition)) {
    throw new BadInput({
      expected,
      got: definition === undefined ? 'no default export' : 'something else',
      try: 'export default defineSweep({ name, question, axes, values, presets, defaultPreset, claims, cost, run })',
    });
  }
  return definition;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isSweep(value: unknown): value is SweepDefinition {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['defaultPreset'] === 'string' &&
    isRecord(value['axes']) &&
    isRecord(value['values']) &&
    isRecord(value['presets']) &&
    Array.isArray(value['claims']) &&
    typeof value['cost'] === 'function' &&
    typeof value['run'] === 'function'
  );
}
