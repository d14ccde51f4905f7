import { Flags } from '@oclif/core';
import { MarginaliaCommand } from '../command.js';
import { norms, type Norm } from '../inspect/measure-points.js';
import { coloured, columns, painter } from '../render/terminal.js';

export default class Inspect extends MarginaliaCommand {
  static override summary = 'Measure margins and radii of a two-layer ReLU net of yours.';
  static override description =
    'The net f(x) = Σ a_r max(⟨w_r, x⟩ + b_r, 0) is W.npy (M × d), b.npy (M) and a.npy (M), or V.npy (C × M) for C classes; ' +
    'the points are X.npy (N × d) and y.npy (N, −1 or +1, or 0 … C − 1), and centres.npy (k × d) where there is one: then also cosines, and coefficients λ in units ' +
    'of 1/‖μ_j‖², as in the claims. Arrays of float64 or float32.';
  static override examples = [
    {
      description: 'After `replay ID --dump run`, the net and the points of that run:',
      command: '<%= config.bin %> inspect --net run --data run --json',
    },
  ];
  static override flags = {
    net: Flags.string({ description: 'Folder of W.npy, b.npy, and a.npy or V.npy.', helpValue: 'DIR' }),
    data: Flags.string({ description: 'Folder of X.npy and y.npy.', helpValue: 'DIR' }),
    norm: Flags.string({ description: 'What a radius is measured in.', options: [...norms], default: 'l2' }),
    json: Flags.boolean({ description: 'One JSON document on standard output, with a row a point.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Inspect);
    const [{ readFolders }, { inspect }] = await Promise.all([
      import('../inspect/read-folders.js'),
      import('../inspect/inspection.js'),
    ]);
    const { net, data } = readFolders(flags, flags.norm);
    const found = await inspect(net, data, flags.norm as Norm);
    if (flags.json) this.printJson(found);
    else {
      const { inspectionText } = await import('../render/inspection.js');
      process.stdout.write(`${inspectionText(found, columns(), painter(coloured()))}\n`);
    }
  }
}
