/** A result is the same bytes whichever kernel computes it. Other versions of Node are compared by .ci/run. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('digest.js', import.meta.url));

interface Asked {
  readonly flags?: readonly string[];
  readonly only?: readonly string[];
}

function digest(choice: string, { flags = [], only = [] }: Asked = {}): readonly string[] {
  const env = { ...process.env, MARGINALIA_KERNEL: choice };
  const args = [...flags, script, ...(only.length > 0 ? ['--only', only.join(',')] : [])];
  const [hash = '', name = ''] = execFileSync(process.execPath, args, { env, encoding: 'utf8' })
    .trim()
    .split(' ');
  return [hash, name];
}

it('measures the same bytes in WebAssembly and in TypeScript', () => {
  // The sweeps whose runs go through every kernel; the plain ones take ten times as long.
  const only = ['feature-averaging', 'feature-decoupling', 'kkt-clusters', 'kkt-sphere'];
  const [fast, plain] = [digest('wasm', { only }), digest('plain', { only })];
  expect(fast).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), 'wasm']);
  expect(plain).toEqual([fast[0], 'plain']);
});

it('falls back where the engine has no WebAssembly, and refuses another kernel in one line', () => {
  expect(digest('', { flags: ['--jitless'], only: ['kkt-sphere'] })[1]).toBe('plain');
  expect(() => digest('gpu', { only: ['kkt-sphere'] })).toThrow(
    /expected MARGINALIA_KERNEL to be wasm or plain, got "gpu"/,
  );
});
