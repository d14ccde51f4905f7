/** The commands, by the word that calls them. */
import Attack from './attack.js';
import Audit from './audit.js';
import Check from './check.js';
import Compact from './compact.js';
import Evidence from './evidence.js';
import Explain from './explain.js';
import DrawFigure from './figure.js';
import Inspect from './inspect.js';
import List from './list.js';
import Merge from './merge.js';
import Paper from './paper.js';
import PaperVerify from './paper/verify.js';
import Plan from './plan.js';
import Replay from './replay.js';
import Report from './report.js';
import Retry from './retry.js';
import Run from './run.js';
import Shrink from './shrink.js';
import SlurmResubmit from './slurm/resubmit.js';
import SlurmStatus from './slurm/status.js';
import SlurmSubmit from './slurm/submit.js';
import Status from './status.js';
import Table from './table.js';
import Watch from './watch.js';
import Worker from './worker.js';

export default {
  attack: Attack,
  audit: Audit,
  check: Check,
  compact: Compact,
  evidence: Evidence,
  explain: Explain,
  figure: DrawFigure,
  inspect: Inspect,
  list: List,
  merge: Merge,
  paper: Paper,
  'paper:verify': PaperVerify,
  plan: Plan,
  replay: Replay,
  report: Report,
  retry: Retry,
  run: Run,
  shrink: Shrink,
  'slurm:resubmit': SlurmResubmit,
  'slurm:status': SlurmStatus,
  'slurm:submit': SlurmSubmit,
  status: Status,
  table: Table,
  watch: Watch,
  worker: Worker,
};
