import type { IForbiddenRuleType } from 'dependency-cruiser';

/** The folders of the code: a tier may import those before it, never those after or beside it. */
const tiers = [
  ['events'],
  ['machines'],
  ['src/roll'],
  ['src/readmodels'],
  ['src/log', 'src/scenario'],
  ['src/service', 'src/model'],
  ['src/http', 'src/inspector'],
  ['src/cli'],
] as const;

type Folder = (typeof tiers)[number][number] | 'src/dashboard' | 'src/subscribe';

const core = ['events', 'machines', 'src/roll', 'src/readmodels'] as const;

/** What to do instead, said to the person whose import broke the order. */
const insteads: Record<Folder, string> = {
  events:
    'Events are the contract that every part shares, so they know of none. Move what you reached for into events/, or leave it to whoever reads the event.',
  machines:
    'The statecharts judge events and nothing else. If a guard needs a fact from outside, let the fold put it into the machine event.',
  'src/roll':
    'The fold turns a log into transitions. What is made of transitions is a read model, which imports the fold and not the other way about; where a log is kept is none of its business.',
  'src/readmodels':
    'A read model is a pure fold of transitions, the same wherever they come from. Take what you need as an argument; the service fetches it.',
  'src/log':
    'A log stores and orders events, and does not know who writes or follows them. If they lack something, give it to src/log/port.ts.',
  'src/scenario':
    'A scenario is read, checked and compiled to events without a log or a service: whoever plays it brings the place where the events go. Take that as an argument.',
  'src/service':
    'The service is the same behind HTTP, the inspector and the command line, so it imports none of them. Offer what they need in src/service/service.ts.',
  'src/model':
    'The model explains events, machines, reports and scenarios; it needs no running service. src/http shows it.',
  'src/http':
    'HTTP is one face of the service and the inspector another, beside it. What both need belongs to the service; src/cli puts them together.',
  'src/inspector':
    'The inspector is one face of the service and HTTP another, beside it. What both need belongs to the service; src/cli puts them together.',
  'src/dashboard':
    'The dashboard runs in a browser and knows the service by its HTTP contract alone. Share the types of the core, not the code of the server.',
  'src/subscribe':
    'What stands here shows how a program that has nothing of ours subscribes. It may use the contracts of HTTP, NATS and the metrics, and stock clients.',
  'src/cli': 'A command puts the parts together. The dashboard comes to it as built files, not as an import.',
};

/** A pattern for paths under any of these folders. */
const under = (folders: readonly string[]): string => `^(${folders.join('|')})/`;
const installed = (packages: string): string => `(^|/)node_modules/(${packages})/`;
const ours = under(['events', 'machines', 'src']);

function orderOf(folder: Folder, earlier: readonly string[]): IForbiddenRuleType {
  return {
    name: `order-of-${folder.replace('src/', '')}`,
    severity: 'error',
    comment: insteads[folder],
    from: { path: under([folder]) },
    to: { path: ours, pathNot: under([folder, ...earlier]) },
  };
}

/** Every folder that has a place in the order of imports. */
export const placedFolders: readonly string[] = Object.keys(insteads);

/** Every rule about imports, for dependency-cruiser. The import of a type counts like any other. */
export const rules: readonly IForbiddenRuleType[] = [
  ...tiers.flatMap((folders, place) =>
    folders.map((folder) => orderOf(folder, tiers.slice(0, place).flat())),
  ),
  orderOf('src/dashboard', core),
  orderOf('src/subscribe', []),
  {
    name: 'no-cycle',
    severity: 'error',
    comment:
      'These modules need each other, so neither can be read or tested alone. Move what both need into a module below them, or pass it as an argument.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'core-is-pure',
    severity: 'error',
    comment:
      'The core gives the same answer for the same log on any machine: no clock, no files, no network. Take the data as an argument and let src/log, src/service or src/cli fetch it. Of what Node brings, only the hashes of node:crypto are that pure.',
    from: { path: under(core) },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
  },
  {
    name: 'no-import-of-tests',
    severity: 'error',
    comment:
      'Tests are not shipped, so this import fails for whoever installs Muster. If the code is useful outside tests, it belongs in src.',
    from: { path: ours },
    to: { path: '^tests/' },
  },
  {
    name: 'nats-behind-its-doors',
    severity: 'error',
    comment:
      'NATS stays in src/log/jetstream, in the parts of src/service that speak it, and in src/cli, which connects; src/subscribe shows how others do. Everyone else works on the port of the log or on the service, so that the embedded log can stand in.',
    from: { path: ours, pathNot: '^src/(log/jetstream|service|cli|subscribe)/' },
    to: { path: installed('nats|@nats-io/[^/]+') },
  },
  {
    name: 'lmdb-behind-the-log-port',
    severity: 'error',
    comment:
      'LMDB is how the embedded log keeps its promises, and nobody else leans on it. Use src/log/port.ts, and extend it with its contract suite if it lacks something.',
    from: { path: ours, pathNot: '^src/log/embedded/' },
    to: { path: installed('lmdb') },
  },
  {
    name: 'fastify-only-in-http',
    severity: 'error',
    comment:
      'The web server is a detail of src/http. Give the service a method and let a route of src/http call it.',
    from: { path: ours, pathNot: '^src/http/' },
    to: { path: installed('fastify|@fastify/[^/]+') },
  },
  {
    name: 'log-adapters-apart',
    severity: 'error',
    comment:
      'Either log must work without the other. What both need goes beside the port, in src/log; what only their contract suite needs, in tests.',
    from: { path: '^src/log/(embedded|jetstream)/' },
    to: { path: '^src/log/(embedded|jetstream)/', pathNot: '^src/log/$1/' },
  },
  {
    name: 'everything-resolves',
    severity: 'error',
    comment:
      'This import leads nowhere, so no other rule can judge it. Mend its path, or add the package to package.json.',
    from: {},
    to: { couldNotResolve: true },
  },
];
