import type { NatsConnection } from 'nats';

const OUTPUT = /^muster\.[^.]+\.[^.]+\.(transition|refusal)\./;

/** Acts once, in the very moment in which a connection has been handed its `count`th output: some are on their way, some wait. */
export function afterOutputs(connection: NatsConnection, count: number, act: () => void): void {
  const publish = connection.publish.bind(connection);
  let handed = 0;
  connection.publish = (subject, ...rest) => {
    publish(subject, ...rest);
    if (!OUTPUT.test(subject)) return;
    handed += 1;
    if (handed === count) act();
  };
}
