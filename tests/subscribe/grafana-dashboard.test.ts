import { readFile } from 'node:fs/promises';
import { parser } from '@prometheus-io/lezer-promql';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { deployed, event, ROLL, startBench } from '../http/bench.ts';

const contentOf = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'));

const dashboardSchema = z.looseObject({
  templating: z.object({ list: z.array(z.object({ type: z.string(), query: z.string() })) }),
  panels: z.array(
    z.object({
      type: z.string(),
      title: z.string(),
      datasource: z.object({ uid: z.string() }),
      targets: z.array(z.looseObject({ expr: z.string(), datasource: z.object({ uid: z.string() }) })),
      options: z.unknown(),
      fieldConfig: z.object({ defaults: z.object({ custom: z.unknown().optional() }) }),
    }),
  ),
});
const dashboard: unknown = await contentOf('../../src/subscribe/grafana-dashboard.json');
const { templating, panels } = dashboardSchema.parse(dashboard);

/** A label that Prometheus itself adds: which process it asked. */
const ADDED = 'instance';

/** What Grafana puts in the place of its variables. */
const CHOSEN = { theatre: 'ukraine', timeline: 'record', basis: 'reported', pathway: 'deployed' };

const queries = [
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...templating.list
    .filter(({ type }) => type === 'query')
    .map(({ query }) => query.replace(/^label_values\((.*), (\w+)\)$/, 'count by ($2) ($1)')),
].map((query) =>
  Object.entries(CHOSEN).reduce((text, [name, value]) => text.replaceAll(`$${name}`, value), query),
);

/** By which aggregation, over which labels, each metric of a query is put together first. */
function aggregations(query: string): { readonly metric: string; readonly by: string }[] {
  const found: { metric: string; by: string }[] = [];
  parser.parse(query).iterate({
    enter({ name, from, to, node }) {
      if (name !== 'Identifier') return;
      let around = node.parent;
      while (around !== null && around.name !== 'AggregateExpr') around = around.parent;
      const [text = ''] = around === null ? [] : query.slice(around.from, around.to).split('muster_');
      found.push({ metric: query.slice(from, to), by: text.replace(/\s*\(.*?$/s, '').trim() });
    },
  });
  return found;
}

interface Selector {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** The selectors of a query and the labels that it groups by, read by the grammar of Prometheus. */
function readQuery(query: string): { readonly selectors: Selector[]; readonly grouping: string[] } {
  const selectors: { metric: string; labels: Map<string, string> }[] = [];
  const grouping: string[] = [];
  let label = '';
  parser.parse(query).iterate({
    enter({ type, name, from, to, node }) {
      const text = query.slice(from, to);
      if (type.isError) throw new Error(`${query} is no PromQL at ${from}`);
      if (name === 'Identifier') selectors.push({ metric: text, labels: new Map() });
      if (name === 'LabelName' && node.parent?.name === 'GroupingLabels') grouping.push(text);
      else if (name === 'LabelName') label = text;
      if (name === 'MatchOp') expect(text, 'this test knows no other match').toBe('=');
      if (name === 'StringLiteral') selectors.at(-1)?.labels.set(label, z.string().parse(JSON.parse(text)));
    },
  });
  return { selectors, grouping };
}

/** The series of a service that has seen a bit of everything: each is a selector of itself alone. */
async function series(): Promise<Selector[]> {
  const { ask, post, log } = await startBench();
  await post(deployed('alpha', { low: 90, best: 100, high: 120 }));
  await post(event('contingent.arrived', 'alpha', {}));
  const bytes = Buffer.from('not json');
  await log.append({ theatre: 'ukraine', timeline: 'record' }, [{ entity: 'alpha', identity: 'x', bytes }]);
  await expect.poll(async () => (await ask(`${ROLL}/refusals`)).text()).toContain('malformed');
  const text = await (await ask('/metrics')).text();
  const samples = text.split('\n').filter((line) => line.startsWith('muster_'));
  return samples.flatMap((line) => readQuery(line.slice(0, line.lastIndexOf(' '))).selectors);
}

test('each query asks for metrics, labels and values that /metrics has', async () => {
  const there = await series();

  expect(queries.length).toBeGreaterThan(12);
  for (const query of queries) {
    const { selectors, grouping } = readQuery(query);
    expect(selectors, query).not.toEqual([]);
    for (const { metric, labels } of selectors) {
      const found = there.filter(
        (one) =>
          one.metric === metric && [...labels].every(([name, value]) => one.labels.get(name) === value),
      );
      expect(found, query).not.toEqual([]);
      for (const name of grouping.filter((label) => label !== ADDED))
        expect(found[0]?.labels.has(name), `${name} in ${query}`).toBe(true);
    }
  }
});

// Each process that follows a roll exports its numbers: added up, two of them would double the troops.
test('numbers of a roll are not added up over processes, and what processes did is', () => {
  for (const query of panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))) {
    for (const { metric, by } of aggregations(query)) {
      const isOfRoll = metric.startsWith('muster_roll_');
      const right = isOfRoll ? /^(max|min) without|^max by|^sum$/ : /^sum/;
      expect(by, query).toMatch(right);
      if (isOfRoll)
        expect(query).toMatch(/m(ax|in) (without \(instance\)|by \(pathway, bound\)) \((abs\()?muster_roll_/);
    }
  }
});

test('of every roll there are the pathways with their ranges, the losses, the unaccounted and the refusals', () => {
  const asked = new Set(queries.flatMap((query) => readQuery(query).selectors.map(({ metric }) => metric)));

  for (const of of ['strength_persons', 'losses_persons', 'unaccounted_persons', 'refusals', 'log_seq']) {
    expect(asked).toContain(`muster_roll_${of}`);
  }
});

test('it fits the schemas of Grafana', async () => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const fits = (name: string, definition: string, value: unknown) => {
    const validate = ajv.compile({ $ref: `${name}#/definitions/${definition}` });
    validate(value);
    return validate.errors ?? null;
  };
  for (const name of ['dashboard', 'prometheus', 'timeseries', 'stat', 'table']) {
    ajv.addSchema(Object(await contentOf(`../data/grafana/${name}.schema.json`)), name);
  }

  expect(fits('dashboard', 'Dashboard', dashboard)).toBeNull();
  for (const { type, title, targets, options, fieldConfig } of panels) {
    expect(fits(type, 'Options', options), title).toBeNull();
    const { custom } = fieldConfig.defaults;
    if (custom !== undefined) expect(fits(type, 'FieldConfig', custom), title).toBeNull();
    for (const target of targets) expect(fits('prometheus', 'Dataquery', target), title).toBeNull();
  }
});

test('whose Prometheus it is stays open, and a what-if is marked in every picture of a roll', () => {
  for (const { title, datasource, targets } of panels) {
    for (const { uid } of [datasource, ...targets.map((target) => target.datasource)]) {
      expect(uid, title).toBe(['$', '{datasource}'].join(''));
    }
  }
  const ofRoll = panels.filter(({ type }) => type !== 'stat').map(({ title }) => title);
  expect(ofRoll.filter((title) => !/^(\$timeline \(\$basis\)|All rolls): /.test(title))).toEqual([]);
});
