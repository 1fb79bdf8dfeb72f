import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { deployed, event } from '../http/bench.ts';
import { startInspectorBench } from './bench.ts';

const messageSchema = z.looseObject({
  type: z.string(),
  sessionId: z.string(),
  machine: z.string().optional(),
  state: z.string().optional(),
  event: z.string().optional(),
});
const stateSchema = z.looseObject({ value: z.unknown(), context: z.record(z.string(), z.unknown()) });
type Message = z.output<typeof messageSchema>;

interface Client {
  readonly socket: WebSocket;
  /** The next message of a type. */
  next(type: string): Promise<Message>;
}

/** A plain WebSocket client: nothing of it is ours but the wait. */
async function attach(site: string, watch: string, headers: Record<string, string> = {}): Promise<Client> {
  const address = `${site.replace('http', 'ws')}/inspector/ws?watch=${watch}`;
  const socket = new WebSocket(address, { headers });
  onTestFinished(() => socket.terminate());
  const inbox: Message[] = [];
  socket.on('message', (data) => inbox.push(messageSchema.parse(JSON.parse(String(data)))));
  await once(socket, 'open');
  socket.send('{"type":"xstate.inspecting"}');
  return {
    socket,
    next: async (type) => {
      for (;;) {
        const index = inbox.findIndex((message) => message.type === type);
        const [found] = index < 0 ? [] : inbox.splice(index, 1);
        if (found !== undefined) return found;
        await once(socket, 'message');
      }
    },
  };
}

const stateIn = ({ state }: Message) => stateSchema.parse(JSON.parse(state ?? 'null'));

describe('the protocol of @xstate/inspect', () => {
  it('registers the machine of a watched contingent and tells of its events and states', async () => {
    const bench = await startInspectorBench();
    await bench.post(deployed('alpha', 100));
    const client = await attach(bench.site, 'ukraine.record/alpha');

    const registered = await client.next('service.register');
    const machine = z
      .looseObject({ id: z.string(), states: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(registered.machine ?? 'null'));
    expect(machine.id).toBe('contingent');
    expect(Object.keys(machine.states)).toContain('garrisoned');
    expect(stateIn(registered)).toMatchObject({ value: { deployed: 'staging' }, context: { killed: 0 } });

    await bench.post(event('casualty.recorded', 'alpha', { killed: 7 }));
    expect((await client.next('service.event')).event).toContain('casualty.recorded');
    expect(stateIn(await client.next('service.state'))).toMatchObject({ context: { killed: 7 } });

    await bench.post(event('war.ended', null, { variant: 'ceasefire' }));
    expect(stateIn(await client.next('service.state')).value).toBe('warEnded');
  });

  it('registers a theatre', async () => {
    const bench = await startInspectorBench();
    await bench.post(deployed('alpha', 100));
    const client = await attach(bench.site, 'ukraine.record/theatre');
    expect(stateIn(await client.next('service.register')).value).toBe('hostilities');

    await bench.post(event('war.ended', null, { variant: 'armistice' }));
    expect(stateIn(await client.next('service.state'))).toMatchObject({
      value: 'ended',
      context: { phase: { variant: 'armistice' } },
    });
  });

  it('takes nothing: what a client says changes nothing and breaks nothing', async () => {
    const bench = await startInspectorBench();
    await bench.post(deployed('alpha', 100));
    const client = await attach(bench.site, 'ukraine.record/alpha');
    const { sessionId } = await client.next('service.register');
    const forged = { name: 'contingent.defected', data: { type: 'contingent.defected' }, origin: sessionId };
    client.socket.send(JSON.stringify({ type: 'xstate.event', event: JSON.stringify(forged) }));
    client.socket.send('no JSON');
    client.socket.send('{"type":"disconnect"}');

    await bench.post(event('contingent.committed', 'alpha', {}));
    expect(stateIn(await client.next('service.state')).value).toEqual({ deployed: 'committed' });
    const page = await (await bench.ask('/api/rolls/ukraine/record/contingents/alpha')).json();
    expect(page).toMatchObject({ contingent: { state: 'deployed.committed' } });
  });

  it.each([
    ['a page of another origin', 'ukraine.record/alpha', { origin: 'https://evil.example' }, 403],
    ['a name that is not this machine', 'ukraine.record/alpha', { host: 'evil.example' }, 403],
    ['what names no contingent', 'nonsense', {}, 400],
  ])('refuses %s', async (_who, watch, headers, status) => {
    const { site } = await startInspectorBench();
    const socket = new WebSocket(`${site.replace('http', 'ws')}/inspector/ws?watch=${watch}`, { headers });
    const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown]);
    expect(String(error)).toContain(String(status));
  });

  it('takes a page of an origin that was named, and of no other', async () => {
    const bench = await startInspectorBench({ origins: ['https://stately.ai'] });
    await bench.post(deployed('alpha', 100));
    const client = await attach(bench.site, 'ukraine.record/alpha', { origin: 'https://stately.ai' });
    expect(stateIn(await client.next('service.register')).value).toEqual({ deployed: 'staging' });
    const other = attach(bench.site, 'ukraine.record/alpha', { origin: 'https://stately.ai.evil.example' });
    await expect(other).rejects.toThrow('403');
  });

  it('says that there is no such contingent', async () => {
    const bench = await startInspectorBench();
    await bench.post(deployed('alpha', 100));
    const { socket } = await attach(bench.site, 'ukraine.record/nobody');
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([1008, 'There is no ukraine.record/nobody']);
  });
});

