/** What is at hand: sweeps, claims, attacks. */
import type { VerdictKind } from '@marginalia/theory';

export const parts = ['sweeps', 'claims', 'attacks'] as const;
export type Part = (typeof parts)[number];

export interface Catalogue {
  readonly sweeps?: readonly ListedSweep[];
  readonly claims?: readonly ListedClaim[];
  readonly attacks?: readonly ListedAttack[];
}
export interface ListedSweep {
  readonly name: string;
  readonly question: string;
  readonly defaultPreset: string;
  readonly presets: readonly { readonly name: string; readonly about: string; readonly replicates: number }[];
  readonly axes: readonly { readonly name: string; readonly meaning: string }[];
  readonly claims: readonly string[];
}
export interface ListedClaim {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly expects: VerdictKind;
  /** The paper: its key in the bibliography, and its title. */
  readonly paper: string;
  readonly paperTitle: string;
  readonly judgedBy: readonly { readonly sweep: string; readonly presets: readonly string[] }[];
}
export interface ListedAttack {
  readonly name: string;
  /** What it does, and whence. */
  readonly about: string;
  /** The norms whose balls it searches. */
  readonly balls: readonly string[];
}

export async function catalogue(wanted: readonly Part[]): Promise<Catalogue> {
  return {
    ...(wanted.includes('sweeps') ? { sweeps: await sweeps() } : {}),
    ...(wanted.includes('claims') ? { claims: await claims() } : {}),
    ...(wanted.includes('attacks') ? { attacks: await attacks() } : {}),
  };
}

async function sweeps(): Promise<readonly ListedSweep[]> {
  const [{ builtinSweeps }, { loadSweep }] = await Promise.all([
    import('@marginalia/sweeps'),
    import('@marginalia/sweep'),
  ]);
  return Promise.all(
    Object.values(builtinSweeps).map(async (reference) => {
      const definition = await loadSweep(reference);
      return {
        name: definition.name,
        question: definition.question,
        defaultPreset: definition.defaultPreset,
        presets: Object.entries(definition.presets).map(([name, { about, replicates }]) => ({
          name,
          about,
          replicates,
        })),
        axes: Object.entries(definition.axes).map(([name, { meaning }]) => ({ name, meaning })),
        claims: definition.claims.map(({ id }) => id),
      };
    }),
  );
}

async function claims(): Promise<readonly ListedClaim[]> {
  const [theory, { bibliography }, { judges }] = await Promise.all([
    import('@marginalia/theory'),
    import('./bibliography.js'),
    import('./judges.js'),
  ]);
  const judging = await judges();
  const papers = bibliography(theory.claims);
  return theory.claims.map((claim) => {
    const { id, title, source } = claim;
    return {
      id,
      title,
      source: `${source.authors} ${source.year}, ${source.locator}`,
      expects: theory.expectationOf(claim),
      paper: papers.find((paper) => paper.claims.includes(id))?.key ?? '',
      paperTitle: source.paper,
      judgedBy: (judging.get(id) ?? []).map(({ sweep, presets }) => ({ sweep, presets })),
    };
  });
}

async function attacks(): Promise<readonly ListedAttack[]> {
  const attack = await import('@marginalia/attack');
  return Object.values(attack.attacks).map(({ name, about, balls }) => ({ name, about, balls }));
}
