/** Every claim, in bibliography order: the talk's main line first, then what it stands on. */
import type { Claim } from '../claim.js';
import {
  adversarialBeatsAveraging,
  adversarialFromAveraged,
  finerLabelsMatchAdversarial,
} from './adversarial-training.js';
import {
  averagedRadiusClosedForm,
  universalDirectionOptimal,
  anyBias,
  anyBiasNeedsAccuracy,
  radiusExponentDimension,
  radiusExponentClusters,
  robustNetExists,
  halfDistanceBound,
  publishedTwoClassCurveBelowExact,
  radiusChain,
} from './averaged-radius.js';
import { averagingPhase, radiusAtEveryStep, lazyRadius, lazyRadiusExponent } from './averaging-phases.js';
import {
  attackInCentres,
  attackInInputs,
  orthogonalToSiblings,
  alongChords,
  chordFraction,
  onCentresRadius,
  offCentresRadius,
  siblingsSafe,
  offClassRadius,
  offInputsRadius,
  boundaryPlaced,
  boundaryStays,
  dimpleDepth,
  halfspaceMedian,
  gaussianIsoperimetry,
} from './dimpled-manifold.js';
import {
  weightDecomposition,
  biasIdentity,
  coefficientSigns,
  eulerIdentity,
  fineCoefficientSigns,
} from './exact-identities.js';
import {
  perfectAccuracy,
  sameClassCoefficientsLarge,
  sameClassCoefficientsComparable,
  oppositeCoefficientsSmall,
  averagedCosines,
  marginCurve,
} from './feature-averaging.js';
import {
  decouplingAccuracy,
  ownCoefficientLarge,
  otherCoefficientsSmall,
  decoupledCosines,
  sumReadoutRadius,
  maxReadoutRadius,
  lseReadoutRadius,
  projectedGradientMasked,
  maskedAttackMeetsPublishedCurve,
  publishedCurveNotExact,
  maxRadiusExponentDimension,
  maxRadiusExponentClusters,
  sumRadiusExponent,
} from './feature-decoupling.js';
import {
  groupedCosines,
  groupedMaxRadius,
  groupedRadiusExponent,
  groupedSumRadius,
  radiusFollowsCosine,
  finerNeverWorse,
  partialLabelsSuffice,
  noisyLabelsAverage,
} from './finer-supervision.js';
import { imagesFinerRobust, imagesOrderAtRadius } from './image-supervision.js';
import { expressivePowerClaims } from './expressive-power.js';
import { initialCountsUniform } from './initial-counts.js';
import {
  kktGeneralises,
  kktFlipped,
  kktUniversalLength,
  kktLengthExponentDimension,
  kktLengthExponentClusters,
  kktClusterWeights,
  kktLayerBalance,
  kktDoubleEdge,
} from './kkt-clusters.js';
import {
  sphereFlipped,
  sphereMarginSetFlipped,
  sphereFlipLength,
  sphereExponentSamples,
  sphereExponentDimension,
  sphereWidthFree,
} from './kkt-sphere.js';
import {
  weightsStayOff,
  decayLeavesLessOff,
  offRadiusClosedForm,
  offExponentDeviation,
  offExponentCodimension,
  offExponentWidth,
  offGradientOverstates,
  onRadiusClosedForm,
  standardStartOffSmaller,
  smallStartOffLarger,
  decayRestoresRadius,
} from './low-dimensional-data.js';
import {
  preluAlignment,
  preluAveraged,
  preluDecoupled,
  preluTargets,
  preluAveragedRadius,
  preluDecoupledRadius,
} from './polynomial-relu.js';
import { marginClaims } from './margin-maximisation.js';
import { kktNotGlobalClaims } from './kkt-not-global.js';
import { simplicityClaims } from './simplicity-bias.js';
import { slabClaims } from './slabs.js';
import { hintClaims } from './hint-points.js';
import { linearSeparableClaims } from './linear-separable.js';
import { robustFeatureClaims } from './robust-features.js';

