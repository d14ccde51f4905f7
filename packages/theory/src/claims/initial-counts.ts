/** The law of the activations at initialisation, for every n; exact up to O(1/d) and σ_b. */
import { unitNoise } from '../assumptions.js';
import { scalar, type Claim } from '../claim.js';
import { atMost } from '../relation.js';
import { featureAveragingPaper } from '../sources.js';

export const initialCountsUniform: Claim = {
  id: 'li-pan-lyu-li-2025/initial-counts-uniform',
  title: 'a fresh neuron sees a uniform number of a cluster’s points',
  statement:
    'At t = 0 the number of cluster j’s n_j training points on which neuron r is active is uniform on {0, …, n_j}, up to O(1/d): given ‖w‖ the ⟨w, ξ_i⟩ are independent N(0, ‖w‖²), and ⟨w, μ_j⟩ has their variance.',
  source: featureAveragingPaper({ locator: 'initialisation, Assumption 4.3', reading: 'derived' }),
  notation: { n_j: 'training points in cluster j', 'w ~ N(0, σ_w² I)': 'a neuron at initialisation' },
  assumptions: [unitNoise],
  measured:
    'initialCountDistance: √N × Kolmogorov distance of the randomised ranks of all N = M·k counts from the uniform law; 0.87 on average under it, above 1.95 once in a thousand',
  measure: (run) => ({ quantity: scalar(run, 'initialCountDistance'), bound: 1.95 }),
  relation: atMost(),
  expected:
    'supported at any size: uniform up to σ_b² ≪ σ_w² d and correlations of order 1/√d between neurons',
};
