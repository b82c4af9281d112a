import type { InternalAxiosRequestConfig } from 'axios';
import { AxiosError, AxiosHeaders } from 'axios';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { newCallStats } from '../../../nodes/DefenderLiveResponse/service/callStats';
import { CLOUDS } from '../../../nodes/DefenderLiveResponse/service/clouds';
import { SERVICE_LIMITS } from '../../../nodes/DefenderLiveResponse/service/pacing';
import { Secrets } from '../../../nodes/DefenderLiveResponse/service/secrets';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import type { Session } from '../../../nodes/DefenderLiveResponse/service/session';
import { FakeClock } from './fakeClock';

/** Parts that are distinguished, since a secret that is only half there is one too. */
export const TOKEN = ['eyJ0eXAiOiJKV1QifQ', 'SECRETTOKEN', 'c2ln'].join('.');
export const CLIENT_SECRET = 'CLIENTSECRET~8Q';
export const SIGNATURE = 'SECRETSIGNATURE%2B%3D';

/** The request of an axios error, with all that must not get out of it. */
export function requestConfig(url = `https://api.security.microsoft.com/api/machineactions?sig=${SIGNATURE}`): InternalAxiosRequestConfig {
	return {
		url,
		headers: new AxiosHeaders({ Authorization: `Bearer ${TOKEN}` }),
		data: `client_id=x&client_secret=${CLIENT_SECRET}`,
	};
}

/** What axios throws for an answer with an error status. */
export function refused(
	status: number,
	error: Record<string, unknown> | string = {},
	headers: Record<string, string> = {},
	config = requestConfig(),
): AxiosError {
	const data = typeof error === 'string' ? error : { error };
	const response = { status, statusText: '', data, headers: new AxiosHeaders(headers), config, request: { url: config.url } };
	const code = status >= 500 ? AxiosError.ERR_BAD_RESPONSE : AxiosError.ERR_BAD_REQUEST;
	return new AxiosError(`Request failed with status code ${status}`, code, config, response.request, response);
}

/** The system call that Node.js names with a code. Timeouts of axios have none. */
const SYSCALLS: Record<string, string> = {
	ECONNREFUSED: 'connect',
	EHOSTUNREACH: 'connect',
	ENETUNREACH: 'connect',
	EADDRNOTAVAIL: 'connect',
	ENOTFOUND: 'getaddrinfo',
	EAI_AGAIN: 'getaddrinfo',
	ECONNRESET: 'read',
	EPIPE: 'write',
};

/** What axios throws when no answer came. */
export function disconnected(code: string, config = requestConfig(), syscall: string | undefined = SYSCALLS[code]): AxiosError {
	const message = syscall ? `${syscall} ${code} 10.0.0.1:443` : 'timeout of 60000ms exceeded';
	const error = new AxiosError(message, code, config, { headers: { authorization: TOKEN } });
	if (syscall) error.cause = Object.assign(new Error(message), { code, syscall });
	return error;
}

/** A call as it reached the fake service. */
export interface Call {
	/** When, in ms of the clock. */
	at: number;
	method: string;
	url: string;
	/** Path and query below `/api`, decoded. */
	path: string;
	body: unknown;
	options: IHttpRequestOptions;
}

let sessions = 0;

/**
 * A session whose service answers with what `answer` returns as body, or throws.
 * Each has an application of its own, since pacers are shared by application.
 *
 * @param refusals whether n8n throws them or, asked to, hands them out as answers
 */
export function fakeSession(answer: (call: Call) => unknown, signal?: AbortSignal, refusals: 'thrown' | 'answered' = 'thrown') {
	const clock = new FakeClock();
	const calls: Call[] = [];
	const session: Session = {
		transport: {
			async signed(options) {
				const { url, method = 'GET', body } = options;
				const path = decodeURIComponent(url.split('.com/api')[1]);
				const call = { at: clock.now(), method, url, path, body, options };
				calls.push(call);
				try {
					const answered = answer(call) as object | '';
					return await Promise.resolve({ body: answered as object, headers: {}, statusCode: answered === '' ? 204 : 200 });
				} catch (error) {
					const response = error instanceof AxiosError ? error.response : undefined;
					if (!response || refusals === 'thrown') return await Promise.reject(error);
					const { status, headers, data } = response;
					return { body: data as object, headers: { ...headers } as Record<string, string>, statusCode: status };
				}
			},
			unsigned: async () => await Promise.reject(new Error('nothing to download here')),
			hasFresherToken: async () => await Promise.resolve(true),
			appNames: () => [],
			grantedPermissions: () => ({ kind: 'application', names: ['Alert.Read.All'] }),
		},
		cloud: CLOUDS.commercial,
		clock,
		application: `session ${sessions++}`,
		caller: {},
		resultLimits: SERVICE_LIMITS.results,
		deadline: new Deadline(clock, 24 * 60 * 60_000),
		learned: {},
		secrets: new Secrets(),
		serviceClock: {},
		stats: newCallStats(),
		delivery: { sent: 'no' },
		signal,
	};
	return { session, clock, calls, stats: session.stats };
}
