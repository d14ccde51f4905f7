export {
  attackAll,
  attackRadius,
  judge,
  runAttack,
  type Attack,
  type AttackRadius,
  type Judged,
} from './attack.js';
export * from './adversarial-descent.js';
export * from './ball.js';
export * from './boundary-walk.js';
export { certifiedRadius, lipschitzConstant } from './certificate.js';
export { certificates, type Certificate } from './certificates/registry.js';
export { branchAndBound, type ExactOptions, type ExactRadius } from './branch-and-bound.js';
export * from './exact-radius.js';
export * from './gradient-search.js';
export * from './kernel/index.js';
export { contestOf, type Contest } from './contest.js';
export { Settling, type Settlement } from './settle.js';
export * from './settled-radius.js';
export { LeastDistance, type NearestPoint } from './least-distance.js';
export { geometryOf } from './geometry.js';
export { l1Solver, linfSolver } from './least-distance-polyhedral.js';
export * from './projected-gradient.js';
export * from './ray.js';
export * from './registry.js';
export { euclidean, type Geometry } from './relaxation.js';
export * from './robustness.js';
export * from './span.js';
export * from './target.js';
export * from './universal-direction.js';
export * from './attack-nature.js';
export * from './binomial.js';
export * from './classifier.js';
export * from './evaluation.js';
export * from './masking.js';
export * from './restricted-radius.js';
export * from './robust-accuracy.js';
export * from './subspace.js';
export * from './uniform-noise.js';
export * from './auto-pgd.js';
export * from './box.js';
export * from './carlini-wagner.js';
export * from './deep-fool.js';
export * from './ensemble.js';
export * from './fast-adaptive-boundary.js';
export * from './fast-gradient.js';
export * from './guided.js';
export * from './square.js';
export * from './structured.js';
export * from './universal-perturbation.js';
export { lossAt, type LossAt, type LossOptions } from './attack-loss.js';
