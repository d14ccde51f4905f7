/** The figures, by name, in the order of the talk. */
import type { Figure } from './figure.js';
import { coefficientGrowth } from './figures/coefficient-growth.js';
import { cosineMatrix } from './figures/cosine-matrix.js';
import { distancesInTraining } from './figures/distances-in-training.js';
import { forest } from './figures/forest.js';
import { marginTrajectory } from './figures/margin-trajectory.js';
import { phaseDiagram } from './figures/phase-diagram.js';
import { radiusDistribution } from './figures/radius-distribution.js';
import { robustAccuracy } from './figures/robust-accuracy.js';
import { scaling } from './figures/scaling.js';

export const figures: readonly Figure[] = [
  cosineMatrix,
  robustAccuracy,
  scaling,
  phaseDiagram,
  marginTrajectory,
  coefficientGrowth,
  radiusDistribution,
  distancesInTraining,
  forest,
];
