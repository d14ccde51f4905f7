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
  '\\': '\\textbackslash{}',
  '^': '\\^{}',
  '~': '\\~{}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
};

export function latexText(text: string): string {
  const rooted = text.replaceAll(/√\(([^()]*)\)|√([A-Za-z])/g, (_, inside?: string, letter?: string) => {
    const under = (inside ?? letter ?? '').replaceAll(/[^ -~]/g, '');
    return `\u0000${under}\u0001`;
  });
  let written = '';
  for (const letter of rooted) {
    if (letter === '\u0000') written += '$\\sqrt{';
    else if (letter === '\u0001') written += '}$';
    else if (commands[letter] !== undefined) written += commands[letter];
    else if (/[#$%&_{}]/.test(letter)) written += `\\${letter}`;
    // A letter that has no command here is left out rather than break the run.
    else written += /[ -~]/.test(letter) ? letter : letter.normalize('NFD').replaceAll(/[^ -~]/g, '');
  }
  // Neighbouring formulas are one: a subscript stays with what it belongs to.
  return written.replaceAll('$$', '');
}
