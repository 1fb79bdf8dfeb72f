import { gzipSync } from 'node:zlib';
import type { Random } from '../random.ts';
import { hostileName, hostileNumber, hostileText, hostileTime, hostileValue } from './hostile-values.ts';
import { jsonText, Members, Raw } from './json-text.ts';
import type { RollGuess, Said } from './roll-guess.ts';
import type { EventTree, ValidEvents } from './valid-events.ts';

/** What is handed over, and what was done to it. */
export interface Mutant {
  readonly bytes: Uint8Array;
  readonly how: string;
  /** Whether it may be an event still. */
  readonly isWhole: boolean;
}

type Change = (event: EventTree, roll: RollGuess, random: Random) => void;

/** A place in an event where a value stands. */
interface Slot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function slots(holder: Record<string, unknown> | unknown[]): Slot[] {
  return Object.entries(holder).flatMap(([key, value]) => [
    { holder, key },
    ...(Array.isArray(value) || isPlain(value) ? slots(value) : []),
  ]);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Raw) && !(value instanceof Members)
  );
}

function slotOf(event: EventTree, random: Random): Slot {
  const all = slots(event);
  return all[random.between(0, all.length - 1)] ?? { holder: event, key: 'data' };
}

function put({ holder, key }: Slot, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder[key] = value;
}

const dataOf = (event: EventTree): EventTree => {
  const data = event['data'];
  return isPlain(data) ? data : {};
};

/** Gives an object other members: of its own and of one more. */
function addMember(
  event: EventTree,
  random: Random,
  name: (names: readonly string[]) => string,
  value: unknown,
) {
  const whole = random.next() < 0.3;
  const object = whole ? event : dataOf(event);
  const list = Object.entries(object);
  const extra = [name(Object.keys(object)), value] as const;
  const members = new Members(random.next() < 0.5 ? [extra, ...list] : [...list, extra]);
  if (whole) event[WHOLE] = members;
  else event['data'] = members;
}

/** The key under which an event has itself as it is to be written. */
const WHOLE = '\u0000whole';

const someName = (random: Random) => (names: readonly string[]) =>
  names[random.between(0, names.length - 1)] ?? 'data';

