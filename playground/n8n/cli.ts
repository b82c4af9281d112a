/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a command for people */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Emulator } from '../emulator';
import { startEmulator } from '../emulator';
import { SCENES } from '../emulator/scenes';
import { EXAMPLE_FILES, exampleCredential, readExample } from './examples';
import { freePort } from './freePort';
import { installN8n, NEWEST, OLDEST, VERSIONS } from './install';
import { N8nHome } from './n8nHome';
import type { N8nServer } from './n8nServer';
import { OWNER } from './n8nEditor';
import { bringExamples, openElsewhere } from './elsewhere';
import { tell } from './pinnedPackages';

const HELP = `Starts a real n8n with this package, an emulated Microsoft Defender, and the examples.

  --n8n <version>  any from ${OLDEST} on (${NEWEST}); tested with ${VERSIONS.join(' and ')}
  --port <n>       of the editor (5678, or a free one where that is in use)
  --keep <folder>  keeps what you build, for the next start with the same folder
  --url <address>  uses an n8n that runs elsewhere, with this package installed in it, instead of starting one: see CONTRIBUTING.md
  --host <name>    with --url: the name by which that n8n reaches this machine (host.docker.internal)
`;

/** Where people expect n8n. */
const USUAL_PORT = 5678;

/** The example to begin with. */
const FIRST_FILE = 'run-script-and-branch.json';

/** Where a kept folder remembers the emulator's ports: workflows and credential name them. */
const PORTS_FILE = 'emulator-ports.json';

/** In ms. Real devices take minutes; the emulator's take seconds. */
const LIFE = { pendingMs: 3_000, runMs: 5_000, settleMs: 1_000 };

async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	const free = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
	});
	await new Promise((resolve) => server.close(resolve));
	return free;
}

const deviceLines = (emulator: Emulator) =>
	emulator.machines().map(({ id: machineId, computerDnsName }) => `  ${machineId}  ${computerDnsName}`);

function print(server: N8nServer, emulator: Emulator, kept: string | undefined): void {
	const line = ([name, value]: string[]) => `  ${name.padEnd(22)}${value}`;
	const { id, name } = readExample(FIRST_FILE);
	const lines = [
		'',
		'n8n is ready',
		'',
		line(['Address', `${server.url}/workflow/${id}`]),
		line(['Email', OWNER.email]),
		line(['Password', OWNER.password]),
		'',
		`The address opens the first example, "${name}": click Execute workflow. It ends within 90 seconds.`,
		'Its credential "Microsoft Defender" connects to the emulator, which has these devices:',
		'',
		...deviceLines(emulator),
		'',
		`The emulator is at ${emulator.apiUrl}, and ${emulator.apiUrl}/_emulator changes what its devices do.`,
		kept
			? `Ctrl-C stops everything. Your workflows stay in ${kept}.`
			: 'Ctrl-C stops everything and deletes your workflows. To keep them: npm run n8n -- --keep FOLDER',
		'',
	];
	process.stdout.write(lines.join('\n'));
}

/** The emulator; that of a kept folder has the ports which it had before. */
async function emulatorFor(kept: string | undefined): Promise<Emulator> {
	const file = kept && join(kept, PORTS_FILE);
	if (!file || !existsSync(file)) {
		const ports = { port: await freePort(), storagePort: await freePort() };
		if (file) writeFileSync(file, JSON.stringify(ports));
		return await startEmulator({ limits: 'real', life: LIFE, ...ports });
	}
	const ports = JSON.parse(readFileSync(file, 'utf8')) as { port: number; storagePort: number };
	return await startEmulator({ limits: 'real', life: LIFE, ...ports });
}

/** Puts the examples into an n8n that runs elsewhere, and is the service that they connect to. */
async function serveElsewhere(url: string, host: string): Promise<void> {
	const editor = await openElsewhere(url);
	const emulator = await startEmulator({ limits: 'real', life: LIFE, host });
	SCENES.demo(emulator);
	const ids = await bringExamples(editor, emulator);
	const lines = [
		`The examples and their credential are in ${url}. The first one: ${url}/workflow/${ids[FIRST_FILE]}`,
		`They connect to the emulator at ${emulator.apiUrl}, which has these devices:`,
		'',
		...deviceLines(emulator),
		'',
		'Ctrl-C stops the emulator. The workflows and the credential stay.',
		'',
	];
	process.stdout.write(lines.join('\n'));
	await new Promise<void>((done) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done());
	});
	await emulator.close();
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			n8n: { type: 'string', default: NEWEST },
			port: { type: 'string' },
			keep: { type: 'string' },
			url: { type: 'string' },
			host: { type: 'string', default: 'host.docker.internal' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return void process.stdout.write(HELP);
	if (values.url) return await serveElsewhere(values.url.replace(/\/+$/, ''), values.host);
	if (!(Number(values.port ?? USUAL_PORT) > 0)) throw new Error(`--port is not a number\n\n${HELP}`);
	const kept = values.keep && resolve(values.keep);
	if (!kept) tell('What you build is deleted when you stop it. To keep it: npm run n8n -- --keep FOLDER');
	const port = values.port ? Number(values.port) : (await isFree(USUAL_PORT)) ? USUAL_PORT : await freePort();
	if (!(await isFree(port))) throw new Error(`Something else listens on port ${port}. Choose another one: npm run n8n -- --port 5679`);

	const installation = await installN8n(values.n8n);
	if (kept) mkdirSync(kept, { recursive: true });
	const isNew = !kept || !existsSync(join(kept, PORTS_FILE));
	const emulator = await emulatorFor(kept);
	SCENES.demo(emulator);
	const home = new N8nHome(installation, {}, kept);
	const asked = new Promise<void>((done) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done());
	});
	const serve = async () => {
		tell(`Starting n8n ${values.n8n} …`);
		// The emulator makes a new app at each start.
		await home.importCredentials([exampleCredential(emulator)]);
		if (isNew) await home.importWorkflows(EXAMPLE_FILES.map(readExample));
		const server = await home.start(port);
		if (isNew) await server.setUpOwner();
		print(server, emulator, kept);
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
