import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { exitCode } from '../exit-code.js';
import { norms, type Norm } from '../inspect/measure-points.js';
import { pointsView } from '../render/points-progress.js';
import { coloured, columns, painter } from '../render/terminal.js';

export default class Attack extends MarginaliaCommand {
  static override summary =
    'Attack a two-layer ReLU net of yours, and ask whether the attacks can be believed.';
  static override description =
    'Net and points are folders as for `inspect`. Every attack of `list attacks` that searches balls of the norm is run, or ' +
    'those named, beside certificates, exact radii and random displacements: robust accuracy at each radius by each attack, ' +
    'what is proved of it, and flags where attacks say less than there is. A flip proves that a point is not robust; only a ' +
    'certificate or an exact radius proves that it is.';
  static override examples = [
    {
      description: 'After `replay ID --dump run`, the net and the points of that run:',
      command: '<%= config.bin %> attack --net run --data run',
    },
    '<%= config.bin %> attack --net run --data run --attacks projected-gradient --radii 5 10 20 --json',
  ];
  static override flags = {
    net: Flags.string({ description: 'Folder of W.npy, b.npy, and a.npy or V.npy.', helpValue: 'DIR' }),
    data: Flags.string({ description: 'Folder of X.npy and y.npy.', helpValue: 'DIR' }),
    norm: Flags.string({ description: 'What a radius is measured in.', options: [...norms], default: 'l2' }),
    attacks: Flags.string({
      description: 'Attacks to run; all that search balls of the norm when absent.',
      helpValue: 'NAME',
      multiple: true,
    }),
    radii: Flags.string({
      description: 'Radii at which robust accuracy is shown; around the median exact radius when absent.',
      helpValue: 'R',
      multiple: true,
    }),
    json: Flags.boolean({ description: 'One JSON document on standard output, with a row a point.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Attack);
    const radii = flags.radii && radiiOf(flags.radii);
    const norm = flags.norm as Norm;
    const [{ readFolders }, { chooseAttacks }, { assess }] = await Promise.all([
      import('../inspect/read-folders.js'),
      import('../attack/choose.js'),
      import('../attack/assessment.js'),
    ]);
    const { net, data } = readFolders(flags, norm);
    const { attacks, leftOut, dear } = chooseAttacks(flags.attacks, norm, net);
    if (dear.length > 0 && !flags.json)
      this.say(`left out, for they take minutes: ${dear.join(', ')}; --attacks names them`);
    if (leftOut.length > 0)
      this.say(
        `left out, for they move coordinates and the net stands in reduced ones: ${leftOut.join(', ')}`,
      );
    const view = pointsView(data.count);
    const found = await assess(net, data, { norm, attacks, radii, onPoint: view.show }).finally(view.end);
    if (flags.json) this.printJson(found);
    else {
      const { assessmentText } = await import('../render/assessment.js');
      process.stdout.write(`${assessmentText(found, columns(), painter(coloured()))}\n`);
    }
    // An attack below a proof: one of the two is wrong, and neither is the user's.
    const broken = found.masking.flags.some(({ name, kind }) => name === 'impossible' && kind === 'raised');
    if (broken) process.exitCode = exitCode.bug;
  }
}

/** Ascending, each once; `1,2` as well as `1 2`. */
function radiiOf(texts: readonly string[]): readonly number[] {
  const radii = texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const radius = text.trim() === '' ? Number.NaN : Number(text);
      if (radius >= 0 && radius < Infinity) return radius;
      throw new BadInput({
        expected: '--radii to be finite numbers ≥ 0',
        got: JSON.stringify(text),
        try: '--radii 0.5 1 2',
      });
    });
  return [...new Set(radii)].sort((a, b) => a - b);
}
