/** A label as LaTeX: the letters of formulas become commands, and the rest is escaped. ASCII in every case. */

const commands: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries({
      α: 'alpha',
      β: 'beta',
      γ: 'gamma',
      δ: 'delta',
      ε: 'varepsilon',
      η: 'eta',
      θ: 'theta',
      κ: 'kappa',
      λ: 'lambda',
      μ: 'mu',
      ρ: 'rho',
      σ: 'sigma',
      τ: 'tau',
      φ: 'varphi',
      Σ: 'Sigma',
      Δ: 'Delta',
      ℓ: 'ell',
      '×': 'times',
      '·': 'cdot',
      '±': 'pm',
      '≤': 'le',
      '≥': 'ge',
      '≈': 'approx',
      '∝': 'propto',
      '→': 'to',
      '∞': 'infty',
      '‖': 'Vert',
    }).map(([letter, name]) => [letter, `$\\${name}$`]),
  ),
  '−': '$-$',
  '½': '$1/2$',
  '₀': '$_0$',
  '₁': '$_1$',
  '₂': '$_2$',
  '⁻': '$^-$',
  '¹': '$^1$',
  '²': '$^2$',
  '–': '--',
  '—': '---',
  '’': "'",
  '“': '``',
  '”': "''",
  '…': '\\dots{}',
  $: '\\textdollar{}',
  '\\': '\\textbackslash{}',
  '^': '\\^{}',
  '~': '\\~{}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
};

/** An equation, which stays on its line; a root, a power, a letter under a tilde or a bar; or one character. */
const token = / = |√\(([^()]*)\)|√(\p{L})|\^(−?½)|\^\(([^()]*)\)|(\p{L})([\u0303\u0304])|./gsu;

export function latexText(text: string): string {
  const written = text.replaceAll(
    token,
    (
      one: string,
      root?: string,
      rooted?: string,
      half?: string,
      power?: string,
      letter?: string,
      accent?: string,
    ) => {
      const under = root ?? rooted;
      if (under !== undefined) return `$\\sqrt{${formula(under)}}$`;
      if (half !== undefined) return `$^{${half.replace('−', '-').replace('½', '1/2')}}$`;
      if (power !== undefined) return `$^{${formula(power)}}$`;
      if (letter !== undefined) return `$\\${accent === '\u0303' ? 'tilde' : 'bar'}{${formula(letter)}}$`;
      if (one === ' = ') return '~=~';
      const command = commands[one];
      if (command !== undefined) return command;
      if (/[#%&_{}]/.test(one)) return `\\${one}`;
      // A letter that has no command here is left out rather than break the run.
      return /[ -~]/.test(one) ? one : one.normalize('NFD').replaceAll(/[^ -~]/g, '');
    },
  );
  // Neighbouring formulas are one: a subscript stays with what it belongs to.
  return written.replaceAll('$$', '');
}

/** The same within a formula. */
const formula = (text: string): string => latexText(text).replaceAll('$', '');
