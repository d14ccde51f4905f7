/** A label as LaTeX: the letters of formulas become commands, and the rest is escaped. ASCII in every case. */

const commands: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries({
      α: 'alpha',
      β: 'beta',
      γ: 'gamma',
      δ: 'delta',
      ε: 'varepsilon',
      ζ: 'zeta',
      η: 'eta',
      θ: 'theta',
      ι: 'iota',
      κ: 'kappa',
      λ: 'lambda',
      μ: 'mu',
      ν: 'nu',
      ξ: 'xi',
      π: 'pi',
      ρ: 'rho',
      σ: 'sigma',
      τ: 'tau',
      υ: 'upsilon',
      φ: 'varphi',
      χ: 'chi',
      ψ: 'psi',
      ω: 'omega',
      Γ: 'Gamma',
      Θ: 'Theta',
      Λ: 'Lambda',
      Ξ: 'Xi',
      Π: 'Pi',
      Φ: 'Phi',
      Ψ: 'Psi',
      Ω: 'Omega',
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

/** Letters that no accent makes. */
const letters: Readonly<Record<string, string>> = {
  ß: '\\ss{}',
  ø: '\\o{}',
  Ø: '\\O{}',
  ł: '\\l{}',
  Ł: '\\L{}',
  æ: '\\ae{}',
  Æ: '\\AE{}',
  œ: '\\oe{}',
  Œ: '\\OE{}',
  ı: '\\i{}',
};

/** Combining marks as commands of text. */
const accents: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0304': '=',
  '\u0306': 'u',
  '\u0307': '.',
  '\u0308': '"',
  '\u030a': 'r',
  '\u030b': 'H',
  '\u030c': 'v',
  '\u0327': 'c',
  '\u0328': 'k',
};

/** A letter with an accent as LaTeX spells it, `ö` as `\\"{o}`; `?` for what has no spelling, so that names stay apart and nothing vanishes. */
function accented(one: string): string {
  const letter = letters[one];
  if (letter !== undefined) return letter;
  const [base = '', ...marks] = one.normalize('NFD');
  if (!/[A-Za-z]/.test(base)) return /\p{M}|\p{C}/u.test(one) ? '' : '?';
  return marks.reduce((text, mark) => {
    const accent = accents[mark];
    return accent === undefined ? text : `\\${accent}{${text}}`;
  }, base);
}

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
      return /[ -~]/.test(one) ? one : accented(one);
    },
  );
  // Neighbouring formulas are one: a subscript stays with what it belongs to.
  return written.replaceAll('$$', '');
}

/** The same within a formula. */
const formula = (text: string): string => latexText(text).replaceAll('$', '');
