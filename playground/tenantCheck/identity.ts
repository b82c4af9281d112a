/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { readFileSync } from 'node:fs';
import { isEncrypted, readCertificate } from './certificate';
import { CouldNotRun } from './notAsked';
import { PASSPHRASE_VARIABLE, SECRET_VARIABLE, type Options } from './options';
import type { Identity, Proof } from './signIn';
import type { Terminal } from './terminal';

const TENANT = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63})$/i;
const CLIENT_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Who signs in: from the options, the environment and, for what is missing, from questions. @throws CouldNotRun */
export async function readIdentity(options: Options, env: NodeJS.ProcessEnv, terminal: Terminal): Promise<Identity> {
	const given = async (value: string | undefined, question: string, missing: string) => {
		const text = (value || (await terminal.ask(question)))?.trim();
		if (!text) throw new CouldNotRun(`${missing} is missing`, 'npm run tenant:check -- --help says where it comes from.');
		return text;
	};
	const tenantId = await given(options.tenant ?? env.DEFENDER_TENANT_ID, 'Tenant (GUID or domain): ', 'The tenant');
	if (!TENANT.test(tenantId))
		throw new CouldNotRun('The tenant is not valid', "Use the tenant's GUID, or one of its verified domains such as contoso.com.");
	const clientId = await given(options.clientId ?? env.DEFENDER_CLIENT_ID, 'Client ID of the app registration: ', 'The client ID');
	if (!CLIENT_ID.test(clientId))
		throw new CouldNotRun('The client ID is not valid', 'Use the Application (client) ID of the app registration, a GUID.');
	return {
		tenantId,
		clientId,
		proof: options.certificate === undefined ? await secret(env, terminal) : await certificate(options, env, terminal),
	};
}

async function secret(env: NodeJS.ProcessEnv, terminal: Terminal): Promise<Proof> {
	const value = env[SECRET_VARIABLE] || (await terminal.ask('Client secret (not shown): ', true))?.trim();
	if (!value) throw new CouldNotRun('The client secret is missing', `Enter it when asked, set ${SECRET_VARIABLE}, or use --certificate.`);
	return { kind: 'secret', secret: value };
}

async function certificate(options: Options, env: NodeJS.ProcessEnv, terminal: Terminal): Promise<Proof> {
	const pem = readFile(options.certificate!, '--certificate');
	const keyPem = options.privateKey === undefined ? pem : readFile(options.privateKey, '--private-key');
	const passphrase = isEncrypted(keyPem)
		? (env[PASSPHRASE_VARIABLE] ?? (await terminal.ask('Passphrase of the private key (not shown): ', true)))
		: undefined;
	return { kind: 'certificate', key: readCertificate(pem, keyPem, passphrase) };
}

function readFile(path: string, option: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw new CouldNotRun(
			`The file of ${option} could not be read (${(error as NodeJS.ErrnoException).code ?? 'UNKNOWN'})`,
			'Check the path.',
		);
	}
}