/** What may be wrong with an event as JSON; each makes the most of one idea. */
const changes: Readonly<Record<string, Change>> = {
  none: () => {},
  value: (event, _roll, random) => put(slotOf(event, random), hostileValue(random)),
  'two values': (event, _roll, random) => {
    put(slotOf(event, random), hostileValue(random));
    put(slotOf(event, random), hostileValue(random));
  },
  number: (event, _roll, random) => {
    const numbers = slots(event).filter(({ holder, key }) => typeof Object(holder)[key] === 'number');
    put(numbers[random.between(0, numbers.length - 1)] ?? slotOf(event, random), hostileNumber(random));
  },
  text: (event, _roll, random) => {
    const texts = slots(event).filter(({ holder, key }) => typeof Object(holder)[key] === 'string');
    put(texts[random.between(0, texts.length - 1)] ?? slotOf(event, random), hostileText(random));
  },
  attribute: (event, _roll, random) => {
    const name = random.pick([
      'id',
      'source',
      'type',
      'subject',
      'note',
      'reporter',
      'reporturl',
      'correlationid',
      'x9',
    ]);
    event[name] = hostileText(random);
  },
  time: (event, _roll, random) => {
    event[random.pick(['time', 'time', 'observedtime'])] = hostileTime(random);
  },
  rename: (event, _roll, random) => {
    const { holder, key } = slotOf(event, random);
    if (Array.isArray(holder)) return;
    const value = holder[key];
    delete holder[key];
    holder[random.pick([`${key} `, key.toUpperCase(), `${key}s`, key.slice(1), hostileName(random)])] = value;
  },
  remove: (event, _roll, random) => {
    const { holder, key } = slotOf(event, random);
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  'same name twice': (event, _roll, random) =>
    addMember(event, random, someName(random), hostileValue(random)),
  'odd name': (event, _roll, random) =>
    addMember(event, random, () => hostileName(random), hostileValue(random)),
  prototype: (event, _roll, random) =>
    addMember(event, random, () => random.pick(['__proto__', 'constructor']), {
      polluted: 1,
      prototype: { polluted: 1 },
    }),
  'other place': (event, roll, random) => {
    event[random.pick(['theatre', 'timeline'])] = random.pick([
      roll.id.theatre,
      roll.id.timeline,
      'elsewhere',
      'A',
    ]);
  },
  'unknown type': (event, _roll, random) => {
    const type = String(event['type']);
    event['type'] = random.pick([
      `${type} `,
      type.toUpperCase(),
      'war.forgotten',
      'constructor',
      '__proto__',
      `${type}.`,
    ]);
  },
  'other type': (event, _roll, random) => {
    event['type'] = random.pick([
      'war.ended',
      'contingent.merged',
      'event.retracted',
      'contingent.deployed',
      'casualty.claimed',
    ]);
  },
  'other subject': (event, roll, random) => {
    event['subject'] = random.pick(['theatre', 'nobody', '', 'A', null, ...roll.contingents.slice(0, 3)]);
  },
  part: (event, roll, random) => {
    const whole = String(event['subject'] ?? roll.contingents[0] ?? 'nobody');
    const best = roll.strengthOf(whole);
    const id = random.pick([
      whole,
      'theatre',
      `part${random.between(1, 1e6)}`,
      roll.contingents.at(-1) ?? 'part',
    ]);
    const strength = random.pick([0, 1, best, best + 1, best - 1, { low: 0, best: 1, high: 10_000_000 }]);
    Object.assign(event, {
      type: random.pick([
        'contingent.detached',
        'contingent.committed',
        'contingent.repatriated',
        'contingent.captured',
      ]),
      subject: whole,
      data: { detachment: { id, strength } },
    });
    if (event['type'] === 'contingent.captured') dataOf(event)['by'] = 'UA';
  },
  merge: (event, roll, random) => {
    const [one = 'nobody'] = roll.contingents;
    const other = roll.contingents[random.between(0, roll.contingents.length)] ?? 'nobody';
    const absorbed = random.pick([one, other, 'theatre', 'nobody']);
    Object.assign(event, {
      type: 'contingent.merged',
      subject: random.pick([one, other]),
      data: { absorbed },
    });
  },
  losses: (event, roll, random) => {
    const subject = roll.contingents[random.between(0, roll.contingents.length)] ?? 'nobody';
    const best = roll.strengthOf(subject);
    const killed = random.pick([best, best + 1, best - 1, 0, 10_000_000]);
    const missing = random.pick([0, 0, 1, best]);
    Object.assign(event, {
      type: 'casualty.recorded',
      subject,
      data: { killed, missing, wounded: 10_000_000 },
    });
  },
  reassessment: (event, roll, random) => {
    const subject = roll.contingents[random.between(0, roll.contingents.length)] ?? 'nobody';
    const strength = random.pick([1, 10_000_000, { low: 0, best: 1, high: 10_000_000 }, 0]);
    Object.assign(event, { type: 'strength.reassessed', subject, data: { strength, reason: 'imagery' } });
  },
};

/** Corrections cost the folding of their whole roll, so they are drawn apart from the others. */
const correctionChanges: Readonly<Record<string, Change>> = {
  retraction: (event, roll, random) => correct(event, roll, random, 'event.retracted', {}),
  correction: (event, roll, random) => {
    const strength = random.pick([1, 500, { low: 1, best: 2, high: 3 }]);
    const data = random.pick<EventTree>([
      {},
      { strength },
      { variant: 'ceasefire' },
      { detachment: { id: 'c1', strength } },
      { absorbed: 'c2' },
    ]);
    correct(event, roll, random, 'event.corrected', { data });
  },
  'correction of time': (event, roll, random) =>
    correct(event, roll, random, 'event.corrected', { time: hostileTime(random) }),
};

function correct(event: EventTree, roll: RollGuess, random: Random, type: string, data: EventTree): void {
  const said = saidOf(roll, random);
  const target =
    random.next() < 0.9 && said !== undefined
      ? { source: said.source, id: said.id }
      : { source: 'x', id: 'x' };
  delete event['subject'];
  Object.assign(event, { type, data: { target, reason: 'a typo', ...data } });
}

function saidOf({ said }: RollGuess, random: Random): Said | undefined {
  const there = said.filter(() => true); // without the holes
  return there[random.between(0, there.length - 1)];
}

type Spoil = (bytes: Buffer, random: Random) => Uint8Array;

/** What may be wrong with the bytes of an event. */
const spoils: Readonly<Record<string, Spoil>> = {
  'cut short': (bytes, random) => bytes.subarray(0, random.between(0, bytes.length - 1)),
  'a byte': (bytes, random) => {
    const spoilt = Buffer.from(bytes);
    spoilt[random.between(0, spoilt.length - 1)] = random.between(0, 255);
    return spoilt;
  },
  'no UTF-8': (bytes, random) => {
    const at = random.between(1, bytes.length - 1);
    const broken = random.pick([
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
      [0xe2, 0x82],
    ]);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(broken), bytes.subarray(at)]);
  },
  'no UTF-8 in a text': (bytes) =>
    Buffer.from(bytes.toString('latin1').replace('"basis":"', '"note":"a\xff","basis":"'), 'latin1'),
  'a byte order mark': (bytes, random) =>
    Buffer.concat([
      ...Array.from({ length: random.between(1, 2) }, () => Buffer.from([0xef, 0xbb, 0xbf])),
      bytes,
    ]),
  compressed: (bytes) => gzipSync(bytes),
  'UTF-16': (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  twice: (bytes) => Buffer.concat([bytes, bytes]),
  'in an array': (bytes) => Buffer.concat([Buffer.from('['), bytes, Buffer.from(']')]),
  'with a comma': (bytes) => Buffer.concat([bytes, Buffer.from(',')]),
  'with blanks': (bytes) => Buffer.concat([Buffer.from('\r\n\t  '), bytes, Buffer.from(' \n')]),
  'as a text': (bytes) => Buffer.from(JSON.stringify(bytes.toString())),
  nothing: () => Buffer.alloc(0),
  blanks: (_bytes, random) => Buffer.from(random.pick([' ', '\n', '\r\n\r\n', '\t', '\0', '\0\0\0\0'])),
  'no object': (_bytes, random) =>
    Buffer.from(random.pick(['null', 'true', '0', '-0', '1e400', '"x"', '[]', '{}', '[[]]', '{"a":{}}'])),
  'random bytes': (_bytes, random) =>
    Buffer.from(Array.from({ length: random.between(1, 60) }, () => random.between(0, 255))),
  deep: (_bytes, random) => {
    const chance = random.next(); // of the deepest few: each is folded again with every correction of its roll
    const depth = chance < 0.9 ? random.pick([33, 40, 1_000]) : chance < 0.99 ? 10_000 : 100_000;
    return Buffer.from(
      random.pick([
        `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`,
        '['.repeat(depth),
        `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
      ]),
    );
  },
};

const named = <T>(of: Readonly<Record<string, T>>, random: Random): readonly [string, T] => {
  const [first, ...others] = Object.entries(of);
  if (first === undefined) throw new Error('there is nothing to choose from');
  return random.pick([first, ...others]);
};

/** Of the events that are changed, those that the roll would take otherwise: what is wrong with them is one thing. */
const FITTING_SHARE = 0.4;

/** Something hostile made of an event, or now and then a valid one as it is; or what was said before, again. */
export function mutant(valid: ValidEvents, roll: RollGuess, random: Random): Mutant {
  const chance = random.next();
  const said = saidOf(roll, random);
  if (chance < 0.03 && said !== undefined) return { bytes: said.bytes, how: 'again', isWhole: true };
  if (chance < 0.06 && said !== undefined) {
    const { source, id } = said;
    const bytes = written({ ...valid.any(roll, random), source, id });
    return { bytes, how: 'another with the same identity', isWhole: true };
  }
  if (chance < 0.3) return { bytes: written(valid.fitting(roll, random)), how: 'none', isWhole: true };
  if (chance < 0.8) {
    const event = random.next() < FITTING_SHARE ? valid.fitting(roll, random) : valid.any(roll, random);
    const [how, change] = named(chance < 0.31 ? correctionChanges : changes, random);
    change(event, roll, random);
    return { bytes: written(event), how, isWhole: true };
  }
  const [how, spoil] = named(spoils, random);
  return { bytes: spoil(written(valid.any(roll, random)), random), how, isWhole: false };
}

function written({ [WHOLE]: whole, ...event }: EventTree): Buffer {
  return Buffer.from(jsonText(whole ?? event));
}
