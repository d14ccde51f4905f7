/** `--set axis=v1,v2`: which axes are overridden, by what. The axis itself parses its values. */
import { BadInput } from '@marginalia/core';

/** Several for one axis are joined: `--set width=4 --set width=8` is `--set width=4,8`. */
export function overrides(settings: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const setting of settings) {
    const [, axis, values] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(setting) ?? [];
    if (axis === undefined || values === undefined || values.trim() === '') {
      throw new BadInput({
        expected: '--set axis=value,…',
        got: JSON.stringify(setting),
        try: '--set dimension=64,256',
      });
    }
    found[axis] = axis in found ? `${found[axis]},${values}` : values;
  }
  return found;
}

/** `--set a=1 b=2`: a shell user's spelling; the further settings arrive among the arguments. */
export function splitSettings(words: readonly string[]): { settings: string[]; others: string[] } {
  const setting = /^[A-Za-z]\w*=/;
  return {
    settings: words.filter((word) => setting.test(word)),
    others: words.filter((word) => !setting.test(word)),
  };
}
