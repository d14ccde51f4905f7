/** The notation of the claims as mathematics, and what a page carries of runs. */
import fc from 'fast-check';
import { claims } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { escaped, scriptJson } from '../../apps/cli/src/report/html.js';
import { partsOf, texOf } from '../../apps/cli/src/report/mathematics.js';
import { typeset } from '../../apps/cli/src/report/typeset.js';

/** `words [tex] words`. */
const shown = (text: string): string =>
  partsOf(text)
    .map((part) => (part.kind === 'words' ? part.text : `[${part.tex.replaceAll(/ +/g, ' ').trim()}]`))
    .join('');

describe('statements', () => {
  it.each<readonly [string, string]>([
    ['δ = ω(√(d/k))', '[δ = ω(\\sqrt{d/k})]'],
    ['R ∝ d^{1/2} at fixed k.', '[R \\propto d^{1/2}] at fixed [k].'],
    ['‖w‖² ≤ √2', '[\\Vert w\\Vert ^{2} \\le \\sqrt{2}]'],
    ['w = Σ_j λ_j μ_j', '[w = \\sum _{j} λ_{j} μ_{j}]'],
    ['x ~ N(0, Σ)', '[x \\sim N(0, \\Sigma )]'],
    ['γ̄ → γ*', '[\\bar{γ} \\to γ^{*}]'],
    ['w_0 = Σ*^{-1}μ', '[w_{0} = \\Sigma ^{*}{}^{-1}μ]'],
    ['λ = 10⁻¹²', '[λ = 10^{-12}]'],
    ['a margin of 1.30e-4', 'a margin of [1.30{\\times}10^{-4}]'],
    ['the max read-out', 'the max read-out'],
    ['R_max = max f', '[R_{\\max} = \\max f]'],
    ['every cluster j’s n_j points (sum of losses)', 'every cluster [j]’s [n_{j}] points (sum of losses)'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each(claims.map((claim) => [claim.id, claim] as const))('%s is set without an error', (_, claim) => {
    const failures: string[] = [];
    const texts = [
      claim.statement,
      claim.measured,
      ...claim.assumptions.map(({ statement }) => statement),
      ...Object.entries(claim.notation).flat(),
    ];
    for (const text of texts) {
      const html = typeset(text, (tex, why) => failures.push(`${tex}: ${why}`));
      expect(html).not.toContain('temml-error');
      expect(html.split('<math').length).toBe(html.split('</math>').length);
    }
    expect(failures).toEqual([]);
    // None is left as plain text that has mathematics in it.
    expect(/[≤∝√∈]/.test(claim.statement)).toBe(
      /[≤∝√∈]/.test(claim.statement) && typeset(claim.statement).includes('<math'),
    );
  });

  it('loses no word and falls back to text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(typeof typeset(text)).toBe('string');
        expect(typeset(text)).not.toContain('<script');
      }),
    );
    let told = '';
    const html = typeset('x_a_b < <b>', (tex) => (told = tex));
    expect(told).not.toBe('');
    expect(html).not.toContain('<b>');
    expect(texOf('√(d/k)')).toBe('\\sqrt{d/k}');
  });
});

describe('HTML', () => {
  it('holds any text without beginning or ending an element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"']/);
        const json = scriptJson({ text: `${text}</script><!--` });
        expect(json).not.toContain('<');
        expect(JSON.parse(json)).toEqual({ text: `${text}</script><!--` });
      }),
    );
  });
});
