/** The commands, by the word that calls them. */
import Check from './check.js';
import Attack from './attack.js';
import Audit from './audit.js';
import Compact from './compact.js';
import Explain from './explain.js';
import Inspect from './inspect.js';
import List from './list.js';
import Merge from './merge.js';
import Replay from './replay.js';
import Run from './run.js';
import Table from './table.js';

export default {
  check: Check,
  attack: Attack,
  audit: Audit,
  compact: Compact,
  explain: Explain,
  inspect: Inspect,
  list: List,
  merge: Merge,
  replay: Replay,
  run: Run,
  table: Table,
};
