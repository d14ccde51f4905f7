/**
 * What this machine gives one thread under WebAssembly at most: multiplications and additions a second, and bytes read a
 * second from a working set that fits one cache, another, or none.
 */
import { chains, peakLoops } from './peak-loops.js';

export interface Peaks {
  /** GFLOP/s of separate multiplications and additions in 128-bit registers. */
  readonly float64: number;
  readonly float32: number;
  /** GB/s, smaller working sets first. */
  readonly read: readonly { readonly megabytes: number; readonly rate: number }[];
}

const turns = 1 << 16;

export function measurePeaks(megabytes: readonly number[] = [4, 32, 256]): Peaks {
  const { memory, float64, float32, read } = peakLoops(Math.max(...megabytes));
  // Pages that were never written are all the same page of zeros.
  new Uint8Array(memory.buffer).fill(1);
  const arithmetic = (loop: (turns: number) => void, lanes: number): number =>
    (2 * lanes * chains * turns) / least(() => loop(turns), 60) / 1e9;
  return {
    float64: arithmetic(float64, 2),
    float32: arithmetic(float32, 4),
    read: megabytes.map((size) => {
      const bytes = size * 2 ** 20;
      return { megabytes: size, rate: bytes / least(() => read(bytes), Math.max(5, 512 / size)) / 1e9 };
    }),
  };
}

/** GB/s at a working set of so many bytes: that of the smallest set measured that is no smaller. */
export function readRate({ read }: Peaks, bytes: number): number {
  const fits = read.find(({ megabytes }) => bytes <= megabytes * 2 ** 20) ?? read.at(-1);
  return fits?.rate ?? Number.NaN;
}

/** The least seconds of so many runs: a peak is what is possible, and the first runs are compiled badly. */
function least(action: () => void, runs: number): number {
  let seconds = Infinity;
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    action();
    seconds = Math.min(seconds, (performance.now() - began) / 1000);
  }
  return seconds;
}
