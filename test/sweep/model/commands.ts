/** What may befall a sweep, as fast-check's commands. */
import type { PlanOptions, Shard } from '@marginalia/sweep';
import fc from 'fast-check';
import type { End } from './driver.js';
import { askedFor, type Extent, most } from './truth.js';
import { type Begun, type Damage, places, type Trouble, type World } from './world.js';

/** What is asked for by now, and who drives: all that decides whether a command makes sense. */
export interface Model extends Extent {
  dimensions: readonly number[];
  trainers: readonly string[];
  replicates: number;
  drivers: Pick<Begun, 'by' | 'where'>[];
  /** Folders that a driver was ever at work on. */
  worked: Set<number>;
}

export const newborn = (): Model => ({
  dimensions: most.dimensions.slice(0, 3),
  trainers: most.trainers.slice(0, 1),
  replicates: 2,
  drivers: [],
  worked: new Set(),
});

export type Command = fc.AsyncCommand<Model, World>;

/** `act` changes both; `world.check` follows. */
const command = (
  name: string,
  act: (world: World, model: Model) => void | Promise<void>,
  makesSense: (model: Readonly<Model>) => boolean = () => true,
): Command => ({
  check: makesSense,
  run: async (model, world) => {
    await act(world, model);
    world.check();
  },
  toString: () => name,
});

const spelled = (what: string, how: object): string => `${what} ${JSON.stringify(how)}`;

/** Which part of what is asked for by now; bits choose values. */
interface Part {
  readonly dimensions: number;
  readonly reversed: boolean;
  readonly fewer: number;
  readonly seed: string;
}

function partOf(extent: Extent, { dimensions, reversed, fewer, seed }: Part): PlanOptions {
  const some = extent.dimensions.filter((_, at) => (dimensions >> at) & 1);
  const chosen = some.length > 0 ? some : extent.dimensions;
  const replicates = Math.max(1, extent.replicates - fewer);
  return askedFor({ ...extent, dimensions: reversed ? chosen.toReversed() : chosen, replicates }, seed);
}

const part = fc.record({
  dimensions: fc.oneof({ weight: 2, arbitrary: fc.constant(15) }, { weight: 1, arbitrary: fc.nat(15) }),
  reversed: fc.boolean(),
  fewer: fc.constantFrom(0, 0, 1),
  seed: fc.constantFrom('1', '1', '1', '1', '1', '2'),
});

const shard: fc.Arbitrary<Shard | undefined> = fc.option(
  fc
    .integer({ min: 2, max: 4 })
    .chain((of) => fc.record({ of: fc.constant(of), index: fc.nat({ max: of - 1 }) })),
  { nil: undefined, freq: 1 },
);

/** The first folder is the one that counts. */
const place = fc.constantFrom(...Array.from({ length: places }, (_, at) => at), 0);

/** At most so many at once: the machine has two cores. */
const mostDrivers = 2;

const begin = (by: Begun['by']): fc.Arbitrary<Command> =>
  fc
    .record({
      where: by === 'fleet' ? fc.constant(0) : place,
      threads: by === 'fleet' ? fc.constant(1) : fc.integer({ min: 1, max: 2 }),
      part,
      shard,
    })
    .map((how) =>
      command(
        spelled(`begin ${by}`, how),
        (world, model) => {
          world.begin({ ...how, by, asked: partOf(model, how.part) });
          model.drivers.push({ by, where: how.where });
          model.worked.add(how.where);
        },
        // One driver a fleet and folder: a second is refused, and that is another test's.
        ({ drivers }) =>
          drivers.length < mostDrivers && !(by === 'fleet' && drivers.some((one) => one.by === 'fleet')),
      ),
    );

const driven = ({ drivers }: Readonly<Model>): boolean => drivers.length > 0;
const which = fc.nat({ max: mostDrivers - 1 });

/** When: once a driver has so many more runs, and then a moment. Some end before they have begun. */
const moment = fc.record({
  which,
  more: fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 8 }) },
  ),
  ms: fc.integer({ min: 0, max: 40 }),
});

const end = fc
  .tuple(moment, fc.constantFrom<End>('join', 'close', 'interrupt', 'kill', 'kill'))
  .map(([when, how]) =>
    command(
      spelled(how, when),
      async (world, { drivers }) => {
        await world.until(when.which, when.more, when.ms);
        drivers.splice(when.which % drivers.length, 1);
        await world.end(when.which, how);
      },
      driven,
    ),
  );

