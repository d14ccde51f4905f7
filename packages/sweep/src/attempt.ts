/** What may be thrown, as the failure of an effect. */
import { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';

/** A caller's mistake fails; anything else thrown is a bug and dies. */
export const attempt = <Value>(act: () => Value): Effect.Effect<Value, BadInput> =>
  Effect.try({ try: act, catch: mistake });

export function mistake(cause: unknown): BadInput {
  if (cause instanceof BadInput) return cause;
  throw cause;
}
