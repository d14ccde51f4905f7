/** The commands, by the word that calls them. */
import Check from './check.js';
import Attack from './attack.js';
import Evidence from './evidence.js';
import DrawFigure from './figure.js';
import Explain from './explain.js';
import Inspect from './inspect.js';
import List from './list.js';
import Plan from './plan.js';
import Replay from './replay.js';
import Retry from './retry.js';
import Run from './run.js';
import Status from './status.js';
import SlurmResubmit from './slurm/resubmit.js';
import SlurmStatus from './slurm/status.js';
import SlurmSubmit from './slurm/submit.js';
import Shrink from './shrink.js';
import Table from './table.js';

export default {
  check: Check,
  attack: Attack,
  evidence: Evidence,
  explain: Explain,
  figure: DrawFigure,
  inspect: Inspect,
  list: List,
  plan: Plan,
  replay: Replay,
  retry: Retry,
  run: Run,
  status: Status,
  'slurm:resubmit': SlurmResubmit,
  'slurm:status': SlurmStatus,
  'slurm:submit': SlurmSubmit,
  shrink: Shrink,
  table: Table,
};
