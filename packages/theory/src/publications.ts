/** Where the papers appeared: what a bibliography says beyond title, authors, year and arXiv number. */
import type { Source } from './claim.js';

/** A paper that appeared nowhere but on arXiv has none. */
export interface Publication {
  readonly kind: 'conference' | 'journal';
  /** The proceedings or the journal, in full. */
  readonly venue: string;
  readonly series?: string;
  readonly volume?: number;
  readonly number?: number;
  /** First and last, or the first alone. */
  readonly pages?: readonly [number, number];
  readonly publisher?: string;
  readonly doi?: string;
}

type Details = Omit<Publication, 'kind' | 'venue'>;
const conference =
  (venue: string, common: Details = {}) =>
  (details: Details = {}): Publication => ({ kind: 'conference', venue, ...common, ...details });
const journal =
  (venue: string) =>
  (details: Details): Publication => ({ kind: 'journal', venue, ...details });

const neurips = conference('Advances in Neural Information Processing Systems');
const iclr = conference('International Conference on Learning Representations');
/** Venues whose proceedings are volumes of PMLR. */
const pmlr = (venue: string): ((details: Details) => Publication) =>
  conference(venue, { series: 'Proceedings of Machine Learning Research', publisher: 'PMLR' });
const icml = pmlr('Proceedings of the International Conference on Machine Learning');
const aistats = pmlr('Proceedings of the International Conference on Artificial Intelligence and Statistics');
const colt = pmlr('Proceedings of the Conference on Learning Theory');
const alt = pmlr('Proceedings of the International Conference on Algorithmic Learning Theory');
const jmlr = journal('Journal of Machine Learning Research');
const electronicComputers = journal('IEEE Transactions on Electronic Computers');
const machineLearning = journal('Machine Learning');
const signalProcessing = journal('IEEE Transactions on Signal Processing');

/**
 * By arXiv number, or by title where there is none. In the order of the bibliography: the talk's main line first, then
 * what it stands on. Pages and volumes stand where we found them confirmed.
 */
const publications: Readonly<Record<string, Publication>> = {
  // Li, Pan, Lyu & Li, feature averaging.
  '2410.10322': iclr(),
  // Frei, Vardi, Bartlett & Srebro, the double-edged sword.
  '2303.01456': neurips({ volume: 36 }),
  // Vardi, Yehudai & Shamir, gradient methods and non-robust networks.
  '2202.04347': neurips({ volume: 35 }),
  // Min & Vidal, polynomial ReLU.
  '2405.15942': icml({ volume: 235 }),
  // Lyu & Li, margins of homogeneous networks.
  '1906.05890': iclr(),
  // Ji & Telgarsky, directional convergence; primal-dual analysis; risk and parameter convergence.
  '2006.06657': neurips({ volume: 33, pages: [17176, 17186] }),
  '1906.04540': alt({ volume: 132, pages: [772, 804] }),
  '1803.07300': colt({ volume: 99 }),
  // Soudry, Hoffer, Nacson, Gunasekar & Srebro, separable data.
  '1710.10345': jmlr({ volume: 19, number: 70, pages: [1, 57] }),
  // Nacson, Lee, Gunasekar, Savarese, Srebro & Soudry, convergence on separable data.
  '1803.01905': aistats({ volume: 89, pages: [3420, 3428] }),
  // Ji, Srebro & Telgarsky, dual acceleration.
  '2107.00595': icml({ volume: 139, pages: [4860, 4869] }),
  // Rosset, Zhu & Hastie, regularisation paths.
  'margin maximizing loss functions': neurips({ volume: 16, pages: [1237, 1244], publisher: 'MIT Press' }),
  'boosting as a regularized path to a maximum margin classifier': jmlr({ volume: 5, pages: [941, 973] }),
  // Cortes & Vapnik, the optimal hyperplane.
  'support vector networks': machineLearning({ volume: 20, number: 3, pages: [273, 297] }),
  // Cover, sign patterns of linear rules.
  'geometrical and statistical properties of systems of linear inequalities with applications in pattern recognition':
    electronicComputers({ volume: 14, number: 3, pages: [326, 334] }),
  // Lyu, Li, Wang & Arora, simplicity bias of two-layer nets.
  '2110.13905': neurips({ volume: 34, pages: [12978, 12991] }),
  // Shah, Tamuly, Raghunathan, Jain & Netrapalli, pitfalls of simplicity bias.
  '2006.07710': neurips({ volume: 33, pages: [9573, 9585] }),
  // Li, Jin, Zhong, Hopcroft & Wang, expressive power.
  '2205.13863': neurips({ volume: 35, pages: [4370, 4384] }),
  // Melamed, Yehudai & Vardi, low-dimensional subspaces.
  '2303.00783': neurips({ volume: 36, pages: [5028, 5049] }),
  // Ilyas, Santurkar, Tsipras, Engstrom, Tran & Madry, features not bugs.
  '1905.02175': neurips({ volume: 32 }),
  // Madry, Makelov, Schmidt, Tsipras & Vladu, adversarial training.
  '1706.06083': iclr(),
  // Sokolić, Giryes, Sapiro & Rodrigues, margin over Lipschitz constant.
  '1605.08254': signalProcessing({
    volume: 65,
    number: 16,
    pages: [4265, 4280],
    doi: '10.1109/TSP.2017.2708039',
  }),
};

/** Where a cited paper appeared; undefined for a preprint, and for a paper that is not listed yet. */
export const publicationOf = ({ arxiv, paper }: Source): Publication | undefined =>
  publications[arxiv ?? inSmallLetters(paper)];

/** A title as it stands in the list above, however it is set elsewhere. */
const inSmallLetters = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
