import { describe, expect, test } from 'vitest';
import { loadModel } from '../../src/model/load.ts';
import { type ModelSources, modelDocument, type NamedPlace } from '../../src/model/model-document.ts';
import { REPORT_NAMES } from '../../src/readmodels/reports/catalogue.ts';
import { DEFAULT_SETTINGS } from '../../src/readmodels/reports/report.ts';
import { Reports } from '../../src/readmodels/reports/reports.ts';
import { foldLog } from '../../src/roll/fold.ts';
import type { Transition } from '../../src/roll/outcome.ts';
import { loadScenario, logOf } from '../../src/scenario/library.ts';
import { NO_REFERENCE } from '../support/report-tables.ts';
import { kernels } from '../support/roll-scenario.ts';

const model = await loadModel();
const NAMES = REPORT_NAMES;

/** What a bundled scenario's timeline comes to: its transitions by event, and the events behind each report. */
async function played(name: string) {
  const loading = await loadScenario(name);
  if (!loading.ok) throw new Error(`The scenario ${name} does not load`);
  const log = logOf(loading.scenario);
  const transitions = new Map<string, Transition>();
  await foldLog(
    kernels,
    () => log,
    {},
    () => ({ apply: (transition: Transition) => transitions.set(transition.event.envelope.id, transition) }),
  );
  const folded = await foldLog(
    kernels,
    () => log,
    { asOfMs: Number.POSITIVE_INFINITY },
    () => new Reports(NAMES, NO_REFERENCE),
  );
  const home = { theatre: null, timeline: null };
  const behind = new Map(
    NAMES.map((report) => {
      const { tables } = folded.fold.readModel.document(report, home, folded, DEFAULT_SETTINGS);
      return [report, new Set(tables.flatMap(({ rows }) => rows.flatMap(({ events }) => events.seqs)))];
    }),
  );
  return { transitions, behind };
}

type Played = Awaited<ReturnType<typeof played>>;

const scenarios = new Map<string, Played>();
for (const name of new Set(model.statements.map(({ example }) => example.scenario))) {
  scenarios.set(name, await played(name));
}

/** Whether an accepted event of a scenario has to do with a place. */
function touches({ kind, name }: NamedPlace, transition: Transition, { behind }: Played): boolean {
  const { event, moves, seq } = transition;
  switch (kind) {
    case 'event':
      return event.type === name;
    case 'state':
      return moves.some(({ after }) => after.value === name);
    case 'field': {
      const [type, key = ''] = name.split('/');
      return type === 'envelope'
        ? Object.hasOwn(event.envelope, key)
        : type === event.type && key in event.data;
    }
    case 'report':
      return [...behind].some(([report, seqs]) => report === name && seqs.has(seq));
    default:
      return false;
  }
}

describe('the essay in the model', () => {
  test('every statement is there, in order', () => {
    const all = Array.from({ length: 77 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);
    expect(model.statements.map(({ id }) => id)).toEqual(all);
  });

  test.each(model.statements.map((statement) => [statement.id, statement] as const))(
    '%s happens in a scenario, in one of its places',
    (_, { example, places }) => {
      const scenario = scenarios.get(example.scenario);
      const transition = scenario?.transitions.get(example.event);
      if (scenario === undefined || transition === undefined) {
        throw new Error(`${example.event} was not accepted in ${example.scenario}`);
      }
      expect(transition.seq).toBe(example.seq);
      const touched = places.filter((place) => touches(place, transition, scenario));
      expect(touched, `${example.event} (${example.type}) is in none of its places`).not.toEqual([]);
    },
  );

  test('every report, and every way after the war, is named by a statement or explained', () => {
    const named = new Set(
      model.statements.flatMap(({ places }) => places.map(({ kind, name }) => `${kind} ${name}`)),
    );
    expect(NAMES.filter((name) => !named.has(`report ${name}`))).toEqual([]);
    expect(model.pathways.map(({ pathway }) => pathway)).toEqual([
      'repatriated',
      're-educated',
      'garrisoned',
      'integrated',
      'pmc-transferred',
      'defected',
    ]);
  });
});

describe('a statement out of place', () => {
  const sources: ModelSources = {
    statements: [
      {
        id: 'S01',
        says: 'Something',
        places: [{ event: 'war.ended' }],
        example: { scenario: 'homecoming', event: 'homecoming-001' },
      },
    ],
    texts: { pathways: {}, company: 'A company' },
    references: [],
    examples: new Map([
      [
        'homecoming',
        new Map([
          [
            'homecoming-001',
            {
              theatre: 'ukraine',
              basis: 'hypothetical',
              type: 'war.ended',
              subject: null,
              day: '2027-02-01',
              seq: 27,
              note: null,
            },
          ],
        ]),
      ],
    ]),
  };
  const [statement] = sources.statements;
  if (statement === undefined) throw new Error('There is a statement');

  test('is taken where its places and its example are there', () => {
    expect(modelDocument(sources).statements).toHaveLength(1);
  });

  test.each([
    ['event', { event: 'war.paused' }],
    ['state', { state: 'garrisoned' }],
    ['guard', { guard: 'isTired' }],
    ['field', { field: ['war.ended', 'reason'] as [string, string] }],
    ['report', { report: 'index' }],
    ['reference', { reference: 'rumours' }],
  ])('is told by an unknown %s', (kind, place) => {
    const wrong = { ...sources, statements: [{ ...statement, places: [place] }] };
    expect(() => modelDocument(wrong)).toThrow(`S01: there is no ${kind} `);
  });

  test('is told by an example that no scenario has', () => {
    const wrong = {
      ...sources,
      statements: [{ ...statement, example: { scenario: 'homecoming', event: 'homecoming-999' } }],
    };
    expect(() => modelDocument(wrong)).toThrow('S01: scenario homecoming has no event homecoming-999');
  });
});
