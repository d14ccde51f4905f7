/**
 * Canonical JSON: keys sorted, non-finite numbers spelled, −0 written as 0. Equal content, equal text, equal hash.
 * Undefined fields are left out; anything else JSON cannot say is refused.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
  if (Array.isArray(value)) {
    // Loops, not chains: a journal writes thousands of these a second.
    let text = '';
    for (let i = 0; i < value.length; i++) text += (i === 0 ? '' : ',') + canonical(value[i]);
    return `[${text}]`;
  }
  if (typeof value === 'object') {
    let text = '';
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(fields).sort()) {
      const field = fields[name];
      if (field === undefined) continue;
      text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonical(field)}`;
    }
    return `{${text}}`;
  }
  throw new TypeError(`canonical JSON has no word for a ${typeof value}`);
}
