import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, NOBODY } from '../../../events/estimate.ts';
import type { Places } from '../../../events/reference/places.ts';
import { Gazetteer } from '../../../src/readmodels/map/locate.ts';
import {
  type AnnouncedProperties,
  type MapDocument,
  mapDocument,
  type StandingProperties,
} from '../../../src/readmodels/map/map-document.ts';
import { MapModel } from '../../../src/readmodels/map/map-model.ts';
import { foldLog } from '../../../src/roll/fold.ts';
import type { Transition } from '../../../src/roll/outcome.ts';
import { readReference } from '../../../src/service/reference.ts';
import { correctedLogs } from '../../support/arbitrary-logs.ts';
import type { EventJson } from '../../support/examples.ts';
import { MappedRoll } from '../../support/mapped-roll.ts';
import { asOf, deployed, fact, kernels, logOf, warEnded } from '../../support/roll-scenario.ts';

const { places } = await readReference();
const gazetteer = new Gazetteer(places);

const foldOf = (events: readonly EventJson[], view = {}) =>
  foldLog(
    kernels,
    () => logOf(events),
    view,
    () => new MappedRoll(),
  );

async function mapOf(events: readonly EventJson[], view = {}, among = gazetteer): Promise<MapDocument> {
  const { fold, length } = await foldOf(events, view);
  return mapDocument({ theatre: 'ukraine', timeline: 'record' }, length, fold, among);
}

const standingIn = ({ features }: MapDocument): StandingProperties[] =>
  features.flatMap(({ properties }) => (properties.kind === 'announced' ? [] : [properties]));
const announcedIn = ({ features }: MapDocument): AnnouncedProperties[] =>
  features.flatMap(({ properties }) => (properties.kind === 'announced' ? [properties] : []));

const hypothetical = { basis: 'hypothetical' };
const dispatched = (data: EventJson) => fact('contingent.dispatched', 'alpha', data);
const serving = [
  deployed('alpha', 100),
  warEnded(),
  fact('contingent.integrated', 'alpha', { status: 'formal', region: 'southern_russia' }),
];

