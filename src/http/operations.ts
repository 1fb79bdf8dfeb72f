import { z } from 'zod';
import * as healthSchemas from './health-schemas.ts';
import { mapDocument } from './map-schema.ts';
import { modelDocument } from './model-schemas.ts';
import * as pageSchemas from './page-schemas.ts';
import {
  anyQuery,
  assetPath,
  claimsQuery,
  contingentPath,
  contingentsQuery,
  documentQuery,
  groundsQuery,
  noPath,
  noQuery,
  pageQuery,
  reportPath,
  reportQuery,
  rollPath,
  rollsQuery,
  seriesQuery,
  streamQuery,
  submitQuery,
  viewQuery,
} from './parameters.ts';
import * as reportSchemas from './report-schemas.ts';
import * as rollInfoSchemas from './roll-info-schemas.ts';
import * as rollSchemas from './roll-schemas.ts';
import * as submissionSchemas from './submission-schemas.ts';

/** A way to ask the server something: what is routed, what is checked and what the API document says, in one. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` for each parameter. */
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** What a success is, by status; a media type alone where it is no JSON. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of problems that are this operation's own; those that every operation has are left out. */
  readonly problems: readonly number[];
}

export interface Answer {
  readonly description: string;
  readonly mediaType: string;
  readonly schema: z.ZodType | null;
}

const json = (description: string, schema: z.ZodType): Answer => ({
  description,
  mediaType: 'application/json',
  schema,
});
const file = (description: string, mediaType: string): Answer => ({ description, mediaType, schema: null });

function get<P extends z.ZodObject, Q extends z.ZodObject>(
  path: string,
  summary: string,
  answer: Answer,
  about: { readonly params: P; readonly query: Q; readonly problems?: readonly number[] },
) {
  return { method: 'GET' as const, path, summary, answers: { 200: answer }, problems: [], ...about };
}

const ROLL = '/api/rolls/:theatre/:timeline';
const ofRoll = { params: rollPath, query: noQuery, problems: [404] };
const plain = { params: noPath, query: noQuery };
const opened = { params: noPath, query: anyQuery };
const ofAsset = { params: assetPath, query: anyQuery, problems: [404] };

