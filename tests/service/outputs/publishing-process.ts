// Follows the log in a NATS server and writes its outputs until it has handed over so many of them: then it kills
// itself. Arguments (after this file): address, count.
import { connect } from 'nats';
import { pino } from 'pino';
import { openJetStreamLog } from '../../../src/log/jetstream/jetstream-log.ts';
import { holdEverything } from '../../../src/service/holdings.ts';
import { startOutputs } from '../../../src/service/nats/outputs.ts';
import { startService } from '../../../src/service/start-service.ts';
import { afterOutputs } from './after-outputs.ts';

const [url = '', count = ''] = process.argv.slice(3);
const connection = await connect({ servers: url });
const logger = pino({ enabled: false });
const log = await openJetStreamLog(connection);
const service = await startService({ log, logger });
afterOutputs(connection, Number(count), () => process.kill(process.pid, 'SIGKILL'));
await startOutputs({ connection, holdings: holdEverything(service), log, logger });
