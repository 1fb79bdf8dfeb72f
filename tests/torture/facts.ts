import type { Random } from './random.ts';

/** An event to produce; `entity` is the last part of its NATS subject. */
export interface Fact {
  /** Source and id, joined by a blank. */
  readonly identity: string;
  readonly entity: string;
  readonly json: string;
}

/** The most contingents of a producer: a war that ends moves them all, one message for each. */
const CONTINGENTS = 12;

/**
 * The events of one producer, the same each time for the same chances: most of them accepted, some refused by the
 * state they meet, some (`withMalformed`) of no form at all, a few that move every contingent there is.
 */
export function factsOf(name: string, count: number, random: Random, withMalformed: boolean): Fact[] {
  return Array.from({ length: count }, (_, index) => fact(name, index, random, withMalformed));
}

function fact(name: string, index: number, random: Random, withMalformed: boolean): Fact {
  const contingent = `${name}-${random.between(1, CONTINGENTS)}`;
  const chance = random.next();
  const about = (type: string, data: unknown, subject: string | null = contingent): Fact => {
    const [source, id] = [`/torture/${name}`, `${index}`];
    const event = {
      specversion: '1.0',
      ...{ id, source, type, basis: 'assessed', data },
      ...(subject !== null && { subject }),
      time: new Date(Date.UTC(2025, 0, 1) + index * 3_600_000).toISOString(),
    };
    return { identity: `${source} ${id}`, entity: subject ?? 'theatre', json: JSON.stringify(event) };
  };
  if (index < CONTINGENTS || chance < 0.05) {
    const subject = index < CONTINGENTS ? `${name}-${index + 1}` : contingent;
    return about('contingent.deployed', { strength: 1_000, kind: 'infantry', origin: 'torture' }, subject);
  }
  if (chance < 0.25) return about('contingent.committed', { area: 'kursk' });
  if (chance < 0.45) return about('contingent.withdrawn', {});
  if (chance < 0.65) return about('casualty.recorded', { killed: random.between(1, 5) });
  if (chance < 0.8) return about('contingent.reinforced', { strength: random.between(1, 50) });
  if (chance < 0.9) {
    const detachment = { id: `${name}-part-${index}`, strength: random.between(1, 20) };
    return about('contingent.repatriated', { reason: 'medical', detachment });
  }
  if (chance < 0.95) return about('contingent.committed', {}, `${name}-nobody`);
  if (chance < 0.97 && withMalformed) return about('contingent.committed', { areaa: 'a typo' });
  if (chance < 0.985) return about('war.ended', { variant: 'ceasefire' }, null);
  return about('war.resumed', {}, null);
}
