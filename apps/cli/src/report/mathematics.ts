/**
 * The house's notation (`R_max = (√d − E max of k/2 normals)/√2 · (1 + k/n)^{−1/2}`) to TeX: words stay words, symbols become
 * mathematics. It knows what the statements of claims are written in, and no more.
 */

/** A stretch of a statement: words, or TeX. */
export type Part =
  { readonly kind: 'words'; readonly text: string } | { readonly kind: 'mathematics'; readonly tex: string };

/** Operators set upright. */
const operators: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['log', 'ln', 'exp', 'min', 'max', 'cos', 'sin', 'inf', 'sup', 'lim'].map((name) => [name, `\\${name}`]),
  ),
  ...Object.fromEntries(
    ['argmax', 'argmin', 'sgn', 'sign', 'median', 'tr', 'rank', 'AUC'].map((name) => [
      name,
      `\\operatorname{${name}}`,
    ]),
  ),
};

/** Operators that are words where nothing follows that they could be applied to: `the median radius`, `the max read-out`. */
const wordsAsWell = new Set(['max', 'min', 'median', 'sign', 'rank', 'AUC', 'sup', 'inf']);

const symbols: Readonly<Record<string, string>> = {
  '∝': '\\propto ',
  '∈': '\\in ',
  '≤': '\\le ',
  '≥': '\\ge ',
  '≪': '\\ll ',
  '≫': '\\gg ',
  '≠': '\\ne ',
  '→': '\\to ',
  '∞': '\\infty ',
  '∥': '\\parallel ',
  '⊥': '\\perp ',
  '⟨': '\\langle ',
  '⟩': '\\rangle ',
  '‖': '\\Vert ',
  '|': '\\vert ',
  '−': '-',
  '±': '\\pm ',
  '×': '\\times ',
  '·': '\\cdot ',
  '~': '\\sim ',
  '∇': '\\nabla ',
  '∂': '\\partial ',
  '°': '^{\\circ}',
  '…': '\\dots ',
  ℓ: '\\ell ',
  '𝓛': '\\mathcal{L}',
  '%': '\\,\\%',
  '&': '\\&',
  '#': '\\#',
  $: '\\$',
  '\\': '\\backslash ',
  '½': '\\tfrac{1}{2}',
  '¼': '\\tfrac{1}{4}',
  Õ: '\\tilde{O}',
  õ: '\\tilde{o}',
  ŵ: '\\hat{w}',
  '∏': '\\prod ',
};

const raised: Readonly<Record<string, string>> = {
  '⁰': '0',
  '¹': '1',
  '²': '2',
  '³': '3',
  '⁴': '4',
  '⁻': '-',
  ᶜ: '\\mathsf{c}',
  '′': '\\prime ',
  '*': '*',
};
const lowered: Readonly<Record<string, string>> = { '₀': '0', '₁': '1', '₂': '2' };
/** Combining marks stand after their letter. */
const accents: Readonly<Record<string, string>> = { '\u0303': '\\tilde', '\u0304': '\\bar' };

const opening: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '⟨': '⟩' };

/** Statements are split where no bracket is open: there a line may break. */
export function partsOf(statement: string): readonly Part[] {
  const parts: { kind: Part['kind']; text: string }[] = [];
  const tokens = tokensOf(statement);
  for (const [at, token] of tokens.entries()) {
    const { text } = token;
    const kind = isWord(text, tokens[at + 1]?.text ?? '') ? 'words' : 'mathematics';
    // What closes a clause is the sentence's, not the formula's.
    const [, core = text, stop = ''] = kind === 'words' ? [] : (/^(.*?)((?:’s)?[.,;:]?)$/su.exec(text) ?? []);
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += `${token.space}${core}`;
    else {
      if (token.space && last) parts.push({ kind: 'words', text: token.space });
      parts.push({ kind, text: core });
    }
    if (stop) parts.push({ kind: 'words', text: stop });
  }
  return merged(parts).map(({ kind, text }) =>
    kind === 'words' ? { kind, text } : { kind, tex: texOf(text) },
  );
}

const merged = (parts: readonly { kind: Part['kind']; text: string }[]) => {
  const kept: { kind: Part['kind']; text: string }[] = [];
  for (const part of parts) {
    const last = kept.at(-1);
    if (last?.kind === 'words' && part.kind === 'words') last.text += part.text;
    else kept.push({ ...part });
  }
  return kept;
};

interface Token {
  readonly space: string;
  readonly text: string;
}

