import { type CatalogueEntry, catalogue } from '../../events/catalogue.ts';
import { ID_PATTERN, THEATRE_ENTITY } from '../../events/ids.ts';
import { EVENT_SCHEMA, eventJsonSchemas, type JsonSchema } from '../../events/json-schema.ts';
import { answerSchemas } from './openapi.ts';
import { schemasUsed } from './schemas-used.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const message = (name: string) => ({ $ref: `#/components/messages/${name}` });
const channel = (name: string) => ({ $ref: `#/channels/${name}` });

const PARAMETERS = {
  theatre: { description: `The war: an id (${ID_PATTERN.source})` },
  timeline: { description: 'The version of its history: record, or a what-if' },
  entity: { description: `The contingent's id, or ${THEATRE_ENTITY} for what concerns the war itself` },
  contingent: { description: "The contingent's id" },
} as const;

type Parameter = keyof typeof PARAMETERS;

const ROLL: readonly Parameter[] = ['theatre', 'timeline'];

/** The interface over NATS as AsyncAPI 3.0 (DESIGN 5), made from the catalogue and the schemas of the answers. */
export function asyncApiDocument(): JsonSchema {
  const messages = {
    ...Object.fromEntries(catalogue.map((entry) => [entry.type, eventMessage(entry)])),
    event: { ...EVENT_TYPE, title: 'Any event', payload: ref(EVENT_SCHEMA) },
    transition: output('Transition'),
    refusal: output('Refusal'),
    distribution: { title: 'The distribution', payload: ref('Distribution') },
    submission: { title: 'The verdict', payload: ref('Submission') },
    contingent: { title: 'The contingent', payload: ref('ContingentPage') },
    nothing: { title: 'An empty request', payload: {} },
    contingentQuery: {
      title: 'Which contingent: its id, as it is',
      contentType: 'text/plain',
      payload: { type: 'string', pattern: ID_PATTERN.source },
    },
  };
  const schemas = { ...answerSchemas(), ...eventJsonSchemas((name) => ref(name).$ref) };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Muster over NATS',
      version: '1',
      description:
        'Producers publish events to the log of a roll; what they did comes out on subjects of its own. A roll is a theatre on a timeline.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: {
      event: {
        ...at('event.{entity}', [...ROLL, 'entity']),
        title: 'Events',
        description:
          'The log: stream MUSTER_EVENTS. Publish CloudEvents, as JSON or in binary mode (headers ce-…), with Nats-Msg-Id = source + id, over JetStream or plainly.',
        messages: Object.fromEntries(catalogue.map(({ type }) => [type, message(type)])),
      },
      transition: {
        ...at('transition.{contingent}', [...ROLL, 'contingent']),
        title: 'Transitions',
        description:
          'What accepted events did: stream MUSTER_OUT, exactly once, in order; headers Muster-Seq and Muster-Part name each.',
        messages: { transition: message('transition') },
      },
      refusal: {
        ...at('refusal.{entity}', [...ROLL, 'entity']),
        title: 'Refusals',
        description:
          'What was not applied, and why: stream MUSTER_OUT, exactly once, in order; headers Muster-Seq and Muster-Part name each.',
        messages: { refusal: message('refusal') },
      },
      distribution: {
        ...at('distribution', ROLL),
        title: 'Distribution',
        description:
          'Who stands on which pathway, on change, at most 20 times a second. Also in KV MUSTER_ROLLS.',
        messages: { distribution: message('distribution') },
      },
      submit: {
        ...at('submit', ROLL),
        title: 'Submit',
        description: 'Request the verdict on an event; taken into the log only if the roll would take it.',
        messages: { event: message('event'), submission: message('submission') },
      },
      queryDistribution: {
        ...at('query.distribution', ROLL),
        title: 'Ask for the distribution',
        messages: { question: message('nothing'), distribution: message('distribution') },
      },
      queryContingent: {
        ...at('query.contingent', ROLL),
        title: 'Ask for a contingent',
        messages: { question: message('contingentQuery'), contingent: message('contingent') },
      },
    },
    operations: {
      receiveEvents: operation('receive', 'event', 'Take events into the log'),
      sendTransitions: operation('send', 'transition', 'Tell what accepted events did'),
      sendRefusals: operation('send', 'refusal', 'Tell what was refused'),
      sendDistribution: operation('send', 'distribution', 'Tell who stands where'),
      submit: answering('submit', 'event', 'submission', 'Judge an event and take it'),
      queryDistribution: answering('queryDistribution', 'question', 'distribution', 'Tell who stands where'),
      queryContingent: answering('queryContingent', 'question', 'contingent', 'Tell of one contingent'),
    },
    components: { schemas: schemasUsed(messages, schemas), messages },
  };
}

function at(subject: string, parameters: readonly Parameter[]): JsonSchema {
  return {
    address: `muster.{theatre}.{timeline}.${subject}`,
    parameters: Object.fromEntries(parameters.map((name) => [name, PARAMETERS[name]])),
  };
}

function operation(action: 'send' | 'receive', name: string, summary: string): JsonSchema {
  return { action, channel: channel(name), summary };
}

function answering(name: string, request: string, reply: string, summary: string): JsonSchema {
  const messageOf = (key: string) => ({ $ref: `#/channels/${name}/messages/${key}` });
  return {
    ...operation('receive', name, summary),
    messages: [messageOf(request)],
    reply: { channel: channel(name), messages: [messageOf(reply)] },
  };
}

const EVENT_TYPE = { contentType: 'application/cloudevents+json' };

function eventMessage({ type, summary }: CatalogueEntry): JsonSchema {
  return {
    ...EVENT_TYPE,
    name: type,
    title: type,
    summary,
    headers: {
      type: 'object',
      properties: {
        'Nats-Msg-Id': { type: 'string', description: 'source + id: a retry within 2 minutes is dropped' },
      },
    },
    payload: ref(type),
  };
}

function output(schema: string): JsonSchema {
  return {
    title: schema,
    headers: {
      type: 'object',
      properties: {
        'Muster-Seq': { type: 'string', description: "Place of the event in the roll's log, from 1" },
        'Muster-Part': {
          type: 'string',
          description: 'Which of the messages about that event, of how many: 3/17',
        },
      },
    },
    payload: ref(schema),
  };
}