describe('who stands where', () => {
  test('a place has its point, its heads by pathway and its contingents, the strongest first', async () => {
    const map = await mapOf([
      deployed('alpha', 100, { area: 'kursk' }),
      deployed('bravo', { low: 250, best: 300, high: 400 }, { area: 'kursk', kind: 'engineer' }),
      fact('contingent.captured', 'alpha', { by: 'UA', detachment: { id: 'pow', strength: 2 } }),
    ]);

    expect(map).toMatchObject({
      type: 'FeatureCollection',
      timeline: 'record',
      seq: 3,
      isHypothetical: false,
    });
    expect(map.features).toHaveLength(1);
    expect(map.features[0]).toMatchObject({
      type: 'Feature',
      id: 'standing/kursk',
      geometry: { type: 'Point', coordinates: [36.292, 51.736] },
      properties: {
        name: 'Kursk oblast',
        iso: 'RU-KRS',
        marks: 'its label point',
        heads: { low: 350, best: 400, high: 500 },
        pathways: { deployed: { low: 348, best: 398, high: 498 }, captured: { low: 2, best: 2, high: 2 } },
        contingents: [
          { id: 'bravo', kind: 'engineer', named: { attribute: 'area', text: 'kursk' } },
          { id: 'alpha' },
          { id: 'pow', pathway: 'captured' },
        ],
        contingentCount: 3,
        basis: 'reported',
      },
    });
  });

  test('at most 30 contingents are told of a place, all are counted', async () => {
    const many = Array.from({ length: 35 }, (_, index) =>
      deployed(`c${index}`, 10 + index, { area: 'kursk' }),
    );
    const [kursk] = standingIn(await mapOf(many));
    expect(kursk).toMatchObject({ contingentCount: 35, heads: { best: 945 } });
    expect(kursk?.contingents.map(({ id }) => id)).toEqual(
      Array.from({ length: 30 }, (_, index) => `c${34 - index}`),
    );
  });

  test('a country is more exact than a region, unless it lies elsewhere: then it is from before', async () => {
    const places = async (data: EventJson, ...after: EventJson[]) =>
      standingIn(await mapOf([...serving, dispatched(data), ...after])).map(({ place }) => place);

    expect(await places({ region: 'africa_sahel' })).toEqual(['africa_sahel']);
    expect(await places({ region: 'africa_sahel', country: 'ML' })).toEqual(['ML']);
    expect(await places({ region: 'africa_sahel', country: 'XX' })).toEqual(['africa_sahel']);
    const back = fact('contingent.recalled', 'alpha', { region: 'far_east' });
    expect(await places({ region: 'africa_sahel', country: 'ML' }, back)).toEqual(['far_east']);
  });

  test('who came home is where an event says, and at no place of the time before', async () => {
    const abroad = [...serving, dispatched({ region: 'africa_sahel', country: 'ML' })];
    const sentHome = [
      ...abroad,
      fact('contingent.recalled', 'alpha', { region: 'far_east' }),
      fact('contingent.repatriated', 'alpha', {}),
    ];
    const at = async (events: readonly EventJson[]) =>
      standingIn(await mapOf(events)).map(({ place, contingents }) => [
        place,
        contingents[0]?.named?.attribute,
      ]);
    expect(await at(abroad)).toEqual([['ML', 'country']]);
    expect(await at(sentHome)).toEqual([[null, undefined]]);

    const home = [
      deployed('alpha', 100, { area: 'kursk' }),
      fact('contingent.repatriated', 'alpha', {}),
      fact('contingent.arrived', 'alpha', { place: 'Tumangang' }),
      fact('contingent.screened', 'alpha', { outcome: 'cleared' }),
    ];
    expect(await at(home.slice(0, 2))).toEqual([[null, undefined]]);
    expect(await at(home)).toEqual([['Tumangang', 'place']]);
    const part = { id: 'bravo', strength: 40 };
    const honoured = fact('contingent.honoured', 'alpha', { place: 'Pyongyang', detachment: part });
    expect(await at([...home, honoured])).toEqual([
      ['Tumangang', 'place'],
      ['Pyongyang', 'place'],
    ]);
    expect(await at([...home, fact('contingent.detached', 'alpha', { detachment: part })])).toEqual([
      ['Tumangang', 'place'],
    ]);
    const again = [
      fact('contingent.redeployed', 'alpha', { area: 'kursk' }),
      fact('contingent.repatriated', 'alpha', {}),
    ];
    expect(await at([...home, ...again])).toEqual([[null, undefined]]);
  });

  test('who is at no listed place is told beside the map, by the text of the events', async () => {
    const map = await mapOf([
      deployed('alpha', 10, { area: 'Atlantis' }),
      deployed('bravo', 20),
      deployed('charlie', 5, { area: 'kursk' }),
    ]);
    expect(map.features.map(({ id, geometry }) => [id, geometry === null])).toEqual([
      ['standing/kursk', false],
      ['unlocated/Atlantis', true],
      ['unlocated: Place not said', true],
    ]);
    expect(standingIn(map).map(({ heads }) => heads.best)).toEqual([5, 10, 20]);
  });

  test('places that are not listed are told apart up to a hundred, the rest together', async () => {
    const log = Array.from({ length: 103 }, (_, index) =>
      deployed(`c${index}`, 500 - index, { area: `p${index}` }),
    );
    const map = await mapOf(log);
    expect(map.features).toHaveLength(101);
    expect(standingIn(map).at(-1)).toMatchObject({ place: null, name: '3 other places', contingentCount: 3 });
  });

  test('a what-if is told from what is reported', async () => {
    const map = await mapOf([
      deployed('alpha', 10, { area: 'kursk' }),
      deployed('bravo', 20, { area: 'belgorod' }),
      fact('contingent.committed', 'bravo', { area: 'rostov' }, hypothetical),
    ]);
    expect(map.isHypothetical).toBe(true);
    expect(standingIn(map).map(({ place, basis }) => [place, basis])).toEqual([
      ['rostov', 'hypothetical'],
      ['kursk', 'reported'],
    ]);
  });

  test('no head is made or lost, in any log and view', async () => {
    const border = places.places.find(({ id }) => id === 'kursk');
    const some: Places = { ...places, places: border === undefined ? [] : [{ ...border, id: 'border' }] };
    const seen = { standing: 0, unlocated: 0 };
    await fc.assert(
      fc.asyncProperty(correctedLogs, fc.constantFrom({}, asOf(30)), async (log, view) => {
        const { fold, length } = await foldOf(log, view);
        const map = mapDocument({ theatre: null, timeline: null }, length, fold, new Gazetteer(some));
        const told = standingIn(map);
        for (const { kind } of told) seen[kind] += 1;

        const all = [...fold.contingents.values()].map(({ context }) => context.strength).reduce(add, NOBODY);
        expect(told.map(({ heads }) => heads).reduce(add, NOBODY)).toEqual(all);
        for (const { heads, pathways } of told) {
          expect(Object.values(pathways).reduce(add, NOBODY)).toEqual(heads);
        }
        expect(new Set(map.features.map(({ id }) => id)).size).toBe(map.features.length);
      }),
      { numRuns: 60 },
    );
    expect(Math.min(seen.standing, seen.unlocated)).toBeGreaterThan(0);
  });
});

