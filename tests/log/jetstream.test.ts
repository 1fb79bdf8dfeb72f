import { describe, test } from 'vitest';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import { describeEventLog } from '../contracts/event-log.ts';
import { currentServer, startThrowawayServer } from '../support/nats-server.ts';

function describeOn(name: string, binary: string): void {
  describeEventLog(`JetStream log on ${name}`, async () => {
    const server = await startThrowawayServer(binary);
    return {
      open: async () => openJetStreamLog(await server.connect()),
      discard: () => server.discard(),
    };
  });
}

describeOn('the nats-server on PATH', 'nats-server');

const current = currentServer();
if ('binary' in current) {
  describeOn('a current nats-server', current.binary);
} else {
  describe.skip(`JetStream log on a current nats-server: ${current.missing}`, () => {
    test('the suite', () => undefined); // a suite without a test is not reported
  });
}