describe('histories and what-ifs', () => {
  it('tells each step with the transition taken, its context, and what was refused', async () => {
    const bench = await startInspectorBench();
    await bench.post(deployed('alpha', 100));
    await bench.post(event('contingent.committed', 'alpha', {}));
    const answer = await fetch(`${bench.site}/inspector/history/ukraine/record/alpha`);
    expect(await answer.json()).toMatchObject({
      total: 2,
      first: 0,
      moments: [
        {
          seq: 1,
          machine: 'contingent',
          step: { from: 'absent', to: 'deployed.staging', taken: 'absent#contingent.deployed#3' },
        },
        {
          seq: 2,
          state: 'deployed.committed',
          step: { taken: 'deployed.staging#contingent.committed#0', before: { killed: 0 } },
        },
      ],
    });
  });

  it('judges what nobody logged, at any place of the log', async () => {
    const bench = await startInspectorBench();
    await bench.post(deployed('alpha', 100));
    await bench.post(event('war.ended', null, { variant: 'ceasefire' }));
    const ask = async (question: object) => {
      const answer = await fetch(`${bench.site}/inspector/what-if/ukraine/record/alpha`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(question),
      });
      return answer.json();
    };
    const garrisoned = {
      type: 'contingent.garrisoned',
      data: { role: 'peacekeeping', area: 'kursk', territory: 'russia' },
    };
    expect(await ask(garrisoned)).toMatchObject({ kind: 'accepted', to: 'garrisoned.stationed' });
    expect(await ask({ ...garrisoned, seq: 1 })).toMatchObject({
      kind: 'refused',
      refusal: { code: 'not-allowed' },
    });
    expect(bench.service.roll({ theatre: 'ukraine', timeline: 'record' })?.summary.seq).toBe(2);
  });

  it('outlives a client that resets its connection while it is refused', async () => {
    const { site } = await startInspectorBench();
    const { hostname, port } = new URL(site);
    const asked =
      'GET /inspector/ws?watch=x HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    const socket = connect(Number(port), hostname);
    socket.write(asked);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);

    socket.resetAndDestroy();
    await once(socket, 'close');

    for (let times = 0; times < 3; times++) expect((await fetch(`${site}/healthz`)).status).toBe(200);
  });
});
