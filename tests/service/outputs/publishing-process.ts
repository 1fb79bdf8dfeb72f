// Follows the log in a NATS server and writes its outputs until it is killed. Arguments (after this file): address.
import { connect } from 'nats';
import { pino } from 'pino';
import { openJetStreamLog } from '../../../src/log/jetstream/jetstream-log.ts';
import { holdEverything } from '../../../src/service/holdings.ts';
import { startOutputs } from '../../../src/service/nats/outputs.ts';
import { startService } from '../../../src/service/start-service.ts';

const connection = await connect({ servers: process.argv[3] ?? '' });
const logger = pino({ enabled: false });
const service = await startService({ log: await openJetStreamLog(connection), logger });
await startOutputs({ connection, holdings: holdEverything(service), logger });
