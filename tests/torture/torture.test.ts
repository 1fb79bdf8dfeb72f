import { describe, expect, test } from 'vitest';
import { serverVersion } from '../../src/log/local-server.ts';
import { currentServer } from '../support/nats-server.ts';
import { checkAcknowledged } from './check/acknowledged.ts';
import { checkOutputs } from './check/outputs.ts';
import { factsOf } from './facts.ts';
import { randomOf } from './random.ts';
import { runScenario, scenarios } from './run.ts';

// The short form of `npm run torture`: one round of the widest scenarios, and proof that the checks can fail.

describe('what the checks find', () => {
  const event = (id: string) => JSON.stringify({ source: '/s', id });
  const kinds = (faults: readonly { readonly kind: string }[]) => faults.map(({ kind }) => kind);

  test('an acknowledged event that is missing, twice or elsewhere', () => {
    const log = [event('1'), event('2'), event('1')];
    const told = (...places: [string, number | null][]) => new Map(places);
    expect(kinds(checkAcknowledged(log.slice(0, 2), told(['/s 1', 1], ['/s 2', null])))).toEqual([]);
    expect(kinds(checkAcknowledged(log.slice(0, 2), told(['/s 3', null])))).toEqual(['loss']);
    expect(kinds(checkAcknowledged(log.slice(0, 2), told(['/s 2', 1])))).toEqual(['order']);
    expect(kinds(checkAcknowledged(log, told()))).toEqual(['repeat']);
  });

  test('an output that is missing, twice, out of order, of the wrong kind or in part', () => {
    const output = (seq: number, entity: string, moves: string[] = [entity], kind = 'transition') => ({
      ...{ seq, part: null, subject: `muster.a.b.${kind}.${entity}` },
      json: JSON.stringify({
        seq,
        event: { subject: entity },
        moves: moves.map((contingent) => ({ contingent })),
      }),
    });
    const verdicts = { length: 3, refused: new Set([2]) };
    const [one, two, three] = [output(1, 'x'), output(2, 'x', [], 'refusal'), output(3, 'x', ['x', 'y'])];
    const part = { ...output(3, 'y'), json: three.json };
    expect(kinds(checkOutputs([one, two, three, part], verdicts))).toEqual([]);
    expect(kinds(checkOutputs([one, three, part], verdicts))).toEqual(['gap']);
    expect(kinds(checkOutputs([one, two, three], verdicts))).toEqual(['gap']);
    expect(kinds(checkOutputs([one, two, two, three, part], verdicts))).toEqual(['repeat']);
    expect(kinds(checkOutputs([two, one, three, part], verdicts))).toEqual(['order']);
    expect(kinds(checkOutputs([one, output(2, 'x'), three, part], verdicts))).toEqual(['gap']);
    expect(kinds(checkOutputs([one, two, three, part, output(4, 'x')], verdicts))).toEqual(['other']);
  });

  test('the same seed makes the same events, another seed others', () => {
    const made = (seed: number) => factsOf('a', 50, randomOf(seed, 'a'), true);
    expect(made(7)).toEqual(made(7));
    expect(made(8)).not.toEqual(made(7));
  });
});

describe('one round', () => {
  const settings = { seed: 1, rounds: 1, facts: 25, leaseSeconds: 2, seconds: 5, rate: 50, readers: 10 };
  const scenarioOf = (name: string) => {
    const found = scenarios.find((scenario) => scenario.name === name);
    if (found === undefined) throw new Error(`there is no scenario ${name}`);
    return found;
  };

  test('kill -9 of a service with its embedded log', async () => {
    const { faults, acknowledged, kills } = await runScenario(
      scenarioOf('kill-embedded'),
      settings,
      null,
      () => {},
    );
    expect(faults).toEqual([]);
    expect(Math.min(acknowledged, kills)).toBeGreaterThan(0);
  });

  test('kill -9 of follower, producer and nats-server', async (context) => {
    const current = currentServer();
    if ('missing' in current) return context.skip(current.missing);
    const line = { binary: current.binary, version: serverVersion(current.binary) };
    const { faults, acknowledged, kills } = await runScenario(
      scenarioOf('kill-all'),
      settings,
      line,
      () => {},
    );
    expect(faults).toEqual([]);
    expect(Math.min(acknowledged, kills)).toBeGreaterThan(0);
  });
});
