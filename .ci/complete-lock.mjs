// Completes package-lock.json after an `npm install` against a mirror that carries the packages of its own platform
// only: npm then drops the optional packages of the others, and `npm ci` refuses the lock file.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const PLATFORM =
  /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|aix)(?:-(\w+))?(?:-(musl))?/;

const lock = JSON.parse(readFileSync(FILE, 'utf8'));

/** Whether a package finds another: in its own node_modules or in one above. */
function finds(from, name) {
  const place = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (lock.packages[place] !== undefined) return true;
  return from !== '' && finds(from.slice(0, from.lastIndexOf('node_modules/')).replace(/\/$/, ''), name);
}

const missing = Object.entries(lock.packages).flatMap(([from, { optionalDependencies = {}, dev, license }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !finds(from, name))
    .map(([name, version]) => {
      const [, os, cpu, libc] = PLATFORM.exec(name) ?? [];
      return [
        `node_modules/${name}`,
        {
          version,
          ...(cpu && { cpu: [cpu] }),
          ...(dev && { dev }),
          ...(libc && { libc: [libc] }),
          ...(license && { license }),
          optional: true,
          ...(os && { os: [os] }),
        },
      ];
    }),
);

const packages = Object.entries(lock.packages).concat(missing);
lock.packages = Object.fromEntries(packages.sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${FILE}: ${missing.length} optional packages added`);
