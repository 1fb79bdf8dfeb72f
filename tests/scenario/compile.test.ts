import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileScript } from '../../src/scenario/compile.ts';
import { loadScenario } from '../../src/scenario/library.ts';
import { compiled, DEPLOY, eventsOf, HEAD, script } from './given-script.ts';

describe('an event of a script becomes a CloudEvent', () => {
  test('with everything that follows from the script', () => {
    const { events, roll } = compiled(HEAD + DEPLOY);
    expect(roll).toEqual({ theatre: 'ukraine', timeline: 'trial' });
    expect(eventsOf({ events })).toEqual([
      {
        specversion: '1.0',
        id: 'trial-001',
        source: '/scenarios/trial',
        type: 'contingent.deployed',
        subject: 'corps',
        time: '2027-01-01T00:00:00Z',
        basis: 'hypothetical',
        data: { strength: 1000, kind: 'infantry', origin: 'DPRK' },
      },
    ]);
    expect(events[0]).toMatchObject({
      index: 0,
      entity: 'corps',
      identity: '["/scenarios/trial","trial-001"]',
      time: '2027-01-01T00:00:00Z',
      timeMs: Date.UTC(2027, 0, 1),
      expect: null,
      place: { line: 6, column: 5 },
    });
  });

  test('addressed to the theatre without a contingent', () => {
    const { events } = compiled(
      `${HEAD}  - { on: 2027-01-01, type: war.ended, data: { variant: armistice } }\n`,
    );
    expect(events[0]?.entity).toBe('theatre');
    expect(eventsOf({ events })[0]).not.toHaveProperty('subject');
  });

  test('with defaults where it gives nothing of its own', () => {
    const text = `${HEAD.replace('events', 'defaults: { reporter: NIS, reliability: B, observedtime: 2027-03-01 }\nevents')}
  - { on: 2027-01-01, type: war.resumed, data: {}, reporter: HUR, basis: assessed }
  - { on: +1d, type: war.resumed, data: {}, observedtime: 2027-01-05T10:00:00+02:00, id: mine }
`;
    expect(eventsOf(compiled(text))).toMatchObject([
      {
        id: 'trial-001',
        basis: 'assessed',
        reporter: 'HUR',
        reliability: 'B',
        observedtime: '2027-03-01T00:00:00Z',
      },
      { id: 'mine', basis: 'hypothetical', reporter: 'NIS', observedtime: '2027-01-05T10:00:00+02:00' },
    ]);
  });

  test('with what is for the player left out', () => {
    const text = `${HEAD}  - { on: 2027-01-01, type: war.resumed, data: {}, expect: { refused: not-allowed } }\n`;
    const { events } = compiled(text);
    expect(events[0]?.expect).toEqual({ refused: 'not-allowed' });
    expect(eventsOf({ events })[0]).not.toHaveProperty('expect');
    expect(eventsOf({ events })[0]).not.toHaveProperty('on');
  });

  test('with a fourth digit from the thousandth on', () => {
    const many = '  - { on: 2027-01-01, type: war.resumed, data: {} }\n'.repeat(1000);
    const ids = compiled(HEAD + many).events.map(({ id }) => id);
    expect([ids[8], ids[98], ids[999]]).toEqual(['trial-009', 'trial-099', 'trial-1000']);
  });

  test('always with the same bytes', () => {
    const one = script(HEAD + DEPLOY);
    expect(compileScript(one)).toEqual(compileScript(one));
  });
});

describe('a shipped script is the log that analysts agreed on', () => {
  test.each(['record', 'homecoming', 'collapse'])('%s, event by event', async (name) => {
    const lines = readFileSync(new URL(`../data/${name}.jsonl`, import.meta.url), 'utf8')
      .trim()
      .split('\n');
    const agreed = lines.map((line): Record<string, unknown> => JSON.parse(line));
    const loading = await loadScenario(name);
    if (!loading.ok) throw new Error(`${name} does not load`);

    const ours = eventsOf(loading.scenario).map(
      ({ reporter: _who, reporterkind: _kind, reporturl: _where, ...event }) => ({
        ...event,
        observedtime: event['observedtime'] ?? event['time'],
      }),
    );
    expect(ours).toEqual(
      agreed.map((event) => ({ ...event, observedtime: event['observedtime'] ?? event['time'] })),
    );
  });
});
