import type { Answer } from './calls';
import { mayFollow } from './clouds';
import { CouldNotRun, NotAsked, Stopped } from './notAsked';
import type { ApiOptions } from './api';
import type { Asker, Observation } from './observation';
import type { Sensitive } from './sensitive';
import { NoAnswer } from './wire';

export interface AskerInput
	extends Pick<Asker, 'cloud' | 'clientId' | 'tenantId' | 'token' | 'calls' | 'now' | 'tell' | 'own' | 'tokenFor'> {
	sensitive: Sensitive;
}

/** Asks the tenant: remembers what was seen, and turns a missing answer into the reason why a claim was not asked. */
export function createAsker({ sensitive, ...input }: AskerInput): Asker {
	const seen = new Map<Observation<unknown>, Promise<unknown>>();
	const asker: Asker = {
		...input,
		async see<T>(observation: Observation<T>): Promise<T> {
			let made = seen.get(observation) as Promise<T> | undefined;
			if (!made) {
				if (observation.acts && !asker.own) made = Promise.reject(new NotAsked('only asked with --run'));
				else made = observation.make(asker).catch(reason);
				seen.set(observation, made);
			}
			return await made;
		},
		keepSecret: (text) => sensitive.addSecret(text),
		api: async (method, path, what, options = {}) => await api(input, method, path, what, options),
		async storage(link, what, headers = {}) {
			sensitive.addSecret(link);
			sensitive.addSecret(/[?&]sig=([^&]*)/.exec(link)?.[1]);
			if (!mayFollow(link, input.cloud)) throw new NotAsked('the result link names a host that is not expected: see link.host');
			return await input.calls.make({ method: 'GET', url: link, headers, what, repeatable: true });
		},
	};
	return asker;
}

async function api(
	{ calls, cloud, token }: Pick<AskerInput, 'calls' | 'cloud' | 'token'>,
	method: string,
	path: string,
	what: string,
	options: ApiOptions,
): Promise<Answer> {
	const { body, form, signed = true, poll } = options;
	const headers = {
		Accept: 'application/json',
		...(signed && { Authorization: `Bearer ${options.token ?? token.text}` }),
		...(body !== undefined && { 'Content-Type': 'application/json' }),
		...(form && { 'Content-Type': form.contentType }),
	};
	const content = form?.body ?? (body === undefined ? undefined : JSON.stringify(body));
	return await calls.make({ method, url: `${cloud.api}/api${path}`, headers, body: content, what, repeatable: method === 'GET', poll });
}

function reason(error: unknown): never {
	if (error instanceof NotAsked || error instanceof Stopped || error instanceof CouldNotRun) throw error;
	if (error instanceof NoAnswer) {
		const code = /^[A-Z_]{1,40}$/.test(error.code) ? error.code : 'UNKNOWN';
		throw new NotAsked(`no answer came (${code})`, code);
	}
	throw error;
}
