/** What the file system refused, as one clear line. */
import { BadInput } from '@marginalia/core';

const words: Readonly<Record<string, { readonly got: string; readonly try: string }>> = {
  EACCES: { got: 'no permission', try: 'another --out' },
  EPERM: { got: 'no permission', try: 'another --out' },
  EROFS: { got: 'a read-only file system', try: 'another --out' },
  ENOTDIR: { got: 'a file in its place', try: 'another --out' },
  EEXIST: { got: 'a file in its place', try: 'another --out' },
  ENOSPC: { got: 'a full disk', try: 'making room and running again: what is journaled is kept' },
  EDQUOT: { got: 'a used-up quota', try: 'making room and running again: what is journaled is kept' },
  EFBIG: { got: 'a file-size limit', try: 'raising it and running again: what is journaled is kept' },
};

/** BadInput for an error of the file system; anything else is rethrown, for it is a bug. */
export function refusal(cause: unknown, expected: string): BadInput {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') throw cause;
  return new BadInput({ expected, ...(words[cause.code] ?? { got: cause.message }) });
}
