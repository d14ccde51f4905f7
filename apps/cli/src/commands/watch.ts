import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';

export default class Watch extends MarginaliaCommand {
  static override summary = 'Serve the page of results while the sweep runs.';
  static override description =
    'Progress, failures as they happen, verdicts as they firm up, by intervals that hold at every look. To this machine alone, unless --host says otherwise. It has no state: stop it and start it as you like.';
  static override usage = 'watch DIR… [FLAGS]';
  static override examples = [
    '<%= config.bin %> watch results/feature-averaging/quick',
    '<%= config.bin %> watch results/feature-averaging/quick --port 0',
  ];
  static override strict = false;
  static override args = {
    dirs: Args.string({ description: 'folders of results, or folders above such', ignoreStdin: true }),
  };
  static override flags = {
    port: Flags.string({ description: 'The port; 0 for any that is free.', default: '8420', helpValue: 'N' }),
    host: Flags.string({
      description:
        'The address listened on; 0.0.0.0 for all of them: anyone who reaches it may read the results.',
      default: '127.0.0.1',
      helpValue: 'H',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Watch);
    const port = portOf(flags.port);
    const [{ reportedFolders }, { Watched }, { serve, urlOf }, { statusOf }, { findQuestion }] =
      await Promise.all([
        import('../report/folders.js'),
        import('../report/live.js'),
        import('../report/serve.js'),
        import('@marginalia/sweep'),
        import('../sweep/question.js'),
      ]);
    const folders = await reportedFolders(argv as string[], 'watch');
    // What would be wrong at every look is said now, in one line.
    for (const folder of folders) await findQuestion(statusOf(folder).identity.reference, 'watch');
    const server = await serve(new Watched(folders), { host: flags.host, port });
    process.stdout.write(`${urlOf(server, flags.host)}\n`);
    this.say('Ctrl-C ends it.');
    // Ctrl-C ends the process.
    await new Promise(() => {});
  }
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new BadInput({
    expected: '--port to be a number from 0 to 65535',
    got: JSON.stringify(text),
    try: '--port 0',
  });
}
