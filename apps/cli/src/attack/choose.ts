/** Attacks by name, for a norm: the registry, and a baseline that no attack may lose to. */
import {
  attacks,
  commutesWithRotations,
  uniformNoise,
  type Armament,
  type RegisteredAttack,
} from '@marginalia/attack';
import { BadInput } from '@marginalia/core';
import { nearest } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import type { Net, Norm } from '../inspect/measure-points.js';

export type Chosen = Pick<RegisteredAttack, 'name' | 'about'> & Armament;

export interface Choice {
  readonly attacks: readonly Chosen[];
  /** Names of those that search the norm, but move coordinates, which a net drawn in law has not. */
  readonly leftOut: readonly string[];
  /** Names of those that would take minutes, and were not asked for. */
  readonly dear: readonly string[];
}

/** All that search balls of the norm and are not dear where none is named; in the order of the registry, each once, the baseline last. */
export function chooseAttacks(
  named: readonly string[] | undefined,
  norm: Norm,
  { ambient, dimension }: Net,
): Choice {
  const runs = (one: Chosen): boolean => ambient === dimension || commutesWithRotations(one);
  const fits = ({ balls }: RegisteredAttack): boolean => (balls as readonly string[]).includes(norm);
  for (const name of named ?? []) {
    const known = attacks.find((one) => one.name === name);
    if (!known) {
      const near = nearest(
        name,
        attacks.map((one) => one.name),
      );
      throw new BadInput({
        expected: 'the name of an attack',
        got: JSON.stringify(name),
        try: near ? `--attacks ${near}` : commandLine('list', 'attacks'),
      });
    }
    if (!fits(known)) {
      throw new BadInput({
        expected: `attacks that search ${norm} balls`,
        got: `${name}, which searches ${known.balls.join(' and ')}`,
        try: commandLine('list', 'attacks'),
      });
    }
  }
  const wanted = attacks.filter((one) => (named ? named.includes(one.name) : fits(one) && !one.dear));
  const leftOut = wanted.filter((one) => !runs(one)).map(({ name }) => name);
  if (named && leftOut.length > 0) {
    throw new BadInput({
      expected: 'attacks that commute with rotations, for a run drawn in law',
      got: `${leftOut.join(', ')}, which moves coordinates`,
      try: 'a run of --set sampling=explicit',
    });
  }
  const baseline = {
    name: uniformNoise().name,
    about: 'the baseline: the best of thirty random displacements (Athalye, Carlini & Wagner 2018)',
    make: () => uniformNoise(),
  };
  const dear = named ? [] : attacks.filter((one) => fits(one) && one.dear).map(({ name }) => name);
  return { attacks: [...wanted.filter(runs), baseline], leftOut, dear };
}
