/**
 * Evidence against "every run holds with probability at least `rate`", as an e-value: valid for independent runs that
 * need not be alike, at any stopping time.
 *
 *   E = (1/rate) ∫₀^rate (q/rate)^h ((1 − q)/(1 − rate))^v dq,    h runs held, v were violated.
 *
 * For q < rate each factor is linear in a run's own probability p, equals 1 at p = rate and falls with p: its
 * expectation is ≤ 1 for every p ≥ rate. So E is a supermartingale from 1, and exceeds 1/α with probability ≤ α.
 */
export function evidenceAgainstRate(held: number, violated: number, rate: number): number {
  if (violated === 0) return 1 / (1 + held);
  if (rate >= 1) return Infinity;
  if (rate <= 0) return 1;
  // ∫₀^rate q^h (1 − q)^v dq = B(h + 1, v + 1) · P(Binomial(h + v + 1, rate) ≥ h + 1).
  const trials = held + violated + 1;
  const logBeta = logFactorial(held) + logFactorial(violated) - logFactorial(trials);
  let tail = 0;
  for (let j = held + 1; j <= trials; j++) {
    const logChoose = logFactorial(trials) - logFactorial(j) - logFactorial(trials - j);
    tail += Math.exp(logChoose + j * Math.log(rate) + (trials - j) * Math.log1p(-rate));
  }
  return Math.exp(logBeta + Math.log(tail) - (held + 1) * Math.log(rate) - violated * Math.log1p(-rate));
}

const logFactorials = [0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++)
    logFactorials.push((logFactorials[i - 1] as number) + Math.log(i));
  return logFactorials[n] as number;
}
