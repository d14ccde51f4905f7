/** The papers on linear models: margins, paths and first-order methods on separable data; robust and non-robust features. */
import type { Source } from './claim.js';
import { featureAveragingPaper } from './sources.js';

type Place = Pick<Source, 'locator' | 'reading'>;

export const averagedLinearRule = featureAveragingPaper;

/** Cortes & Vapnik: the optimal hyperplane and its dual. */
export const supportVectorNetworks = (place: Place): Source => ({
  paper: 'Support-Vector Networks',
  authors: 'Corinna Cortes, Vladimir Vapnik',
  year: 1995,
  ...place,
});

/** Rosset, Zhu & Hastie: the regularisation path ends at the largest margin. */
export const maximumMarginLosses = (place: Place): Source => ({
  paper: 'Boosting as a Regularized Path to a Maximum Margin Classifier',
  authors: 'Saharon Rosset, Ji Zhu, Trevor Hastie',
  year: 2004,
  ...place,
});

/** Soudry et al.: gradient descent ends there without a penalty. */
export const separableBias = (place: Place): Source => ({
  paper: 'The Implicit Bias of Gradient Descent on Separable Data',
  authors: 'Daniel Soudry, Elad Hoffer, Mor Shpigel Nacson, Suriya Gunasekar, Nathan Srebro',
  year: 2018,
  arxiv: '1710.10345',
  ...place,
});

/** Nacson et al.: normalised gradient descent. */
export const convergenceOnSeparable = (place: Place): Source => ({
  paper: 'Convergence of Gradient Descent on Separable Data',
  authors:
    'Mor Shpigel Nacson, Jason D. Lee, Suriya Gunasekar, Pedro H. P. Savarese, Nathan Srebro, Daniel Soudry',
  year: 2019,
  arxiv: '1803.01905',
  ...place,
});

/** Ji & Telgarsky: the primal-dual view. */
export const primalDual = (place: Place): Source => ({
  paper: 'Characterizing the Implicit Bias via a Primal-Dual Analysis',
  authors: 'Ziwei Ji, Matus Telgarsky',
  year: 2021,
  arxiv: '1906.04540',
  ...place,
});

/** Ji, Srebro & Telgarsky: acceleration in the dual. */
export const dualAcceleration = (place: Place): Source => ({
  paper: 'Fast Margin Maximization via Dual Acceleration',
  authors: 'Ziwei Ji, Nathan Srebro, Matus Telgarsky',
  year: 2021,
  arxiv: '2107.00595',
  ...place,
});

/** Ilyas et al.: useful, robust and non-robust features. */
export const adversarialFeatures = (place: Place): Source => ({
  paper: 'Adversarial Examples Are Not Bugs, They Are Features',
  authors:
    'Andrew Ilyas, Shibani Santurkar, Dimitris Tsipras, Logan Engstrom, Brandon Tran, Aleksander Madry',
  year: 2019,
  arxiv: '1905.02175',
  ...place,
});

/** Li, Jin, Zhong, Hopcroft & Wang: robust generalisation needs exponential size. */
export const expressivePower = (place: Place): Source => ({
  paper: 'Why Robust Generalization in Deep Learning is Difficult: Perspective of Expressive Power',
  authors: 'Binghui Li, Jikai Jin, Han Zhong, John E. Hopcroft, Liwei Wang',
  year: 2022,
  arxiv: '2205.13863',
  ...place,
});

/** Cover: how many labelled points a linear rule separates. */
export const geometricalProperties = (place: Place): Source => ({
  paper:
    'Geometrical and Statistical Properties of Systems of Linear Inequalities with Applications in Pattern Recognition',
  authors: 'Thomas M. Cover',
  year: 1965,
  ...place,
});
