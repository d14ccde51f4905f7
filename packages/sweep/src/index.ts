export * from './without-engine.js';
export { audit, type Audit, type AuditOptions } from './audit/audit.js';
export { execute, type Execution, type ExecuteOptions } from './execute.js';
