/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { parseArgs } from 'node:util';
import { CLOUD_NAMES, REGIONS, type CloudOptions } from './clouds';
import { CouldNotRun } from './notAsked';

export interface Options extends CloudOptions {
	tenant?: string;
	clientId?: string;
	certificate?: string;
	privateKey?: string;
	run: boolean;
	device?: string;
	out: string;
	writePage: boolean;
	help: boolean;
}

export const SECRET_VARIABLE = 'DEFENDER_CLIENT_SECRET';
export const PASSPHRASE_VARIABLE = 'DEFENDER_KEY_PASSPHRASE';

export const HELP = `Asks a tenant what Microsoft's documentation leaves open, and says claim by claim whether emulator and node are right.

  npm run tenant:check -- [options]

Reads only, 60 calls and ten minutes at most, unless --run is given.

  --tenant <id>           tenant: GUID or verified domain           (DEFENDER_TENANT_ID, else asked for)
  --client-id <id>        the app registration's client ID          (DEFENDER_CLIENT_ID, else asked for)
  --certificate <file>    PEM file with certificate and private key, instead of a client secret
  --private-key <file>    the key, where it is in a file of its own
  --cloud <name>          ${CLOUD_NAMES.join(', ')} (commercial)
  --region <name>         ${REGIONS.join(', ')} (commercial only; global)
  --api-base-url <url>    \\
  --login-base-url <url>   } custom cloud, such as the emulator
  --audience <name>       /
  --download-hosts <list> more hosts that result links may name, separated by commas
  --run --device <name>   also runs a script of its own on this device, after a question: about 25 minutes
  --out <folder>          where the report is written (.)
  --help

The client secret comes from a prompt or from ${SECRET_VARIABLE}, the passphrase of a key from a prompt or from
${PASSPHRASE_VARIABLE}: never from an argument, which the list of processes and the shell's history keep.

Exit code: 0 all claims that were asked hold, 1 some differ, 2 it could not run.
`;

const SECRET_OPTION = /^--?(?:client-?)?(?:secret|password|token|access-?token|passphrase)\b/i;

/** @throws CouldNotRun where an argument is unknown, or would hold a secret. Its value is not repeated */
export function readOptions(argv: string[]): Options {
	if (argv.some((argument) => SECRET_OPTION.test(argument))) {
		throw new CouldNotRun(
			'A secret was given as an argument',
			`Leave it out and enter it when asked, or set ${SECRET_VARIABLE}. Shells keep what was typed: make a new secret if this machine is shared.`,
		);
	}
	const text = { type: 'string' } as const;
	const flag = { type: 'boolean', default: false } as const;
	let values;
	try {
		({ values } = parseArgs({
			args: argv,
			options: {
				tenant: text,
				'client-id': text,
				certificate: text,
				'private-key': text,
				cloud: text,
				region: text,
				'api-base-url': text,
				'login-base-url': text,
				audience: text,
				'download-hosts': text,
				run: flag,
				device: text,
				out: text,
				'write-page': flag,
				help: flag,
			},
		}));
	} catch (error) {
		const option = /'(--?[a-z-]{1,30})/.exec(String((error as Error).message))?.[1];
		throw new CouldNotRun(
			option ? `${option} is unknown, or has no value` : 'An argument is unknown',
			'npm run tenant:check -- --help lists what there is.',
		);
	}
	if (values.run && !values.device)
		throw new CouldNotRun('--run needs --device', 'Name the device that the script may run on: --run --device NAME.');
	if (values.device && !values.run) throw new CouldNotRun('--device is for --run', 'Add --run, or leave it out.');
	if (values['private-key'] && !values.certificate)
		throw new CouldNotRun('--private-key needs --certificate', 'Name the file of the certificate too.');
	return {
		tenant: values.tenant,
		clientId: values['client-id'],
		certificate: values.certificate,
		privateKey: values['private-key'],
		cloud: values.cloud,
		region: values.region,
		apiBaseUrl: values['api-base-url'],
		loginBaseUrl: values['login-base-url'],
		audience: values.audience,
		downloadHosts: values['download-hosts'],
		run: values.run,
		device: values.device,
		out: values.out ?? '.',
		writePage: values['write-page'],
		help: values.help,
	};
}
