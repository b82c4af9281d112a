/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../../playground/emulator';
import { certificateAuthority, serverCertificate, startEmulator } from '../../playground/emulator';
import type { ConnectProxy } from '../../playground/n8n/connectProxy';
import { startConnectProxy } from '../../playground/n8n/connectProxy';
import { installN8n, NEWEST, VERSIONS } from '../../playground/n8n/install';
import type { CredentialEntry } from '../../playground/n8n/n8nHome';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import { endedFile, endedScript, GET_RESULT } from '../support/actions';
import { SecretSearch } from '../support/secretSearch';
import { secretsOf } from '../support/secretsOf';
import type { EndedExecution } from './endedExecution';
import { runInEditor } from './endedExecution';
import type { RealWorkflow } from './realWorkflow';
import { chain, defenderNode, END, MANUALLY } from './realWorkflow';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

const TYPE = 'microsoftDefenderOAuth2Api';
const EVIDENCE = 'evidence\n'.repeat(10_000);
const EVIDENCE_SHA256 = createHash('sha256').update(EVIDENCE).digest('hex');

/** The same host by a name, for which n8n has a setting of its own. */
const byName = (url: string) => url.replace('127.0.0.1', 'localhost');

/** Each is used for one case alone, so that n8n has no token yet. */
function credentials({ apiUrl, loginUrl, credentialData }: Emulator): CredentialEntry[] {
	const data = {
		untrusted: {},
		trusted: {},
		proxied: {},
		'guarded-login': {},
		'guarded-api': { loginBaseUrl: byName(loginUrl) },
		'guarded-storage': { loginBaseUrl: byName(loginUrl), apiBaseUrl: byName(apiUrl) },
		allowed: {},
	};
	return Object.entries(data).map(([id, fields]) => ({ id, name: id, type: TYPE, data: credentialData(fields) }));
}

