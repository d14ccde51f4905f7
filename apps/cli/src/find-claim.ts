/** The claim that a word means: its id, or the part after the slash where only one claim has it. */
import { BadInput } from '@marginalia/core';
import type { Claim } from '@marginalia/theory';

const tail = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

export async function findClaim(word: string, claims: readonly Claim[]): Promise<Claim> {
  const exact = claims.find(({ id }) => id === word);
  if (exact) return exact;
  const named = claims.filter(({ id }) => tail(id) === word);
  if (named.length === 1) return named[0] as Claim;
  if (named.length > 1) {
    const ids = named.map(({ id }) => id);
    throw new BadInput({
      expected: `one claim (${ids.join(', ')})`,
      got: JSON.stringify(word),
      try: `marginalia explain ${ids[0]}`,
    });
  }
  const { nearest } = await import('@marginalia/sweep');
  const near = nearest(
    word,
    claims.flatMap(({ id }) => [id, tail(id)]),
  );
  throw new BadInput({
    expected: 'a claim',
    got: JSON.stringify(word),
    try: near ? `marginalia explain ${near}` : 'marginalia list claims',
  });
}
