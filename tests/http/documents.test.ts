import { Parser } from '@asyncapi/parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import Spectral from '@stoplight/spectral-core';
import SpectralParsers from '@stoplight/spectral-parsers';
import SpectralRulesets from '@stoplight/spectral-rulesets';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { asyncApiDocument } from '../../src/http/asyncapi.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import type * as pageSchemas from '../../src/http/page-schemas.ts';
import type * as rollSchemas from '../../src/http/roll-schemas.ts';
import type * as submissionSchemas from '../../src/http/submission-schemas.ts';
import type { RollDistribution, RollDocument } from '../../src/readmodels/roll-document.ts';
import type { TransitionDocument } from '../../src/readmodels/transition-document.ts';
import type { Refusal } from '../../src/roll/outcome.ts';
import type { ContingentPage, LoggedEvent, Submission } from '../../src/service/service.ts';
import { deployed, ROLL, startBench } from './bench.ts';

const openApi = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ operationId: z.string(), security: z.unknown() }).loose()),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

describe('OpenAPI', () => {
  test('is served, and valid', async () => {
    const { ask } = await startBench();

    const served: unknown = await (await ask('/openapi.json')).json();
    const found = await new Validator().validate(structuredClone(Object(served)));

    expect(found).toEqual({ valid: true });
    expect(served).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  test('every route is in it, and every operation in it is a route', async () => {
    const { app } = await startBench();
    const described = Object.entries(openApi.parse(openApiDocument()).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );

    // What the inspector's page asks its own service, and the form for a browser's token, are no part of the API.
    const routed = routesIn(app.printRoutes({ commonPrefix: false })).filter(
      (route) => !/ \/(inspector|session)/.test(route),
    );

    expect(described.length).toBeGreaterThan(10);
    expect(routed.filter((route) => !route.startsWith('HEAD ')).toSorted()).toEqual(described.toSorted());
  });

  test('what it says of answers holds for real ones', async () => {
    const { ask, post } = await startBench();
    const document = openApi.parse(openApiDocument());
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'muster', components: document.components });
    const fits = (name: string, value: unknown) => {
      const validate = ajv.compile({ $ref: `muster#/components/schemas/${name}` });
      validate(value);
      return validate.errors ?? null;
    };

    expect(fits('Accepted', await (await post(deployed('alpha', 10))).json())).toBeNull();
    expect(fits('Problem', await (await post(deployed('alpha', 10))).json())).toBeNull();
    expect(fits('Roll', await (await ask(ROLL)).json())).toBeNull();
    expect(fits('ContingentPage', await (await ask(`${ROLL}/contingents/alpha`)).json())).toBeNull();
    expect(fits('EventsPage', await (await ask(`${ROLL}/events`)).json())).toBeNull();
    expect(fits('Roll', { theatre: 'ukraine' })).not.toBeNull();
  });
});

