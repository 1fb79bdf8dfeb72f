import { z } from 'zod';
import { type CatalogueEntry, catalogue } from '../../../events/catalogue.ts';
import { jsonSchemaOf } from '../../../events/json-schema.ts';
import type { Random } from '../random.ts';
import { jsonText } from './json-text.ts';
import type { RollGuess } from './roll-guess.ts';

/** An event as it will be written, for a mutation to change. */
export type EventTree = Record<string, unknown>;

interface Shape {
  readonly enum?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly anyOf?: readonly Shape[] | undefined;
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Shape | undefined;
  readonly pattern?: string | undefined;
  readonly format?: string | undefined;
  readonly maximum?: number | undefined;
}

const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    enum: z.array(z.string()).optional(),
    type: z.string().optional(),
    anyOf: z.array(shapeSchema).optional(),
    properties: z.record(z.string(), shapeSchema).optional(),
    required: z.array(z.string()).optional(),
    items: shapeSchema.optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    maximum: z.number().optional(),
  }),
);

interface Kind {
  readonly entry: CatalogueEntry;
  readonly shape: Shape;
}

const kinds: readonly Kind[] = catalogue.map((entry) => ({
  entry,
  shape: shapeSchema.parse(jsonSchemaOf(entry.data, 'input')),
}));
const kindsOf = (scope: CatalogueEntry['scope']) => kinds.filter(({ entry }) => entry.scope === scope);
const [ofTheatre, ofContingents, ofKnowledge, corrections] = [
  kindsOf('theatre'),
  kindsOf('contingent'),
  kindsOf('information'),
  kindsOf('correction'),
];
const deployment = ofContingents.filter(({ entry }) => entry.type === 'contingent.deployed');

/** A war that ends moves them all, so there are not too many. */
const CONTINGENTS = 24;
const ATTEMPTS = 6;
const WORDS = ['kursk', 'border', 'sahel', 'pyongyang', 'rail', 'Company A', 'ML', 'KR', 'study'] as const;

/** Events of the catalogue's own shapes. */
export class ValidEvents {
  readonly #source: string;
  #made = 0;

  /** `source`: of all of them, each with an id of its own. */
  constructor(source: string) {
    this.#source = source;
  }

  /** Of the catalogue's shapes, whether the roll takes it or not: far cheaper than one that fits. */
  any(roll: RollGuess, random: Random): EventTree {
    return this.#event(roll.contingents.length === 0 ? deployment : kindFor(roll, random), roll, random);
  }

  /** One that the roll takes where it stands, as far as is known. */
  fitting(roll: RollGuess, random: Random): EventTree {
    for (let attempt = 0; attempt < ATTEMPTS && roll.contingents.length > 0; attempt++) {
      const event = this.#event(kindFor(roll, random), roll, random);
      if (roll.wouldTake(Buffer.from(jsonText(event)))) return event;
    }
    return this.#event(deployment, roll, random);
  }

  /** A deployment that every roll takes. */
  deployment(contingent: string): EventTree {
    const data = { strength: 100, kind: 'infantry', origin: 'probe' };
    return {
      ...this.#envelope('contingent.deployed'),
      subject: contingent,
      time: '2025-06-01T00:00:00Z',
      data,
    };
  }

  #envelope(type: string): EventTree {
    this.#made += 1;
    return { specversion: '1.0', id: `${this.#made}`, source: this.#source, type, basis: 'assessed' };
  }

  #event(choice: readonly Kind[], roll: RollGuess, random: Random): EventTree {
    const { entry, shape } = of(choice, random);
    const isNew = entry.type === 'contingent.deployed';
    const subject = isNew ? `c${random.between(1, 1e6)}` : knownContingent(roll, random);
    const isAbout = entry.subject === 'required' || (entry.subject === 'optional' && random.next() < 0.5);
    const data = objectOf(shape, random, (inner) => valueIn(inner, roll, random, subject));
    const said = roll.said.filter(({ type }) => !type.startsWith('event.'));
    if (entry.scope === 'correction' && said.length > 0) {
      const { source, id } = of(said, random);
      data['target'] = { source, id };
    }
    return {
      ...this.#envelope(entry.type),
      ...(isAbout && { subject }),
      time: new Date(Date.UTC(2025, 0, 1) + random.between(0, 400) * 86_400_000).toISOString(),
      ...(random.next() < 0.1 && { basis: 'reported', reliability: 'B', credibility: 2, reporter: 'NIS' }),
      ...(random.next() < 0.1 && { observedtime: '2025-09-01T12:00:00+09:00', note: 'as far as known' }),
      data,
    };
  }
}

function kindFor({ contingents }: RollGuess, random: Random): readonly Kind[] {
  const chance = random.next();
  if (chance < 0.02) return ofTheatre;
  if (chance < 0.15) return ofKnowledge;
  if (chance < 0.16) return corrections;
  return contingents.length < CONTINGENTS && chance < 0.25 ? deployment : ofContingents;
}

function of<T>(choices: readonly T[], random: Random): T {
  const choice = choices[random.between(0, choices.length - 1)];
  if (choice === undefined) throw new Error('there is nothing to choose from');
  return choice;
}

function knownContingent({ contingents }: RollGuess, random: Random): string {
  return contingents.length === 0 ? 'nobody' : of(contingents, random);
}

function valueIn(shape: Shape, roll: RollGuess, random: Random, subject: string): unknown {
  const inner = (next: Shape) => valueIn(next, roll, random, subject);
  if (shape.enum !== undefined) return of(shape.enum, random);
  if (shape.anyOf !== undefined) return inner(of(shape.anyOf, random));
  switch (shape.type) {
    case 'string':
      if (shape.format === 'date-time') return '2025-04-01T00:00:00Z';
      if (shape.pattern === undefined) return of(WORDS, random);
      return random.next() < 0.5 ? `p${random.between(1, 1e6)}` : knownContingent(roll, random);
    case 'integer': {
      const most = Math.max(2, Math.min(shape.maximum ?? 1_000, roll.strengthOf(subject) || 1_000));
      return random.between(shape.maximum === 3 ? 0 : 1, Math.min(most, shape.maximum ?? most));
    }
    case 'number':
      return random.next() * Math.min(shape.maximum ?? 1_000, 1_000);
    case 'boolean':
      return random.next() < 0.5;
    case 'array':
      return Array.from({ length: random.between(0, 3) }, () => inner(shape.items ?? { type: 'string' }));
    default:
      return objectOf(shape, random, inner);
  }
}

function objectOf(
  { properties = {}, required = [] }: Shape,
  random: Random,
  inner: (shape: Shape) => unknown,
): EventTree {
  const names = Object.keys(properties).filter((name) => required.includes(name) || random.next() < 0.35);
  const object: EventTree = Object.fromEntries(names.map((name) => [name, inner(properties[name] ?? {})]));
  const { low, best, high, ...rest } = object;
  if (typeof low !== 'number' || typeof best !== 'number' || typeof high !== 'number') return object;
  const [least, middle, most] = [low, best, high].sort((one, other) => one - other);
  return { ...rest, low: least, best: middle, high: most };
}
