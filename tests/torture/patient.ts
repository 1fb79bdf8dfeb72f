/** For questions to a NATS server of which nothing is proved by how soon it answers: the machine is busy. */
export const PATIENT = { timeout: 60_000 };
