import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { errorItem, toNodeError } from '../../../nodes/DefenderLiveResponse/host/nodeError';
import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import type { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { DefenderError as ErrorClass, describeFailure } from '../../../nodes/DefenderLiveResponse/service/errors';
import type { Failure } from '../../../nodes/DefenderLiveResponse/service/failure';
import { readRefusal } from '../../../nodes/DefenderLiveResponse/service/failure';
import { findMachineByName } from '../../../nodes/DefenderLiveResponse/service/machines';
import { fakeSession, refused, TOKEN } from './fakeSession';

const NODE = { id: '1', name: 'Defender', type: 'defenderLiveResponse', typeVersion: 1, position: [0, 0], parameters: {} } as INode;
const CONTEXT = { getNode: () => NODE } as unknown as IExecuteFunctions;
const KINDS = Object.values(CALLS);

const refusal = (status: number, code?: string, message?: string): Failure => ({
	kind: 'refused',
	status,
	code,
	message,
	requestId: 'd1b2-corr',
});
const signIn = (message: string): Failure => ({ kind: 'signIn', message });

const FAILURES: Array<[string, Failure]> = [
	...[400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 302].map((status): [string, Failure] => [
		String(status),
		refusal(status),
	]),
	...['BadRequest', 'InvalidRequestBody', 'ActiveRequestAlreadyExists', 'OsPlatformNotSupported', 'ClientVersionNotSupported'].map(
		(code): [string, Failure] => [code, refusal(400, code)],
	),
	...['Forbidden', 'DisabledFeature', 'DisallowedOperation'].map((code): [string, Failure] => [code, refusal(403, code)]),
	...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPERM', 'UNKNOWN', 'SSRF_BLOCKED', 'CERT_HAS_EXPIRED'].map(
		(code): [string, Failure] => [code, { kind: 'network', code }],
	),
	...['7000215', '7000222', '700016', '90002', '700027', '500011', '999'].map((code): [string, Failure] => [
		`AADSTS${code}`,
		signIn(`AADSTS${code}: words of Entra.\r\nTrace ID: x`),
	]),
	['no credential', signIn('OAuth credentials not connected')],
];
/** What the token of an application allows. */
const app = (...names: string[]) => ({ kind: 'application' as const, names });

/** What users of every call, whose token has any of these permissions, read. */
function textsOf(failure: Failure): DefenderError[] {
	return KINDS.flatMap((kind) =>
		[undefined, app(), app('Alert.Read.All'), app(...kind.applicationRoles)].map((granted) => describeFailure(kind, failure, granted)),
	);
}

