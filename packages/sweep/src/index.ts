export * from './without-engine.js';
export { audit, type Audit, type AuditOptions } from './audit/audit.js';
export { execute, type Execution, type ExecuteOptions } from './execute.js';
export { standing } from './standing.js';
export { arraysOf, maxArraySize, ranges, type ShardArray } from './slurm/arrays.js';
export { activity, queueOf, readSacct, readSqueue } from './slurm/queue.js';
export { memoryOf as shardMemory, secondsOf, timeOf as shardTime, warnedSeconds } from './slurm/resources.js';
export { mergeScriptText, shardScriptText } from './slurm/scripts.js';
export { readSubmission, type Resources, type Submission } from './slurm/state.js';
export { type ShardStanding, type ShardState, shardStandings } from './slurm/status.js';
export { arrayArguments, mergeArguments, submitShards } from './slurm/submit.js';
export {
  type Decided,
  defaultAlpha,
  defaultBudget,
  executeUntilDecided,
  type Look,
  type Policy,
} from './until/execute-until-decided.js';
