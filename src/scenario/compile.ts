import { type RollId, THEATRE_ENTITY } from '../../events/ids.ts';
import type { Expectation, ScriptEvent } from './format.ts';
import type { Place } from './problem.ts';
import type { Script } from './read.ts';
import { parseDayOrTime, type ScriptTime } from './script-time.ts';

/** An event of a script, ready to be handed in: an `OutgoingEvent` of the log port, and where it came from. */
export interface CompiledEvent {
  /** Place in the script, from 0. */
  readonly index: number;
  /** The contingent's id, or `theatre`. */
  readonly entity: string;
  /** CloudEvents source + id. */
  readonly identity: string;
  /** The CloudEvent as JSON text. */
  readonly bytes: Uint8Array;
  readonly id: string;
  /** Whether the script gives its id; else it is made of the event's place. */
  readonly isIdGiven: boolean;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly timeMs: number;
  readonly expect: Expectation | null;
  /** Where it begins in the script. */
  readonly place: Place;
}

export interface CompiledScript {
  readonly script: Script;
  /** Where it plays: the timeline is the scenario's id. */
  readonly roll: RollId;
  readonly events: readonly CompiledEvent[];
}

const utf8 = new TextEncoder();

/** The identity of an event as one text. */
export function identityOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return JSON.stringify([source, id]);
}

/** The id of the event at a place of a script, from 0, that gives none. */
export function idOfPlace(scenario: string, index: number): string {
  return `${scenario}-${String(index + 1).padStart(3, '0')}`;
}

/** The source of a scenario's events. */
export function sourceOf(scenario: string): string {
  return `/scenarios/${scenario}`;
}

/** The CloudEvents of a script, in its order. Pure: the same script gives the same bytes. */
export function compileScript(script: Script): CompiledScript {
  const { form, times } = script;
  const events = form.events.flatMap((event, index) => {
    const time = times[index];
    return time === undefined ? [] : [compileEvent(script, event, index, time)];
  });
  return { script, roll: { theatre: form.theatre, timeline: form.scenario }, events };
}

function compileEvent(
  { form: { scenario, basis, defaults }, source: script }: Script,
  { on: _on, type, contingent, data, id: givenId, expect, ...given }: ScriptEvent,
  index: number,
  { text: time, ms: timeMs }: ScriptTime,
): CompiledEvent {
  const id = givenId ?? idOfPlace(scenario, index);
  const source = sourceOf(scenario);
  const attributes = { basis, ...defaults, ...given };
  const { observedtime } = attributes;
  const event = {
    specversion: '1.0',
    id,
    source,
    type,
    subject: contingent,
    time,
    ...attributes,
    observedtime: observedtime === undefined ? undefined : parseDayOrTime(observedtime)?.text,
    data,
  };
  return {
    index,
    entity: contingent ?? THEATRE_ENTITY,
    identity: identityOf({ source, id }),
    bytes: utf8.encode(JSON.stringify(event)),
    id,
    isIdGiven: givenId !== undefined,
    source,
    type,
    time,
    timeMs,
    expect: expect ?? null,
    place: script.placeOf(['events', index]),
  };
}