/** Everything that the server answers to (DESIGN 7), by the id of the operation. */
export const OPERATIONS = {
  dashboard: get('/', 'The dashboard', file('The page', 'text/html'), { ...opened, problems: [503] }),
  dashboardAsset: get(
    '/assets/:file',
    'A part of the dashboard; its name changes with its content',
    file('The part', '*/*'),
    ofAsset,
  ),
  modelPage: get('/model', 'The model, explained', file('The page', 'text/html'), {
    ...opened,
    problems: [503],
  }),
  modelAsset: get(
    '/model/assets/:file',
    'A part of the page that explains the model; its name changes with its content',
    file('The part', '*/*'),
    ofAsset,
  ),
  getModel: get(
    '/api/model',
    "The model: states, event types, guards and reports, and the essay's statements with their places in it",
    json('The model', modelDocument),
    plain,
  ),
  listRolls: get(
    '/api/rolls',
    'Every roll that is not closed',
    json('The rolls, by name', pageSchemas.rollList),
    {
      params: noPath,
      query: rollsQuery,
    },
  ),
  getRoll: get(
    ROLL,
    'The roll as it stands, as it stood on a day, or as it was known on a day',
    json(
      'The roll; with fields=distribution its distribution only',
      rollSchemas.rollDocument.or(rollSchemas.distributionDocument),
    ),
    { ...ofRoll, query: documentQuery, problems: [404, 503] },
  ),
  openRoll: {
    method: 'PUT',
    path: ROLL,
    summary:
      'Open a roll, or a closed one again; a branch starts at the head of its base. One that has entries keeps title and basis',
    params: rollPath,
    query: noQuery,
    answers: { 200: json('The roll', rollInfoSchemas.rollSummary) },
    problems: [409, 413, 415, 503],
  },
  closeRoll: {
    method: 'DELETE',
    path: ROLL,
    summary:
      'Close a roll: lists leave it out and it takes no events until it is opened again; its log stays',
    params: rollPath,
    query: noQuery,
    answers: { 200: json('The roll', rollInfoSchemas.rollSummary) },
    problems: [404, 503],
  },
  getContingent: get(
    `${ROLL}/contingents/:id`,
    'A contingent, its history with sources, its children',
    json('The contingent', pageSchemas.contingentPage),
    { params: contingentPath, query: noQuery, problems: [404] },
  ),
  listContingents: get(
    `${ROLL}/contingents`,
    'The contingents by id, each with the events behind it',
    json('A page of contingents', pageSchemas.contingentsPage),
    { ...ofRoll, query: contingentsQuery },
  ),
  listHistory: get(
    `${ROLL}/contingents/:id/history`,
    'What happened to a contingent, each step with its event; a page ends with an event, so it may be longer than asked for',
    json('A page of its history', pageSchemas.historyPage),
    { params: contingentPath, query: pageQuery, problems: [404] },
  ),
  getSeries: get(
    `${ROLL}/series`,
    'Strength by pathway and losses, day by day',
    json('The days', pageSchemas.seriesPage),
    {
      ...ofRoll,
      query: seriesQuery,
      problems: [404, 503],
    },
  ),
  getMap: get(
    `${ROLL}/map`,
    'Troops by place as GeoJSON: who stands where, who is on no map, what is announced',
    { description: 'The map', mediaType: 'application/geo+json', schema: mapDocument },
    { ...ofRoll, query: viewQuery, problems: [404, 503] },
  ),
  listClaims: get(
    `${ROLL}/claims`,
    'What was published of casualties and strength, by source',
    json('A page of claims', pageSchemas.claimsPage),
    { ...ofRoll, query: claimsQuery },
  ),
  listReports: get(
    '/api/reports',
    'What follows from where the troops are: the reports that are offered',
    json('The reports', reportSchemas.reportList),
    plain,
  ),
  getReport: get(
    `${ROLL}/reports/:name`,
    'A report about the roll as it stands, as it stood on a day, or as it was known on a day',
    json('The report, as tables', reportSchemas.reportDocument),
    { params: reportPath, query: reportQuery, problems: [404, 503] },
  ),
  getReference: get(
    '/api/reference',
    'The public figures, precedents and places that reports are shown beside, with their sources',
    json('The reference data', reportSchemas.referenceDocument),
    plain,
  ),
  listGrounds: get(
    `${ROLL}/grounds`,
    'The events on which the phase, the day of the latest event or the inflow rests',
    json('A page of grounds', pageSchemas.groundsPage),
    { ...ofRoll, query: groundsQuery },
  ),
  listEvents: get(`${ROLL}/events`, 'The log, in order', json('A page of the log', pageSchemas.eventsPage), {
    ...ofRoll,
    query: pageQuery,
  }),
  submitEvents: {
    method: 'POST',
    path: `${ROLL}/events`,
    summary: 'Hand in an event, or many, and get the verdict',
    params: rollPath,
    query: submitQuery,
    answers: {
      200: json(
        'The event was in the log already, or no event was sent; or the answer to a dry run',
        z.union([
          submissionSchemas.duplicate,
          submissionSchemas.batchAnswer,
          submissionSchemas.dryRun,
          submissionSchemas.dryBatch,
        ]),
      ),
      201: json(
        'The event, or every event of many, was accepted',
        submissionSchemas.accepted.or(submissionSchemas.batchAnswer),
      ),
      207: json('Of many events, not every one was accepted', submissionSchemas.batchAnswer),
    },
    problems: [404, 409, 413, 415, 422, 503],
  },
  listRefusals: get(
    `${ROLL}/refusals`,
    'What was refused, and why',
    json('A page of refusals', pageSchemas.refusalsPage),
    {
      ...ofRoll,
      query: pageQuery,
    },
  ),
  listFlows: get(
    `${ROLL}/flows`,
    'Who went from where to where',
    json('The flows', pageSchemas.flowsPage),
    ofRoll,
  ),
  streamRoll: get(
    `${ROLL}/stream`,
    'Server-sent events: distribution, transition and refusal as they happen; resumes by Last-Event-ID or lastEventId',
    file(
      'Each event has a seq as its id and, as data, a Distribution, Transition or Refusal. A reader that is too slow gets a last event `dropped` if it can: { reason: stalled or behind, after: where to resume, seq: where the roll is }. One that asks for what comes after an entry that the log does not have is told by a first event `reset`: { reason: beyond, after: from where it goes on, seq: where the roll is }',
      'text/event-stream',
    ),
    { ...ofRoll, query: streamQuery, problems: [404, 503] },
  ),
  getHealth: get('/healthz', 'Whether the process answers', json('It does', healthSchemas.health), opened),
  getReadiness: get('/readyz', 'Whether it is ready for work', json('It is', healthSchemas.readiness), {
    ...opened,
    problems: [503],
  }),
  getMetrics: get('/metrics', 'Numbers for Prometheus', file('The numbers', 'text/plain'), opened),
  getOpenApi: get(
    '/openapi.json',
    'This API as OpenAPI 3.1',
    file('The document', 'application/json'),
    opened,
  ),
  getAsyncApi: get(
    '/asyncapi.json',
    'The NATS subjects as AsyncAPI 3.0',
    file('The document', 'application/json'),
    opened,
  ),
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;

/** Each operation with its id. */
export function operations(): [OperationId, Operation][] {
  const isId = (id: string): id is OperationId => Object.hasOwn(OPERATIONS, id);
  return Object.keys(OPERATIONS)
    .filter(isId)
    .map((id) => [id, OPERATIONS[id]]);
}
