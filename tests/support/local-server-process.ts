// Starts a nats-server, says where it listens, and waits to be killed. Arguments (after this file): directory.
import { writeSync } from 'node:fs';
import { startLocalServer } from '../../src/log/local-server.ts';

const { url } = await startLocalServer({ directory: process.argv[3] ?? '' });
writeSync(1, `${url}\n`);
setInterval(() => undefined, 60_000);
