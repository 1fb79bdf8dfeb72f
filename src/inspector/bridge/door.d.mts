import type { EventEmitter } from 'node:events';
import type { WebSocket, WebSocketServer } from 'ws';

/** What @xstate/inspect asks of a WebSocket server: clients, and the events `connection` and `close`. */
export type InspectServer = EventEmitter & { readonly clients: ReadonlySet<WebSocket> };

/** What @xstate/inspect asks of a running service. */
export interface InspectedService {
  readonly id: string;
  readonly sessionId: string;
  readonly machine: MachineV4;
  readonly state: StateV4;
  readonly initialState: StateV4;
  send(event: EventV4): void;
  subscribe(listener: (state: StateV4) => void): { unsubscribe(): void };
  onStop(listener: () => void): void;
}

export interface EventV4 {
  readonly type: string;
}

export interface MachineV4 {
  readonly id: string;
}

export interface StateV4 {
  readonly value: unknown;
}

export function startInspect(server: InspectServer): void;
export function register(service: InspectedService): void;
export function machineOf(config: object): MachineV4;
export function stateOf(machine: MachineV4, value: unknown, context: object, event: EventV4): StateV4;
export function newSocketServer(maxPayload: number): WebSocketServer;