/** Between blanks, blanks within brackets left alone; a bracket that begins with a word is prose and is split as well. */
function tokensOf(statement: string): readonly Token[] {
  const tokens: Token[] = [];
  let [space, text] = ['', ''];
  const closers: string[] = [];
  const flush = (): void => {
    if (text) tokens.push({ space, text });
    [space, text] = [tokens.length > 0 && text ? '' : space, ''];
  };
  const letters = [...statement];
  for (const [at, letter] of letters.entries()) {
    if (letter === ' ' && closers.length === 0) {
      flush();
      space = ' ';
      continue;
    }
    const rest = letters.slice(at + 1).join('');
    if (letter === '(' && text === '' && isProse(rest)) {
      // `(sum of losses)`, `(the paper proves …)`: words in brackets.
      tokens.push({ space, text: '(' });
      space = '';
      continue;
    }
    const closer = opening[letter];
    if (closer !== undefined && hasCloser(rest, letter, closer)) closers.push(closer);
    else if (letter === closers.at(-1)) closers.pop();
    text += letter;
  }
  flush();
  return tokens;
}

/** Begins with a word that is no operator. */
function isProse(rest: string): boolean {
  const [, word = ''] = /^(\p{L}{3,}) /u.exec(rest) ?? [];
  return word !== '' && !Object.hasOwn(operators, word);
}

/** Unbalanced brackets of prose must not swallow the sentence. */
function hasCloser(rest: string, open: string, close: string): boolean {
  let depth = 1;
  for (const letter of rest) {
    if (letter === open) depth += 1;
    else if (letter === close && (depth -= 1) === 0) return true;
  }
  return false;
}