describe.each(FAILURES)('%s', (_, failure) => {
	it("says what happened and what to do, in n8n's words", () => {
		for (const error of textsOf(failure)) {
			expect(error.message).toMatch(/^[A-Z][^.]{9,}$/);
			expect(error.description).toMatch(/^[A-Z].{9,}/);
			// n8n's guideline for texts of nodes.
			expect(`${error.message} ${error.description}`).not.toMatch(/\b(error|problem|failure|mistake)/i);
			expect(`${error.message} ${error.description}`).not.toMatch(/undefined|\[object|null/);
		}
	});

	it('reaches the user unchanged', () => {
		for (const error of textsOf(failure)) {
			const { message, description, status } = error;
			const httpCode = status === undefined ? undefined : String(status);
			const shown = toNodeError(NODE, error, 3);
			expect(shown).toBeInstanceOf(NodeApiError);
			expect(shown.context.itemIndex).toBe(3);
			const plain = new NodeApiError(NODE, { message }, { message, description, httpCode });
			for (const each of [shown, plain]) expect([each.message, each.description]).toEqual([message, description]);
		}
	});
});

it.each([
	[signIn('AADSTS7000215: wrong'), '401'],
	[{ ...signIn('Failed to acquire OAuth2 access token'), code: 'SSRF_BLOCKED' } as Failure, null],
	[{ ...signIn('Failed to acquire OAuth2 access token'), code: 'CERT_HAS_EXPIRED' } as Failure, null],
])('points to the credential only where it is to blame (%j)', (failure, httpCode) => {
	expect((toNodeError(NODE, describeFailure(CALLS.run, failure)) as NodeApiError).httpCode).toBe(httpCode);
});

it.each([
	['words', 'x.'.repeat(500_000)],
	['tokens', 'eyJ-'.repeat(250_000)],
])('quotes no more than the start of a million %s', (_, message) => {
	const { description } = describeFailure(CALLS.run, readRefusal(400, {}, { error: { code: 'x'.repeat(500), message } }));
	expect(description.length).toBeLessThan(3_000);
});

it('quotes the service: its words, its code, and what its support asks for', () => {
	const error = describeFailure(CALLS.run, refusal(400, 'InvalidInput', 'invalid input x'));
	for (const part of ['invalid input x', 'InvalidInput', 'd1b2-corr']) expect(error.description).toContain(part);
	expect([error.status, error.code]).toEqual([400, 'InvalidInput']);
	expect(describeFailure(CALLS.run, signIn('AADSTS7000215: wrong.\r\nTrace ID: x')).description).toContain('AADSTS7000215: wrong.');
});

describe('a missing permission', () => {
	it.each(KINDS)('$purpose: names what is needed and what the token has', (kind) => {
		const { description } = describeFailure(kind, refusal(403, 'Forbidden'), app('Alert.Read.All', 'User.Read.All'));
		for (const role of [...kind.applicationRoles, ...kind.delegatedScopes, 'Alert.Read.All', 'User.Read.All'])
			expect(description).toContain(role);
	});

	// The usual pitfall: an application that may run scripts and not read what they said. A signed-in user may do both
	// with this one permission, an application may not.
	it('is right for an application that may only run', () => {
		const { message, description } = describeFailure(CALLS.resultLink, refusal(403, 'Forbidden'), app('Machine.LiveResponse'));
		expect(message).toContain('a permission is missing');
		expect(description).toContain('Machine.ReadWrite.All');
	});

	it('covers a token without permissions, and one that does not show them', () => {
		expect(describeFailure(CALLS.run, refusal(403), app()).description).toContain('none');
		expect(describeFailure(CALLS.run, refusal(403), undefined).description).not.toContain('The token has');
	});

	it('is not said about a token that has it', () => {
		expect(describeFailure(CALLS.run, refusal(403), app('Machine.LiveResponse')).message).not.toContain('missing');
		const user = { kind: 'delegated' as const, names: ['Machine.LiveResponse'] };
		expect(describeFailure(CALLS.resultLink, refusal(403), user).message).not.toContain('missing');
	});

	it('is not the reason where the service names another', () => {
		expect(describeFailure(CALLS.run, refusal(403, 'DisabledFeature'), app()).message).toContain('switched off');
	});
});

describe('names that look like system codes', () => {
	it.each(['EPERM-01', 'ENOENT', 'ETIMEDOUT-host', 'eacces'])('%s stays in its message', async (name) => {
		const { session } = fakeSession(() => ({ value: [] }));
		const error = await findMachineByName(session, name).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(ErrorClass);
		const { message, description } = error as DefenderError;
		expect(message).toContain(name);
		const shown = toNodeError(NODE, error, 0);
		expect([shown.message, shown.description]).toEqual([message, description]);
		expect(shown).toBeInstanceOf(NodeOperationError);
	});

	it('and stay there where the service refused', () => {
		const error = new ErrorClass('The script "EPERM.ps1" is not there', 'Upload ENOENT.', { failure: refusal(404) });
		const shown = toNodeError(NODE, error, 0);
		expect([shown.message, shown.description]).toEqual([error.message, error.description]);
	});
});

it('becomes an item that says the same, paired with its input', () => {
	const error = describeFailure(CALLS.run, refusal(400, 'ActiveRequestAlreadyExists', 'busy'));
	expect(errorItem(CONTEXT, error, 4)).toEqual({
		json: {
			computerDnsName: null,
			outcome: 'refused',
			error: error.message,
			details: {
				description: error.description,
				code: 'deviceBusy',
				httpCode: '400',
				sent: 'no',
				serviceCode: 'ActiveRequestAlreadyExists',
			},
		},
		pairedItem: { item: 4 },
	});
	expect(errorItem(CONTEXT, new Error('else'), 0).json).toMatchObject({ error: 'else', details: { code: 'service' } });
	const found = new ErrorClass('No device named "x" was found', 'Check the name.');
	expect(errorItem(CONTEXT, found, 0).json).toMatchObject({
		error: found.message,
		details: { description: 'Check the name.', code: 'service' },
	});
});

it('keeps the token out of what n8n stores', async () => {
	const { session } = fakeSession(() => {
		throw refused(403, { code: 'Forbidden', message: 'Missing application roles.' });
	});
	const error = await findMachineByName(session, 'ws-01').catch((reason: unknown) => reason);
	const shown = toNodeError(NODE, error, 0);
	const kept = JSON.stringify([shown, errorItem(CONTEXT, error, 0), Object.entries(shown), shown.stack, shown.cause]);
	expect(kept).toContain('Missing application roles.');
	expect(kept).toContain('Machine.Read.All');
	expect(kept).toContain('Alert.Read.All');
	for (const secret of [TOKEN, 'SECRETTOKEN', 'Bearer', 'sig=']) expect(kept).not.toContain(secret);
});
