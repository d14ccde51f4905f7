export * from './without-engine.js';
export { execute, type Execution, type ExecuteOptions } from './execute.js';
export {
  type Decided,
  defaultAlpha,
  defaultBudget,
  executeUntilDecided,
  type Look,
  type Policy,
} from './until/execute-until-decided.js';
