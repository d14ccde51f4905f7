/** The papers that claims cite, each once, under the key that their ids begin with. */
import { publicationOf, type Claim, type Publication, type Source } from '@marginalia/theory';
import { paperOf } from './claim-pattern.js';

export interface Paper {
  /** `lyu-li-2020`: the surnames and the year; a letter behind it where the same authors had two that year. */
  readonly key: string;
  readonly source: Pick<Source, 'paper' | 'authors' | 'year' | 'arxiv'>;
  /** Where it appeared; absent for a preprint. */
  readonly publication?: Publication;
  /** The ids of the claims that cite it. */
  readonly claims: readonly string[];
}

/** In the order in which claims first cite them. */
export function bibliography(claims: readonly Claim[]): readonly Paper[] {
  const papers = new Map<string, { readonly stem: string; readonly claims: Claim[] }>();
  for (const claim of claims) {
    const stem = paperOf(claim.id);
    // A title says which paper it is; its capitals and its punctuation do not.
    const title = claim.source.paper.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
    const paper = papers.get(`${stem} ${title}`) ?? { stem, claims: [] };
    papers.set(`${stem} ${title}`, paper);
    paper.claims.push(claim);
  }
  const taken = new Map<string, number>();
  return [...papers.values()].map(({ stem, claims: citing }) => {
    const earlier = taken.get(stem) ?? 0;
    taken.set(stem, earlier + 1);
    const { source } = citing[0] as Claim;
    const publication = publicationOf(source);
    return {
      key: earlier === 0 ? stem : `${stem}${String.fromCodePoint(97 + earlier)}`,
      source,
      ...(publication === undefined ? {} : { publication }),
      claims: citing.map(({ id }) => id),
    };
  });
}
