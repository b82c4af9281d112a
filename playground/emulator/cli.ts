/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { parseArgs } from 'node:util';
import { startEmulator } from './index';
import { SCENES } from './scenes';

const HELP = `Starts the Microsoft Defender emulator.

  --port <n>          API and login (8443)
  --storage-port <n>  blob storage (8444)
  --speed <n>         how many times faster than real time its clock runs (1)
  --limits real|none  the service's rate limits (real)
  --scene <name>      ${Object.keys(SCENES).join(', ')} (demo)
`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8443' },
			'storage-port': { type: 'string', default: '8444' },
			speed: { type: 'string', default: '1' },
			limits: { type: 'string', default: 'real' },
			scene: { type: 'string', default: 'demo' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return void process.stdout.write(HELP);
	const speed = Number(values.speed);
	const load = SCENES[values.scene];
	if (!(speed > 0) || !load || !['real', 'none'].includes(values.limits)) throw new Error(`wrong flag\n\n${HELP}`);

	const startedAt = Date.now();
	const emulator = await startEmulator({
		port: Number(values.port),
		storagePort: Number(values['storage-port']),
		clock: { now: () => startedAt + (Date.now() - startedAt) * speed },
		life: { pendingMs: 3000, runMs: 5000, settleMs: 1000 },
		limits: values.limits === 'none' ? 'none' : 'real',
	});
	load(emulator);
	const line = ([name, value]: string[]) => `  ${name.padEnd(22)}${value}`;
	const lines = [
		'Microsoft Defender emulator',
		'',
		line(['API and login', emulator.apiUrl]),
		line(['Storage', emulator.storageUrl]),
		line(['Control', `${emulator.apiUrl}/_emulator`]),
		'',
		'Fields of the n8n credential "Microsoft Defender OAuth2 API"',
		'',
		...Object.entries(emulator.credentialData()).map(line),
		'',
		`Devices of the scene ${values.scene}`,
		'',
		...emulator.machines().map(({ id, computerDnsName }) => `  ${id}  ${computerDnsName}`),
		'',
		'Ctrl-C stops it.',
		'',
	];
	process.stdout.write(lines.join('\n'));

	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			void emulator.close();
		});
	}
}

main().catch((error: NodeJS.ErrnoException) => {
	const taken = error.code === 'EADDRINUSE' ? 'Choose other ports: npm run emulator -- --port 9443 --storage-port 9444\n' : '';
	process.stderr.write(`${error.message}\n${taken}`);
	process.exitCode = 1;
});
