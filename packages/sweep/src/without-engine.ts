/** Everything but the engine: what a sweep is made of, and what becomes of its results. */
export { accumulate, type Accumulated } from './accumulate/accumulate.js';
export { type ResultsFolder, seedsOf, type SeedRuns } from './accumulate/seeds.js';
export * from './axis.js';
export * from './code-fingerprint.js';
export { type Contrast, contrastsOf } from './contrast.js';
export {
  compact,
  compactFormats,
  type CompactFormat,
  type Compacted,
  type CompactOptions,
} from './compact/compact.js';
export { type TableColumn, writeTable } from './compact/write-table.js';
export * from './define-sweep.js';
export * from './evidence.js';
export { type Cell } from './grid.js';
export { randomOf, type Run, type SweepKey, unitOf } from './identity.js';
export { type CostModel, fitCost, type FittedCost, type Forecast, forecast, msOf } from './cost-model.js';
export { countJournal, type JournalCount } from './journal/count.js';
export { differenceOf } from './journal/difference.js';
export type { Glance } from './journal/glance.js';
export { DeterminismAlarm } from './journal/latest.js';
export type { Failure, FailureKind, JournalRecord, Outcome } from './journal/record.js';
export { glanceJournal, type Place, type Scan, scanJournal, type ScanOptions } from './journal/scan.js';
export { loadSweep, type SweepReference } from './load-sweep.js';
export type { LargestMemory } from './memory.js';
export { merge, type Merged, type MergeOptions } from './merge/merge.js';
export { medianError } from './median-error.js';
export { makeFolder } from './journal/make-folder.js';
export { nearest } from './nearest.js';
export * from './outlook.js';
export { defaultSeed, plan, type Plan, type PlanOptions } from './plan.js';
export type { Progress } from './progress.js';
export { replan } from './replan.js';
export { identityIn, readIdentity, readResults, type Results, type SweepIdentity } from './results.js';
export { performRun } from './run.js';
export { storedEvidence } from './stored.js';
export { type Shard, shardOf, shardsOf } from './shard.js';
export * from './status.js';
export { evidenceAgainstRate } from './sequential/rate-process.js';
export { meanInterval } from './sequential/confidence-sequence.js';
export type { SeenSession } from './session.js';
export { readTimings, type Timings } from './timings.js';
export { type Chosen, planWhere, takenBy, where } from './where.js';
export * from './why-computed.js';
export { writeAtomically } from './write-atomically.js';
export { shrink, type Shrinking, type Shrunk, type Step } from './shrink/shrink.js';
export { mergeDependent, mergeIndependent } from './sequential/merge.js';
export type { Method } from './sequential/method.js';
export { sequentialMethods } from './sequential/methods.js';
export { type Foresight, foresightOf } from './verdict/foresight.js';
export type { Validity, Weight } from './verdict/decision.js';
export { failedRuns, type MissingKind, type MissingRun, pendingRuns } from './verdict/missing.js';
export { type Verdict, type VerdictOptions, verdictOf } from './verdict/verdict.js';
export { standingVerdict } from './until/cells.js';
