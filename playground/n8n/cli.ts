/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a command for people */
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import type { Emulator } from '../emulator';
import { startEmulator } from '../emulator';
import { SCENES } from '../emulator/scenes';
import { allExamplesFor, exampleCredential } from './examples';
import { freePort } from './freePort';
import type { N8nVersion } from './install';
import { installN8n, NEWEST, VERSIONS } from './install';
import { N8nHome } from './n8nHome';
import type { N8nServer } from './n8nServer';
import { OWNER } from './n8nServer';
import { tell } from './pinnedPackages';

const HELP = `Starts a real n8n with this package, an emulated Microsoft Defender, and the examples.

  --n8n <version>  ${VERSIONS.join(' or ')} (${NEWEST})
  --port <n>       of the editor (5678, or a free one where that is taken)
`;

/** Where people expect n8n. */
const USUAL_PORT = 5678;

/** The example to begin with. */
const FIRST = 'Run a script and branch on its exit code';

/** A device takes minutes; the emulator's take seconds, so that nobody waits. In ms. */
const LIFE = { pendingMs: 3_000, runMs: 5_000, settleMs: 1_000 };

async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	const free = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
	});
	await new Promise((resolve) => server.close(resolve));
	return free;
}

function print(server: N8nServer, emulator: Emulator): void {
	const line = ([name, value]: string[]) => `  ${name.padEnd(22)}${value}`;
	const lines = [
		'',
		'n8n is ready',
		'',
		line(['Address', server.url]),
		line(['Email', OWNER.email]),
		line(['Password', OWNER.password]),
		'',
		`The workflows are the examples; begin with "${FIRST}".`,
		'Their credential "Microsoft Defender" leads to the emulator, which has these devices:',
		'',
		...emulator.machines().map(({ id, computerDnsName }) => `  ${id}  ${computerDnsName}`),
		'',
		`The emulator is at ${emulator.apiUrl}, and ${emulator.apiUrl}/_emulator changes what its devices do.`,
		'Ctrl-C stops everything, and nothing of it stays.',
		'',
	];
	process.stdout.write(lines.join('\n'));
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { n8n: { type: 'string', default: NEWEST }, port: { type: 'string' }, help: { type: 'boolean', default: false } },
	});
	if (values.help) return void process.stdout.write(HELP);
	const version = values.n8n as N8nVersion;
	if (!VERSIONS.includes(version) || !(Number(values.port ?? USUAL_PORT) > 0)) throw new Error(`wrong flag\n\n${HELP}`);
	const port = values.port ? Number(values.port) : (await isFree(USUAL_PORT)) ? USUAL_PORT : await freePort();
	if (!(await isFree(port))) throw new Error(`Something else listens on port ${port}. Choose another one: npm run n8n -- --port 5679`);

	const installation = await installN8n(version);
	const emulator = await startEmulator({ limits: 'real', life: LIFE });
	SCENES.demo(emulator);
	const home = new N8nHome(installation);
	const asked = new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
	});
	const serve = async () => {
		tell(`Starting n8n ${version} …`);
		await home.importCredentials([exampleCredential(emulator)]);
		await home.importWorkflows(allExamplesFor(emulator));
		const server = await home.start(port);
		await server.setUpOwner();
		print(server, emulator);
		await server.process.ended;
		throw new Error(`n8n ended by itself:\n${server.process.stdout.slice(-2000)}${server.process.stderr.slice(-2000)}`);
	};
	try {
		await Promise.race([serve(), asked]);
	} finally {
		tell('\nStopping n8n …');
		await home.remove();
		await emulator.close();
	}
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
