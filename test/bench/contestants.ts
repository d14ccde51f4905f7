/** Who takes part: ours, and the scripts that a researcher would write. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Group = 'law' | 'explicit' | 'tfjs' | 'autograd' | 'hand';

export interface Contestant {
  readonly name: string;
  readonly group: Group;
  readonly command: readonly [string, ...string[]];
}

/** A contestant that this machine cannot run, and why. */
export interface Absent {
  readonly name: string;
  readonly word: string;
}

/** Compiled or not, the scripts stand in the folder of the sources. */
const folder = new URL(import.meta.url.endsWith('.js') ? '../' : './', import.meta.url);
const script = (name: string): string => fileURLToPath(new URL(`peers/${name}.py`, folder));
const compiled = (name: string): string => fileURLToPath(new URL(`dist/${name}.js`, folder));

const scripts = [
  { name: 'torch_autograd', group: 'autograd', module: 'torch' },
  { name: 'torch_hand', group: 'hand', module: 'torch' },
  { name: 'numpy_hand', group: 'hand', module: 'numpy' },
] as const;

export function ours(
  group: 'law' | 'explicit' | 'tfjs',
  precision: 'float64' | 'float32' = 'float64',
): Contestant {
  return { name: group, group, command: [process.execPath, compiled('serve'), group, precision] };
}

export interface PeerOptions {
  readonly threads: readonly number[];
  readonly float64: boolean;
  /** Interpreters to try, in order. */
  readonly pythons?: readonly string[];
}

export function peers({ threads, float64, pythons = interpreters() }: PeerOptions): (Contestant | Absent)[] {
  const found = new Map<string, string | undefined>();
  const interpreter = (module: string): string | undefined => {
    if (!found.has(module))
      found.set(
        module,
        pythons.find((python) => imports(python, module)),
      );
    return found.get(module);
  };
  return scripts.flatMap(({ name, group, module }): (Contestant | Absent)[] => {
    const python = interpreter(module);
    if (python === undefined)
      return [
        { name, word: `${name} skipped: no Python here imports ${module} (Debian: python3-${module})` },
      ];
    return threads.map((count) => ({
      name: `${name.replace('_hand', '').replace('_autograd', '')}/${count}`,
      group,
      // No compiled files beside the sources.
      command: [
        python,
        '-B',
        script(name),
        JSON.stringify({ threads: count }),
        ...(float64 ? ['--float64'] : []),
      ],
    }));
  });
}

/** A virtual environment may come first in PATH and lack what the system's Python has. */
function interpreters(): string[] {
  const named = process.env['MARGINALIA_PYTHON'];
  return named ? [named] : ['python3', '/usr/bin/python3'];
}

function imports(python: string, module: string): boolean {
  return spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}