const grow = fc.constantFrom<Command>(
  command(
    'another replicate',
    (_, model) => void (model.replicates += 1),
    ({ replicates }) => replicates < most.replicates,
  ),
  command(
    'another dimension',
    (_, model) => void (model.dimensions = most.dimensions.slice(0, model.dimensions.length + 1)),
    ({ dimensions }) => dimensions.length < most.dimensions.length,
  ),
  command(
    'another trainer',
    (_, model) => void (model.trainers = most.trainers),
    ({ trainers }) => trainers.length < most.trainers.length,
  ),
);

const file = fc.nat(7);

const damage = fc
  .record({
    where: place,
    file,
    how: fc.constantFrom<Damage>('tear', 'tear', 'zero-fill', 'zeros', 'flip'),
    at: fc.nat(9999),
  })
  .map((how) =>
    command(
      spelled('damage', how),
      (world) => world.damage(how.where, how.file, how.how, how.at),
      // Nobody damages what others are reading and mending.
      ({ worked, drivers }) => worked.has(how.where) && !drivers.some(({ where }) => where === how.where),
    ),
  );

const echo = fc.record({ where: place, at: fc.nat(9999) }).map((how) =>
  command(
    spelled('echo', how),
    (world) => world.echo(how.where, how.at),
    ({ worked, drivers }) => worked.has(how.where) && !drivers.some(({ where }) => where === how.where),
  ),
);

const lock = fc.record({ where: place, file, blank: fc.boolean() }).map((how) =>
  command(
    spelled('lock', how),
    (world) => world.lock(how.where, how.file, how.blank),
    ({ worked }) => worked.has(how.where),
  ),
);

const merge = fc.shuffledSubarray([1, 2], { minLength: 1 }).map((from) =>
  command(
    spelled('merge', { from }),
    (world) => world.merge(from),
    ({ worked }) => from.some((where) => worked.has(where)),
  ),
);

const compact = place.map((where) =>
  command(
    spelled('compact', { where }),
    async (world) => world.compact(where),
    ({ worked }) => worked.has(where),
  ),
);

const trouble = fc
  .record({
    dimension: fc.constantFrom(...most.dimensions),
    kind: fc.constantFrom<Trouble | 'over'>('throws', 'throws', 'exits', 'over'),
  })
  .map((how) =>
    command(spelled('trouble', how), (world) =>
      world.trouble(how.dimension, how.kind === 'over' ? undefined : how.kind),
    ),
  );

const fleet = fc
  .tuple(
    moment,
    fc.constantFrom('kill worker', 'kill worker', 'stop worker', 'kill broker', 'broker forgets'),
  )
  .map(([when, what]) =>
    command(
      spelled(what, when),
      async (world) => {
        await world.until(when.which, when.more, when.ms);
        if (what === 'kill worker') await world.endWorker('SIGKILL');
        else if (what === 'stop worker') await world.endWorker('SIGTERM');
        else await world.endBroker(what === 'broker forgets');
      },
      ({ drivers }) => drivers.some(({ by }) => by === 'fleet'),
    ),
  );

/**
 * Weighted so that drivers are mostly at work while something happens. A list, not `fc.commands`: that has no least length,
 * and most of what it draws is short.
 */
export function scripts(by: Begun['by'], length: fc.ArrayConstraints): fc.Arbitrary<readonly Command[]> {
  const one = fc.oneof(
    { weight: 3, arbitrary: begin('here') },
    { weight: by === 'slurm' ? 1 : 5, arbitrary: begin('there') },
    ...(by === 'there' ? [] : [{ weight: 6, arbitrary: begin(by) }]),
    ...(by === 'fleet' ? [{ weight: 6, arbitrary: fleet }] : []),
    { weight: 6, arbitrary: end },
    { weight: 3, arbitrary: grow },
    { weight: 4, arbitrary: damage },
    { weight: 2, arbitrary: echo },
    { weight: 1, arbitrary: lock },
    { weight: 3, arbitrary: merge },
    { weight: 2, arbitrary: compact },
    { weight: 2, arbitrary: trouble },
  );
  return fc.array(one, { ...length, size: 'max' });
}