/** The lines of Fastify's tree of routes as `METHOD /path`. */
function routesIn(tree: string): string[] {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^((?:│ {3}| {4})*)(?:├── |└── )(\S*)(?: \((.*)\))?$/.exec(line);
    if (match === null) return [];
    const [, indent = '', segment = '', methods = ''] = match;
    path.splice(indent.length / 4, Number.POSITIVE_INFINITY, segment);
    const full = path.join('');
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${full}`);
  });
}

/** What linters only recommend and the document does without: a summary says it all, and there is nobody to write to. */
const DONE_WITHOUT = ['operation-description', 'info-contact', 'no-required-schema-properties-undefined'];

describe('what stock tools make of the OpenAPI document', () => {
  const source = JSON.stringify(openApiDocument());

  test('Redocly finds nothing wrong with it', async () => {
    const config = await createConfig({ extends: ['recommended'] });

    const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });

    expect(problems.filter(({ ruleId }) => !DONE_WITHOUT.includes(ruleId))).toEqual([]);
  });

  test('Spectral finds nothing wrong with it', async () => {
    const spectral = new Spectral.Spectral();
    spectral.setRuleset({ extends: [{ ...SpectralRulesets.oas, extends: [] }] });

    const problems = await spectral.run(new Spectral.Document(source, SpectralParsers.Json, 'openapi.json'));

    expect(problems.filter(({ code }) => !DONE_WITHOUT.includes(String(code)))).toEqual([]);
  });

  test('the types made from it compile', async () => {
    const types = astToString(await openapiTS(source));
    const host = ts.createCompilerHost({});
    const readOurs: typeof host.getSourceFile = (name, ...rest) =>
      name === 'api.ts'
        ? ts.createSourceFile(name, types, ts.ScriptTarget.ES2023)
        : host.getSourceFile(name, ...rest);

    const program = ts.createProgram(
      ['api.ts'],
      { strict: true, noEmit: true, types: [] },
      {
        ...host,
        getSourceFile: readOurs,
      },
    );

    const diagnostics = ts.getPreEmitDiagnostics(program);
    expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual(
      [],
    );
    expect(types).toContain('MusterEvent');
  });

  test('no two schemas, nor a schema and a channel, have one name as types are named', () => {
    const { components, channels } = z
      .object({
        components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
        channels: z.record(z.string(), z.object({ messages: z.record(z.string(), z.unknown()) })),
      })
      .parse(asyncApiDocument());
    const names = [
      ...Object.keys(components.schemas),
      ...Object.keys(openApi.parse(openApiDocument()).components.schemas).filter(
        (name) => !(name in components.schemas),
      ),
      // A channel of many messages is a type of its own; one of a single message has its message's.
      ...Object.keys(channels).filter((name) => Object.keys(channels[name]?.messages ?? {}).length > 1),
    ].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));

    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('only what is guarded asks for a token', () => {
    const operations = Object.values(openApi.parse(openApiDocument()).paths).flatMap((methods) =>
      Object.values(methods),
    );
    const open = operations.filter(({ security }) => JSON.stringify(security) === '[]');

    expect(open.map(({ operationId }) => operationId)).toEqual([
      'dashboard',
      'dashboardAsset',
      'modelPage',
      'modelAsset',
      'getHealth',
      'getReadiness',
    ]);
    expect(operations.every(({ security }) => security !== undefined)).toBe(true);
  });
});

describe('AsyncAPI', () => {
  test('is served, and valid', async () => {
    const { ask } = await startBench();

    const served = await (await ask('/asyncapi.json')).text();
    const { document, diagnostics } = await new Parser().parse(served);

    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
  });

  test('has a channel for every subject of the contract, and a message for every type', () => {
    const { channels } = z
      .object({
        channels: z.record(
          z.string(),
          z.object({ address: z.string(), messages: z.record(z.string(), z.unknown()) }),
        ),
      })
      .parse(asyncApiDocument());

    expect(
      Object.values(channels).map(({ address }) => address.replace('muster.{theatre}.{timeline}.', '')),
    ).toEqual([
      'event.{entity}',
      'transition.{contingent}',
      'refusal.{entity}',
      'distribution',
      'submit',
      'query.distribution',
      'query.contingent',
    ]);
    expect(Object.keys(channels['event']?.messages ?? {})).toEqual(catalogue.map(({ type }) => type));
  });
});

/** A type with nothing read-only in it, as zod infers types. */
type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;

test('the schemas of the answers are the types of the documents', () => {
  expectTypeOf<z.output<typeof rollSchemas.distributionDocument>>().toEqualTypeOf<Plain<RollDistribution>>();
  expectTypeOf<z.output<typeof rollSchemas.rollDocument>>().toEqualTypeOf<Plain<RollDocument>>();
  expectTypeOf<z.output<typeof rollSchemas.transitionDocument>>().toEqualTypeOf<Plain<TransitionDocument>>();
  expectTypeOf<z.output<typeof rollSchemas.refusal>>().toEqualTypeOf<Plain<Refusal>>();
  expectTypeOf<z.output<typeof submissionSchemas.submission>>().toEqualTypeOf<Plain<Submission>>();
  expectTypeOf<z.output<typeof pageSchemas.contingentPage>>().toEqualTypeOf<Plain<ContingentPage>>();
  expectTypeOf<z.output<typeof pageSchemas.eventsPage>['items'][number]>().toEqualTypeOf<
    Plain<LoggedEvent>
  >();
});
