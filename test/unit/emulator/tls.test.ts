/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { certificateAuthority, serverCertificate, startEmulator, type Certificate, type Emulator } from '../../../playground/emulator';
import { SCOPE } from './client';

let authority: Certificate;
let emulator: Emulator;
beforeAll(async () => {
	authority = await certificateAuthority();
	emulator = await startEmulator({ limits: 'none', tls: await serverCertificate(authority) });
});
afterAll(() => emulator.close());

/** As a client that trusts the given authority. */
async function ask(url: string, ca: string | undefined, { method = 'GET', headers = {}, body = '' } = {}) {
	const asked = request(url, { method, headers, ca, agent: false }).end(body);
	const [response] = (await once(asked, 'response')) as [IncomingMessage];
	return { status: response.statusCode, body: await text(response) };
}

test('everything is https, from the token to the result', async () => {
	emulator.addDevice({ computerDnsName: 'ws-01' });
	const { id } = emulator.addAction({ commands: [{ type: 'GetFile', name: 'C:\\a.txt', file: { content: 'text', container: 'raw' } }] });
	const { apiUrl, loginUrl, storageUrl, app } = emulator;
	for (const url of [
		apiUrl,
		loginUrl,
		storageUrl,
		...Object.values(emulator.credentialData()).filter((value) => value.includes('127.0.0.1:')),
	]) {
		expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
	}
	const form = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: app.clientId,
		client_secret: app.clientSecret,
		scope: SCOPE,
	});
	const token = await ask(`${loginUrl}/${app.tenantId}/oauth2/v2.0/token`, authority.certificate, {
		method: 'POST',
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
		body: String(form),
	});
	const { access_token: bearer } = JSON.parse(token.body) as { access_token: string };
	const link = await ask(`${apiUrl}/api/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`, authority.certificate, {
		headers: { Authorization: `Bearer ${bearer}` },
	});
	const { value } = JSON.parse(link.body) as { value: string };
	expect(value.startsWith(storageUrl)).toBe(true);
	expect(await ask(value, authority.certificate)).toEqual({ status: 200, body: 'text' });
	expect((await ask(value.replace('127.0.0.1', 'localhost'), authority.certificate)).status).toBe(200);
});

test('further names are in the certificate that asks for them, and in no other', async () => {
	const named = await startEmulator({
		tls: await serverCertificate(authority, ['api.security.microsoft.com', '*.blob.core.windows.net', '127.0.0.9']),
	});
	const { port } = new URL(named.apiUrl);
	/** The name that a client checks, wherever the connection leads. */
	const as = async (servername: string, to = port) => {
		const asked = request({ host: '127.0.0.1', port: to, servername, ca: authority.certificate, agent: false }).end();
		await once(asked, 'response');
	};
	try {
		await Promise.all(['api.security.microsoft.com', 'a.blob.core.windows.net', 'localhost'].map((name) => as(name)));
		await expect(as('login.microsoftonline.com')).rejects.toThrow(/altnames/);
		await expect(as('api.security.microsoft.com', new URL(emulator.apiUrl).port)).rejects.toThrow(/altnames/);
	} finally {
		await named.close();
	}
});

test.each([
	['no authority', async () => undefined],
	['another one', async () => (await certificateAuthority()).certificate],
])('a client that trusts %s does not talk to it', async (_, authorityOf) => {
	await expect(ask(emulator.apiUrl, await authorityOf())).rejects.toThrow(/certificate/);
});