export * from './adversarial-training.js';
export * from './averaged-radius.js';
export * from './averaging-phases.js';
export * from './dimpled-manifold.js';
export * from './exact-identities.js';
export * from './expressive-power.js';
export * from './feature-averaging.js';
export * from './feature-decoupling.js';
export * from './finer-supervision.js';
export * from './image-supervision.js';
export * from './initial-counts.js';
export * from './kkt-clusters.js';
export * from './kkt-sphere.js';
export * from './low-dimensional-data.js';
export * from './polynomial-relu.js';
export * from './margin-maximisation.js';
export * from './kkt-not-global.js';
export * from './simplicity-bias.js';
export * from './slabs.js';
export * from './hint-points.js';
export * from './linear-separable.js';
export * from './robust-features.js';

export const claims: readonly Claim[] = [
  weightDecomposition,
  biasIdentity,
  coefficientSigns,
  eulerIdentity,
  fineCoefficientSigns,
  initialCountsUniform,
  perfectAccuracy,
  sameClassCoefficientsLarge,
  sameClassCoefficientsComparable,
  oppositeCoefficientsSmall,
  averagedCosines,
  marginCurve,
  averagedRadiusClosedForm,
  universalDirectionOptimal,
  anyBias,
  anyBiasNeedsAccuracy,
  radiusExponentDimension,
  radiusExponentClusters,
  halfDistanceBound,
  publishedTwoClassCurveBelowExact,
  averagingPhase,
  radiusAtEveryStep,
  lazyRadius,
  lazyRadiusExponent,
  decouplingAccuracy,
  ownCoefficientLarge,
  otherCoefficientsSmall,
  decoupledCosines,
  sumReadoutRadius,
  maxReadoutRadius,
  lseReadoutRadius,
  projectedGradientMasked,
  maskedAttackMeetsPublishedCurve,
  publishedCurveNotExact,
  maxRadiusExponentDimension,
  maxRadiusExponentClusters,
  sumRadiusExponent,
  groupedCosines,
  groupedMaxRadius,
  groupedRadiusExponent,
  groupedSumRadius,
  radiusFollowsCosine,
  finerNeverWorse,
  partialLabelsSuffice,
  noisyLabelsAverage,
  imagesFinerRobust,
  imagesOrderAtRadius,
  adversarialBeatsAveraging,
  adversarialFromAveraged,
  finerLabelsMatchAdversarial,
  robustNetExists,
  kktGeneralises,
  kktFlipped,
  kktUniversalLength,
  kktLengthExponentDimension,
  kktLengthExponentClusters,
  kktClusterWeights,
  kktLayerBalance,
  kktDoubleEdge,
  sphereFlipped,
  sphereMarginSetFlipped,
  sphereFlipLength,
  sphereExponentSamples,
  sphereExponentDimension,
  sphereWidthFree,
  preluAlignment,
  preluAveraged,
  preluDecoupled,
  preluTargets,
  preluAveragedRadius,
  preluDecoupledRadius,
  weightsStayOff,
  decayLeavesLessOff,
  offRadiusClosedForm,
  offExponentDeviation,
  offExponentCodimension,
  offExponentWidth,
  offGradientOverstates,
  onRadiusClosedForm,
  standardStartOffSmaller,
  smallStartOffLarger,
  decayRestoresRadius,
  attackInCentres,
  attackInInputs,
  orthogonalToSiblings,
  alongChords,
  chordFraction,
  onCentresRadius,
  offCentresRadius,
  siblingsSafe,
  offClassRadius,
  offInputsRadius,
  boundaryPlaced,
  boundaryStays,
  dimpleDepth,
  halfspaceMedian,
  gaussianIsoperimetry,
  radiusChain,
  ...marginClaims,
  ...kktNotGlobalClaims,
  ...simplicityClaims,
  ...slabClaims,
  ...hintClaims,
  ...linearSeparableClaims,
  ...robustFeatureClaims,
  ...expressivePowerClaims,
];
