// The door to XState 4: nothing else of Muster imports it. Both packages are CommonJS.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { inspect } = require('@xstate/inspect/lib/server');
const { createMachine, State, toSCXMLEvent } = require('xstate');
const { WebSocketServer } = require('ws');

/** Has @xstate/inspect tell every client of the server what the registered services do. */
export function startInspect(server) {
  inspect({ server });
}

/** Registers a service with the devtools of @xstate/inspect. */
export function register(service) {
  globalThis.__xstate__.register(service);
}

/** An XState 4 machine of a configuration. */
export function machineOf(config) {
  return createMachine({ predictableActionArguments: true, ...config });
}

/** A state of such a machine, and the event that led to it. */
export function stateOf(machine, value, context, event) {
  const state = machine.resolveState(State.from(value, context));
  return State.create({ ...state, event, _event: toSCXMLEvent(event), changed: true });
}

/** A WebSocket server that takes connections which an HTTP server hands over. */
export function newSocketServer(maxPayload) {
  return new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
}
