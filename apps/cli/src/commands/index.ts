/** The commands, by the word that calls them. */
import Check from './check.js';
import Attack from './attack.js';
import Explain from './explain.js';
import Inspect from './inspect.js';
import List from './list.js';
import Replay from './replay.js';
import Run from './run.js';
import Table from './table.js';
import Worker from './worker.js';

export default {
  check: Check,
  attack: Attack,
  explain: Explain,
  inspect: Inspect,
  list: List,
  replay: Replay,
  run: Run,
  table: Table,
  worker: Worker,
};