describe.each(VERSIONS)('n8n %s', (version) => {
	const folder = mkdtempSync(join(tmpdir(), 'authority-'));
	const authorityFile = join(folder, 'authority.pem');
	const TRUSTING = { NODE_EXTRA_CA_CERTS: authorityFile };
	const workflows = new Map<string, RealWorkflow>();
	let home: N8nHome;
	let emulator: Emulator;
	let proxy: ConnectProxy;
	let entries: CredentialEntry[];
	let hasOwner = false;

	beforeAll(async () => {
		const authority = await certificateAuthority();
		writeFileSync(authorityFile, authority.certificate);
		emulator = await startEmulator({ limits: 'none', tls: await serverCertificate(authority) });
		proxy = await startConnectProxy();
		entries = credentials(emulator);
		const ended = { script: endedScript(emulator, { output: 'all good' }), file: endedFile(emulator, { content: EVIDENCE }) };
		for (const { id: credential } of entries) {
			for (const [what, machineActionId] of Object.entries(ended)) {
				const id = `${credential}-${what}`;
				workflows.set(id, chain(id, MANUALLY, defenderNode({ ...GET_RESULT, machineActionId }, credential), END));
			}
		}
		home = new N8nHome(await installN8n(version));
		await home.importCredentials(entries);
		await home.importWorkflows([...workflows.values()]);
	}, MAX_MS);

	afterAll(async () => {
		await home?.remove();
		await emulator?.close();
		proxy?.close();
		rmSync(folder, { recursive: true });
	});

	/** Starts n8n with settings, and stops it when it has been used. */
	async function withN8n<T>(settings: Record<string, string>, use: (server: N8nServer) => Promise<T>): Promise<T> {
		const server = await home.start(undefined, settings);
		try {
			await (hasOwner ? server.signIn() : server.setUpOwner());
			hasOwner = true;
			return await use(server);
		} finally {
			await server.stop();
		}
	}

	/** What the editor shows of a credential. */
	async function tested(server: N8nServer, credential: string): Promise<{ status: string; message: string }> {
		const { data } = await server.call('POST', '/credentials/test', { credentials: entries.find(({ id }) => id === credential) });
		return data as { status: string; message: string };
	}

	async function result(server: N8nServer, credential: string, what: 'script' | 'file'): Promise<EndedExecution> {
		return await runInEditor(server, home, workflows.get(`${credential}-${what}`)!, { name: MANUALLY.name });
	}

	async function expectToWork(server: N8nServer, credential: string): Promise<void> {
		expect(await tested(server, credential)).toMatchObject({ status: 'OK' });
		const [script, file] = [await result(server, credential, 'script'), await result(server, credential, 'file')];
		expect([script.error, file.error]).toEqual([undefined, undefined]);
		expect(script.json('Defender')).toEqual([expect.objectContaining({ outcome: 'succeeded', exit_code: 0, script_output: 'all good' })]);
		expect(file.json('Defender')).toEqual([expect.objectContaining({ outcome: 'succeeded', sha256: EVIDENCE_SHA256 })]);
	}

	it("refuses a company's certificates until their authority is configured, and says how", async () => {
		await withN8n({}, async (server) => {
			const answered = emulator.requests.length;
			expect(await tested(server, 'untrusted')).toMatchObject({ status: 'Error', message: expect.stringContaining('certificate') });
			const { error } = await result(server, 'untrusted', 'script');
			// n8n 1.x does not tell which of its requests it was.
			expect(error?.message).toMatch(/^The certificate that (Microsoft Entra|Defender) was reached with is not trusted$/);
			expect(error?.description).toMatch(/NODE_EXTRA_CA_CERTS\. \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/);
			expect(emulator.requests).toHaveLength(answered);
		});
	});

	it('works with the configured authority', async () => {
		await withN8n(TRUSTING, async (server) => await expectToWork(server, 'trusted'));
	});

	it('makes every connection by a proxy, which sees hosts and nothing else', async () => {
		const before = emulator.requests.length;
		const settings = { ...TRUSTING, HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: 'nothing.example' };
		await withN8n(settings, async (server) => await expectToWork(server, 'proxied'));
		const made = emulator.requests.slice(before);
		expect(new Set(made.map(({ operation }) => operation))).toEqual(new Set(['token', 'action.list', 'link', 'blob']));
		for (const url of [emulator.apiUrl, emulator.storageUrl]) {
			const { host } = new URL(url);
			// n8n makes a new connection for each request.
			const count = made.filter(({ headers }) => headers.host === host).length;
			expect([url, proxy.asked.filter((asked) => asked === `CONNECT ${host}`).length]).toEqual([url, count]);
		}
		expect(proxy.asked.filter((asked) => !/^CONNECT [\w.-]+:\d+$/.test(asked))).toEqual([]);
		const search = new SecretSearch(secretsOf(emulator, { clientSecrets: [emulator.app.clientSecret], privateKeys: [] }));
		// All of it went through the proxy, encrypted.
		expect(search.in(JSON.stringify(made)).length).toBeGreaterThan(3);
		expect(search.in(proxy.seen)).toEqual([]);
	});

	// n8n 1.x has none.
	if (version !== NEWEST) return;
	describe('with its protection against requests to internal addresses', () => {
		const GUARDED = { ...TRUSTING, N8N_SSRF_PROTECTION_ENABLED: 'true' };

		it('says what was blocked, and how to allow it', async () => {
			await withN8n({ ...GUARDED, N8N_SSRF_ALLOWED_HOSTNAMES: 'localhost' }, async (server) => {
				const login = await result(server, 'guarded-login', 'script');
				expect(login.error).toEqual({
					message: 'The connection to Microsoft Entra was blocked by n8n',
					description: expect.stringContaining('N8N_SSRF_ALLOWED_HOSTNAMES'),
				});
				const api = await result(server, 'guarded-api', 'script');
				expect(api.error?.message).toBe('The connection to Defender was blocked by n8n');
				for (const what of ['script', 'file'] as const) {
					const [item] = (await result(server, 'guarded-storage', what)).json('Defender');
					expect(item).toMatchObject({
						outcome: 'unreadable',
						errors: [expect.stringMatching(/The connection to the storage was blocked by n8n\. .*N8N_SSRF_ALLOWED_HOSTNAMES/)],
					});
				}
			});
		});

		it('works when the addresses are allowed', async () => {
			await withN8n({ ...GUARDED, N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.0/8' }, async (server) => await expectToWork(server, 'allowed'));
		});
	});
});
