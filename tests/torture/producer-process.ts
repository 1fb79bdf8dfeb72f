// Produces in a process of its own, to be killed: names each event on stdout after it was acknowledged.
// Built by producer-build.ts. Arguments: http or nats, the address, the roll, the producer's name, seed, how many events,
// how many of them to leave out at the beginning.
import { writeSync } from 'node:fs';
import { connect } from 'nats';
import { factsOf } from './facts.ts';
import { produceOverHttp, produceOverJetStream } from './producers.ts';
import { randomOf } from './random.ts';

const [way, address = '', roll = '', name = '', seed, count, from] = process.argv.slice(2);
const facts = factsOf(name, Number(count), randomOf(Number(seed), name), way === 'nats').slice(Number(from));
const tell = (identity: string, seq: number | null) => writeSync(1, `${seq ?? '-'} ${identity}\n`);

if (way === 'http') {
  // A request over a connection that closes just then keeps no process alive, nor does the timer that gives it up.
  const awake = setInterval(() => {}, 1_000);
  await produceOverHttp(address, roll, facts, tell);
  clearInterval(awake);
} else {
  const forever = { maxReconnectAttempts: -1, reconnectTimeWait: 100, waitOnFirstConnect: true };
  const connection = await connect({ servers: address, ...forever });
  await produceOverJetStream(connection, roll, facts, tell);
  await connection.close();
}
