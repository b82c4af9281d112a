/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { setTimeout as wait } from 'node:timers/promises';

/** Who signs in to n8n. */
export interface Account {
	email: string;
	password: string;
}

/** The account that a new n8n is given; made up, and good for this machine only. */
export const OWNER = { email: 'owner@contoso.example', firstName: 'Olga', lastName: 'Owner', password: 'Playground4711' };

/** An n8n that answers somewhere, used as its editor uses it. */
export class N8nEditor {
	private cookie = '';

	/** @param url without a slash at the end */
	constructor(readonly url: string) {}

	/** Calls what the editor calls, below `/rest`; gives status and the answer's `data`. */
	async call(method: string, path: string, body?: unknown): Promise<{ status: number; data: unknown; text: string }> {
		const ask = async () =>
			await fetch(`${this.url}/rest${path}`, {
				method,
				headers: { 'content-type': 'application/json', 'browser-id': 'playground', cookie: this.cookie },
				body: body === undefined ? undefined : JSON.stringify(body),
			});
		const answer = await ask().catch(async (error: unknown) => {
			// n8n may close a connection that was kept open in the very moment in which it is used again.
			if (method !== 'GET') throw error;
			return await ask();
		});
		const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('n8n-auth='));
		if (session) this.cookie = session.split(';')[0];
		const text = await answer.text();
		const isJson = answer.headers.get('content-type')?.includes('json');
		return { status: answer.status, text, data: isJson ? ((JSON.parse(text) as { data?: unknown }).data ?? undefined) : undefined };
	}

	/** A file that the editor loads, such as `/types/nodes.json`. */
	async load(path: string): Promise<unknown> {
		const answer = await fetch(`${this.url}${path}`, { headers: { cookie: this.cookie } });
		if (!answer.ok) throw new Error(`${path} was not loaded: ${answer.status}`);
		return await answer.json();
	}

	/** Calls what may not be there yet: n8n is ready before all of its routes are. */
	private async callOnceThere(path: string, body: unknown, what: string): Promise<void> {
		for (let i = 0; i < 100; i++) {
			const { status, text } = await this.call('POST', path, body);
			if (status === 200) return;
			if (status !== 404 && status !== 503) throw new Error(`${what}: ${status} ${text}`);
			await wait(200);
		}
		throw new Error(what);
	}

	/** Makes the owner's account, which signs in at once. */
	async setUpOwner(): Promise<void> {
		await this.callOnceThere('/owner/setup', OWNER, 'The owner was not set up');
	}

	/** Switches a workflow on. */
	async activate(workflowId: string): Promise<{ status: number; text: string }> {
		const { data } = await this.call('GET', `/workflows/${workflowId}`);
		const { versionId } = data as { versionId: string };
		return await this.call('POST', `/workflows/${workflowId}/activate`, { versionId, name: '', description: '' });
	}

	/** Signs in to an account that is there, e.g. after a restart. */
	async signIn({ email, password }: Account = OWNER): Promise<void> {
		// The name of the first field differs between n8n 1.x and 2.x.
		await this.callOnceThere('/login', { emailOrLdapLoginId: email, email, password }, 'The owner could not sign in');
	}
}
