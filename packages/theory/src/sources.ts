/** The papers that the claims cite. */
import type { Source } from './claim.js';

type Place = Pick<Source, 'locator' | 'reading'>;

/** Li, Pan, Lyu & Li: the subject of the house. */
export const featureAveragingPaper = (place: Place): Source => ({
  paper:
    'Feature Averaging: An Implicit Bias of Gradient Descent Leading to Non-Robustness in Neural Networks',
  authors: 'Binghui Li, Zhixuan Pan, Kaifeng Lyu, Jian Li',
  year: 2025,
  arxiv: '2410.10322',
  ...place,
});

/** Frei, Vardi, Bartlett & Srebro: the robust net, and KKT points that are not. */
export const doubleEdgedSword = (place: Place): Source => ({
  paper: 'The Double-Edged Sword of Implicit Bias: Generalization vs. Robustness in ReLU Networks',
  authors: 'Spencer Frei, Gal Vardi, Peter L. Bartlett, Nathan Srebro',
  year: 2023,
  arxiv: '2303.01456',
  ...place,
});

/** Vardi, Yehudai & Shamir: nearly orthogonal data. */
export const gradientMethodsNonRobust = (place: Place): Source => ({
  paper: 'Gradient Methods Provably Converge to Non-Robust Networks',
  authors: 'Gal Vardi, Gilad Yehudai, Ohad Shamir',
  year: 2022,
  arxiv: '2202.04347',
  ...place,
});

/** Min & Vidal: neurons of higher power. */
export const polynomialReluPaper = (place: Place): Source => ({
  paper: 'Can Implicit Bias Imply Adversarial Robustness?',
  authors: 'Hancheng Min, René Vidal',
  year: 2024,
  arxiv: '2405.15942',
  ...place,
});

/** Melamed, Yehudai & Vardi: data in a subspace. */
export const lowDimensionalData = (place: Place): Source => ({
  paper: 'Adversarial Examples Exist in Two-Layer ReLU Networks for Low Dimensional Linear Subspaces',
  authors: 'Odelia Melamed, Gilad Yehudai, Gal Vardi',
  year: 2023,
  arxiv: '2303.00783',
  ...place,
});

/** Shamir, Melamed & BenShmuel: dimpled manifolds. */
export const dimpledManifold = (place: Place): Source => ({
  paper: 'The Dimpled Manifold Model of Adversarial Examples in Machine Learning',
  authors: 'Adi Shamir, Odelia Melamed, Oriel BenShmuel',
  year: 2021,
  arxiv: '2106.10151',
  ...place,
});

/** Madry, Makelov, Schmidt, Tsipras & Vladu: adversarial training. */
export const adversarialTraining = (place: Place): Source => ({
  paper: 'Towards Deep Learning Models Resistant to Adversarial Attacks',
  authors: 'Aleksander Madry, Aleksandar Makelov, Ludwig Schmidt, Dimitris Tsipras, Adrian Vladu',
  year: 2018,
  arxiv: '1706.06083',
  ...place,
});

/** Sokolić, Giryes, Sapiro & Rodrigues: margin over Lipschitz constant. */
export const robustLargeMargin = (place: Place): Source => ({
  paper: 'Robust Large Margin Deep Neural Networks',
  authors: 'Jure Sokolić, Raja Giryes, Guillermo Sapiro, Miguel R. D. Rodrigues',
  year: 2017,
  arxiv: '1605.08254',
  ...place,
});

/** Lyu & Li: homogeneous nets maximise their normalised margin. */
export const marginMaximisationPaper = (place: Place): Source => ({
  paper: 'Gradient Descent Maximizes the Margin of Homogeneous Neural Networks',
  authors: 'Kaifeng Lyu, Jian Li',
  year: 2020,
  arxiv: '1906.05890',
  ...place,
});

/** Ji & Telgarsky: directions converge. */
export const directionalConvergence = (place: Place): Source => ({
  paper: 'Directional convergence and alignment in deep learning',
  authors: 'Ziwei Ji, Matus Telgarsky',
  year: 2020,
  arxiv: '2006.06657',
  ...place,
});

/** Du, Hu & Lee: gradient flow keeps layers balanced. */
export const balancedLayers = (place: Place): Source => ({
  paper: 'Algorithmic Regularization in Learning Deep Homogeneous Models: Layers are Automatically Balanced',
  authors: 'Simon S. Du, Wei Hu, Jason D. Lee',
  year: 2018,
  arxiv: '1806.00900',
  ...place,
});

/** Lyu, Li, Wang & Arora: on symmetric data small starts lead to linear functions. */
export const simplicityBiasPaper = (place: Place): Source => ({
  paper: 'Gradient Descent on Two-layer Nets: Margin Maximization and Simplicity Bias',
  authors: 'Kaifeng Lyu, Zhiyuan Li, Runzhe Wang, Sanjeev Arora',
  year: 2021,
  arxiv: '2110.13905',
  ...place,
});

/** Shah, Tamuly, Raghunathan, Jain & Netrapalli: nets that see the simplest feature alone. */
export const simplicityPitfalls = (place: Place): Source => ({
  paper: 'The Pitfalls of Simplicity Bias in Neural Networks',
  authors: 'Harshay Shah, Kaustav Tamuly, Aditi Raghunathan, Prateek Jain, Praneeth Netrapalli',
  year: 2020,
  arxiv: '2006.07710',
  ...place,
});
