// A dashboard of a stock NATS client: a line for each roll of the KV bucket, and one more whenever a roll changes.
import { Kvm } from '@nats-io/kv';
import { connect } from 'nats';

const nats = await connect({ servers: process.env.NATS_URL, maxReconnectAttempts: -1 });
const buckets = new Kvm(nats);
const rolls = await buckets.open('MUSTER_ROLLS');
const timelines = await buckets.open('MUSTER_TIMELINES');

for await (const { key, value } of await rolls.watch()) {
  const { seq, pathways, losses } = JSON.parse(new TextDecoder().decode(value));
  const about = await timelines.get(key);
  const mark = about?.json().basis === 'hypothetical' ? 'HYPOTHETICAL ' : '';
  const strengths = Object.entries(pathways)
    .filter(([, { high }]) => high > 0)
    .map(([pathway, { low, best, high }]) => `${pathway} ${best} (${low}-${high})`);
  console.log(`${mark}${key} after ${seq} events: ${strengths.join(', ')}; killed ${losses.killed}`);
}
