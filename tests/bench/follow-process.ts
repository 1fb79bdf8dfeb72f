// Follows a roll until it has folded so many events, and ends: node follow-process.js NATS TIMELINE COUNT
import { connect } from 'nats';
import { follow } from './figures/follower.ts';

const [, , servers = '', timeline = '', count = '1'] = process.argv;
const connection = await connect({ servers });
await follow(connection, { theatre: 'bench', timeline }, Number(count));
await connection.close();
