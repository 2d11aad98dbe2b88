/* `npm run bundle:check`: the workflows' bundle holds nothing but what may run in Temporal's sandbox. */
import { bundleWorkflows } from '../src/worker.ts';

/** The project's files that workflows may be made of: themselves, and what is pure. */
const ALLOWED = /^\.\/(workflows\/|src\/domain\/)/;
/** Packages: Temporal's own, and what those bring. */
const ALLOWED_PACKAGES = /^\.\/node_modules\/(@temporalio\/(workflow|common|worker)\/|nexus-rpc\/|long\/|ms\/)/;

// With a name for a Worker Deployment the bundle is the same and a file more.
const { code } = await bundleWorkflows('any');
// webpack names each module by its path, as a key of the bundle's table of modules.
const modules = [...code.matchAll(/^\/\*\*\*\/ "(\.\/[^"]+)":?/gm)].map((match) => match[1] as string);
const builtins = [...code.matchAll(/require\("(node:[^"]+)"\)/g)].map((match) => match[1] as string);
const forbidden = modules.filter((path) => !ALLOWED.test(path) && !ALLOWED_PACKAGES.test(path));
const ours = modules.filter((path) => ALLOWED.test(path));

if (ours.length === 0) throw new Error('No module of ours was found in the bundle: this check no longer reads it.');
if (forbidden.length + builtins.length > 0) {
  process.stderr.write(`Workflows import what they must not: ${[...forbidden, ...builtins].join(', ')}.\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`The bundle's ${modules.length} modules are all allowed; ours: ${ours.join(', ')}.\n`);
}
