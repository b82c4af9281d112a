/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of every shape */
import { startEmulator, type Emulator, type EmulatorOptions, type EmulatorTenant } from '../../../playground/emulator';

/** A clock that stands still until a test moves it. */
export class FakeClock {
	private ms = Date.parse('2026-01-13T09:00:00Z');
	now(): number {
		return this.ms;
	}
	advance(ms: number): void {
		this.ms += ms;
	}
}

export async function startWithClock(options: EmulatorOptions = {}): Promise<{ emulator: Emulator; clock: FakeClock }> {
	const clock = new FakeClock();
	return { clock, emulator: await startEmulator({ clock, limits: 'none', ...options }) };
}

export const SCOPE = 'https://api.securitycenter.microsoft.com/.default';

export async function requestToken(
	emulator: Emulator,
	form: Record<string, string> = {},
	tenant = emulator.app.tenantId,
	headers: Record<string, string> = {},
) {
	const body = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: emulator.app.clientId,
		client_secret: emulator.app.clientSecret,
		scope: SCOPE,
		...form,
	});
	for (const [name, value] of [...body]) if (value === '') body.delete(name);
	const response = await fetch(`${emulator.loginUrl}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body, headers });
	return { status: response.status, body: (await response.json()) as Record<string, any> };
}

/** Calls the API as the app of a tenant, with a token that is fetched once. */
export function apiClient(emulator: Emulator, { app }: EmulatorTenant = emulator) {
	let token: string | undefined;
	return async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
		token ??= (await requestToken(emulator, { client_id: app.clientId, client_secret: app.clientSecret }, app.tenantId)).body
			.access_token as string;
		const response = await fetch(`${emulator.apiUrl}/api${path}`, {
			method,
			headers: { Authorization: `Bearer ${token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as any };
	};
}

export const runScript = (ScriptName: string, args?: string) => ({
	type: 'RunScript',
	params: [{ key: 'ScriptName', value: ScriptName }, ...(args === undefined ? [] : [{ key: 'Args', value: args }])],
});
export const getFile = (path: string) => ({ type: 'GetFile', params: [{ key: 'Path', value: path }] });
