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
  shrink: Shrink,
  table: Table,
};