/** A word of English, with its punctuation: of two letters at least, or the article. `next` is the token after it. */
function isWord(token: string, next: string): boolean {
  const [, core = ''] = /^[([“"]*(.*?)[)\].,;:”"’]*$/su.exec(token) ?? [];
  if (core === '' || core === 's.t') return true;
  if (core === 'a' || core === 'A') return !/^[=∈≤≥<>]/.test(next);
  if (Object.hasOwn(operators, core)) return wordsAsWell.has(core) && (next === '' || isWord(next, ''));
  if (/^\p{L}+$/u.test(core)) return core.length > 2 || twoLetterWords.test(core);
  // `point’s`, `feature-averaging`, `88-fold`, `γ-robustly`, `CIFAR-10`, `MS-(5,7)`, `v2`; but not `c_ri`, `j’s`, `k-1`.
  return (
    /^\p{L}{2,}’\p{L}+$/u.test(core) ||
    /^[\p{L}\d]+(?:-\p{L}{3,})+$/u.test(core) ||
    /^[A-Z]{2,}-\S+$|^v\d$/.test(core)
  );
}

const twoLetterWords = /^(?:an|as|at|be|by|do|he|if|in|is|it|no|of|on|or|so|to|up|us|we)$/i;

export function texOf(text: string): string {
  return new Writer([...text]).all();
}

class Writer {
  readonly #letters: readonly string[];
  #at = 0;

  constructor(letters: readonly string[]) {
    this.#letters = letters;
  }

  all(): string {
    let tex = '';
    while (this.#at < this.#letters.length) tex += this.#next(tex);
    return tex;
  }

  #peek(ahead = 0): string {
    return this.#letters[this.#at + ahead] ?? '';
  }

  #next(before: string): string {
    const letter = this.#peek();
    if (letter === ' ') return this.#blank(before);
    if (/\d/.test(letter) || (letter === '.' && /\d/.test(this.#peek(1)))) return this.#number();
    if (letter === '√') return this.#root();
    if (letter === '^' && /\^\{[^{}]*\}$/.test(before)) return `{}${this.#script(letter)}`;
    if (letter === '^' || letter === '_') return this.#script(letter);
    if (this.#isRaised(letter)) return this.#raised();
    if (lowered[letter] !== undefined) return this.#run(lowered, '_');
    if (/[A-Za-z]/.test(letter)) return this.#letterOrWord();
    if (letter === 'Σ') return this.#sum();
    this.#at += 1;
    if (letter === '{' || letter === '}') return `\\${letter}`;
    if (letter === 'ℓ' && /\d/.test(this.#peek())) return '\\ell _';
    return this.#accented(symbols[letter] ?? (letter === "'" || letter === '’' ? "'" : letter));
  }

  /** Blanks between symbols are TeX's own affair; beside words they are kept, and within a number they are thin. */
  #blank(before: string): string {
    this.#at += 1;
    if (/\d$/.test(before) && /^\d{3}\b/.test(this.#rest())) return '\\,';
    return /\\text\{[^{}]*\}$/.test(before) || this.#beforeWord() ? '\\ ' : ' ';
  }

  #rest(): string {
    return this.#letters.slice(this.#at).join('');
  }

  #beforeWord(): boolean {
    const rest = this.#rest();
    const [word = ''] = /^[A-Za-z’]+/.exec(rest) ?? [];
    return word.length > 1 && !Object.hasOwn(operators, word);
  }

  /** A sum where it has something to add, else the covariance of that name. */
  #sum(): string {
    this.#at += 1;
    return /^(?:_\{[^}]*\}|_\p{L}+)? (?![=≤≥∝+)])/u.test(this.#rest()) ? '\\sum ' : '\\Sigma ';
  }

  /** `1.30e-4` is 1.30 × 10⁻⁴. */
  #number(): string {
    const rest = this.#rest();
    const [, digits = '', , exponent] = /^([\d.]*\d)(e([-−]?\d+))?/.exec(rest) ?? [];
    const length = digits.length + (exponent === undefined ? 0 : exponent.length + 1);
    this.#at += length;
    return exponent === undefined ? digits : `${digits}{\\times}10^{${exponent.replace('−', '-')}}`;
  }

  #root(): string {
    this.#at += 1;
    if (this.#peek() === '(') return `\\sqrt{${texOf(this.#bracketed())}}`;
    // `√2`, `√d`, `√t`: one symbol, or one number.
    const digits = /^\d+/.exec(this.#rest());
    if (digits) {
      this.#at += digits[0].length;
      return `\\sqrt{${digits[0]}}`;
    }
    const letter = this.#peek();
    this.#at += 1;
    return `\\sqrt{${symbols[letter] ?? letter}}`;
  }

  /** What stands within the bracket here, which is left behind. */
  #bracketed(): string {
    const open = this.#peek();
    const close = opening[open] ?? '';
    const from = this.#at + 1;
    let depth = 0;
    for (; this.#at < this.#letters.length; this.#at++) {
      const letter = this.#peek();
      if (letter === open) depth += 1;
      else if (letter === close && (depth -= 1) === 0) break;
    }
    const inner = this.#letters.slice(from, this.#at).join('');
    this.#at += 1;
    return inner;
  }

  /** `^{…}`, `_rj`, `_max`, `_{s,r,j}`, `_(j,r)`, `_±`. */
  #script(mark: '^' | '_'): string {
    this.#at += 1;
    const letter = this.#peek();
    if (letter === '{') return `${mark}{${scriptOf(this.#bracketed())}}`;
    if (letter === '(') return `${mark}{(${scriptOf(this.#bracketed())})}`;
    const [word = ''] = /^(?:[A-Za-z]+|[−-]?\d+(?:\.\d+)?|.)/u.exec(this.#rest()) ?? [];
    this.#at += [...word].length;
    return `${mark}{${scriptOf(word)}}`;
  }

  #isRaised(letter: string): boolean {
    if (letter !== '*') return raised[letter] !== undefined;
    return /[\p{L}\p{M}′}]/u.test(this.#peek(-1));
  }

  #raised(): string {
    return this.#run(raised, '^');
  }

  #run(alphabet: Readonly<Record<string, string>>, mark: '^' | '_'): string {
    let inner = '';
    while (alphabet[this.#peek()] !== undefined) inner += alphabet[this.#letters[this.#at++] as string];
    // `Φ^{-1}`, `φ′^2`: one exponent, however it is spelled.
    return `${mark}{${inner}}`;
  }

  #letterOrWord(): string {
    const rest = this.#rest();
    const [word = ''] = /^[A-Za-z]+(?:[’'][a-z]+)?/.exec(rest) ?? [];
    const operator = operators[word];
    if (operator !== undefined) {
      this.#at += word.length;
      return `${operator} `;
    }
    // Two letters or more that are no product of symbols: `of`, `normals`, `robust`.
    if (word.length > 1 && isWordInside(word)) {
      this.#at += [...word].length;
      return `\\text{${word}}`;
    }
    this.#at += 1;
    return this.#accented(word[0] ?? '');
  }

  #accented(tex: string): string {
    const accent = accents[this.#peek()];
    if (accent === undefined) return tex;
    this.#at += 1;
    return `${accent}{${tex.trim()}}`;
  }
}

/** Products of symbols that look like words. */
const products =
  /^(?:mn|mk|hn|hk|dT|eL|ri|rj|ij|ir|dg|kn|nd|mT|dr|de|Kd|yx|yf|cn|nk|sr|km|dk|dt|ts|tn|ac|av|hd|SQ|LMS)$/;
const isWordInside = (word: string): boolean => !products.test(word);

/** An index: one letter each, or an upright name. */
function scriptOf(text: string): string {
  if (/^[A-Za-z]{2,}$/.test(text)) {
    const operator = operators[text];
    if (operator !== undefined) return operator;
    return /^[a-z]{2}$/.test(text) && !['on'].includes(text) ? text : `\\mathrm{${text}}`;
  }
  return texOf(text);
}