describe('what is announced', () => {
  const assessed = (subject: string | null, data: EventJson, type: 'announced' | 'assessed' = 'announced') =>
    fact(`movement.${type}`, subject, data);
  const alpha = deployed('alpha', 100, { area: 'kursk' });
  const toDonetsk = { strength: 70, pathway: 'garrisoned', area: 'occupied_donetsk' };
  const garrisoned = { role: 'monitoring', area: 'belgorod', territory: 'russia' };

  test('has a feature of its own, and moves nobody', async () => {
    const map = await mapOf([alpha, assessed('alpha', toDonetsk, 'assessed')]);
    expect(standingIn(map).map(({ place }) => place)).toEqual(['kursk']);
    expect(map.features[1]).toMatchObject({
      id: 'announced/2',
      geometry: { coordinates: [37.793, 48.145] },
      properties: {
        kind: 'announced',
        place: 'occupied_donetsk',
        heads: { best: 70 },
        contingent: 'alpha',
        pathway: 'garrisoned',
        basis: 'reported',
        event: { type: 'movement.assessed' },
      },
    });
  });

  test('the latest counts: of a contingent, and of an area for those that name none', async () => {
    const map = await mapOf([
      alpha,
      assessed('alpha', toDonetsk),
      assessed('alpha', { strength: 50 }),
      assessed(null, { strength: 6000, area: 'kursk' }),
      assessed(null, { strength: 7000, area: 'kursk' }),
      assessed(null, { strength: 1, area: 'sumy' }),
    ]);
    expect(announcedIn(map).map(({ seq, place, heads }) => [seq, place, heads.best])).toEqual([
      [6, 'sumy', 1],
      [5, 'kursk', 7000],
      [3, null, 50],
    ]);
    expect(map.features.find(({ id }) => id === 'announced/3')?.geometry).toBeNull();
  });

  test.each<[string, EventJson[], number]>([
    ['a move of the contingent', [fact('contingent.garrisoned', 'alpha', garrisoned)], 0],
    [
      'a move of a part of it',
      [fact('contingent.garrisoned', 'alpha', { ...garrisoned, detachment: { id: 'part', strength: 9 } })],
      0,
    ],
    ['losses', [fact('casualty.recorded', 'alpha', { killed: 3 })], 1],
    [
      'a part that stays',
      [fact('contingent.detached', 'alpha', { detachment: { id: 'part', strength: 9 } })],
      1,
    ],
    ['a move of another', [deployed('bravo'), fact('contingent.repatriated', 'bravo', {})], 1],
    ['a war that resumes', [fact('war.resumed', null, {})], 1],
    ['a move that is refused', [fact('contingent.honoured', 'alpha', {})], 1],
  ])('%s ends it, or not', async (_what, events, left) => {
    const map = await mapOf([alpha, warEnded(), assessed('alpha', toDonetsk), ...events]);
    expect(announcedIn(map)).toHaveLength(left);
  });

  test('at most 200 are told, the latest', async () => {
    const many = Array.from({ length: 203 }, (_, index) =>
      assessed(null, { strength: 1, area: `p${index}` }),
    );
    const map = await mapOf(many);
    expect([map.announcedOmitted, map.features.length, map.features[0]?.id]).toEqual([
      3,
      200,
      'announced/203',
    ]);
  });
});

test('what a checkpoint keeps goes on as the whole log does', async () => {
  class Recorder extends MappedRoll {
    readonly transitions: Transition[] = [];
    override apply(transition: Transition): void {
      super.apply(transition);
      this.transitions.push(transition);
    }
  }
  await fc.assert(
    fc.asyncProperty(correctedLogs, async (log) => {
      const { fold } = await foldLog(
        kernels,
        () => logOf(log),
        {},
        () => new Recorder(),
      );
      const { map, transitions } = fold.readModel;
      const half = transitions.length >> 1;
      const first = new MapModel();
      for (const transition of transitions.slice(0, half)) first.apply(transition);
      const restored = new MapModel(structuredClone(first.dump()));
      for (const transition of transitions.slice(half)) restored.apply(transition);

      expect(restored.dump()).toEqual(map.dump());
      expect(restored.announcements()).toEqual(map.announcements());
    }),
    { numRuns: 20 },
  );
});
