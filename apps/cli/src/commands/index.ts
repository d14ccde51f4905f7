/** The commands, by the word that calls them. */
import Check from './check.js';
import Attack from './attack.js';
import Evidence from './evidence.js';
import Explain from './explain.js';
import Inspect from './inspect.js';
import List from './list.js';
import Replay from './replay.js';
import Run from './run.js';
import Shrink from './shrink.js';
import Table from './table.js';

export default {
  check: Check,
  attack: Attack,
  evidence: Evidence,
  explain: Explain,
  inspect: Inspect,
  list: List,
  replay: Replay,
  run: Run,
  shrink: Shrink,
  table: Table,
};
