import { endedScript, GET_RESULT } from '../../support/actions';
import type { Bench, HostileCase } from './bench';
import { each, handOut, itemOf, refusalOf } from './bench';

const TENANT = '0e8c1f5a-3d52-4b8e-9a61-7c4d2f90b1e3';

/** The node, and n8n for itself, must refuse the credential without a single connection. */
async function refused(bench: Bench, fields: Record<string, string>, name: string): Promise<void> {
	bench.credential(fields);
	const { name: kind, message } = refusalOf(await bench.runNode(GET_RESULT, { items: [{ id: endedScript(bench.emulator) }] }));
	expect([kind, message]).toEqual(['NodeOperationError', `The credential's ${name} cannot be used`]);
	expect([bench.emulator.requests.length, bench.traps.connections()]).toEqual([0, 0]);
}

/** Addresses that are none of an API or a login; `P` means the trap's port. */
const ADDRESSES: Array<[string, string]> = [
	['user info', 'http://user:pass@127.0.0.1:P'],
	['this machine as user', 'http://127.0.0.1@evil.example'],
	['a query', 'http://127.0.0.1:P/?x='],
	['a fragment', 'http://127.0.0.1:P/#'],
	['a backslash', 'http://127.0.0.1:P\\evil'],
	['a line break', 'http://127.0.0.1:P/\r\nx'],
	['http to another machine', 'http://169.254.169.254'],
	['http to a name like this machine', 'http://127.0.0.1.evil.example'],
	['http to this machine with a trailing dot', 'http://localhost.:P'],
	['this machine in hex', 'http://0x7f.1:P'],
	['this machine as a number', 'http://2130706433:P'],
	['the scheme ftp', 'ftp://127.0.0.1:P'],
	['the scheme javascript', 'javascript:alert(1)'],
	['an encoded at', 'https://127.0.0.1%40evil.example'],
	['a letter beyond ASCII', 'https://\u0430pi.example.com'],
];

export const tenantCases: HostileCase[] = each(
	[
		['a way up', '../x'],
		['a path', 'contoso.com/x'],
		['a path behind a GUID', `${TENANT}/../x`],
		['a query', 'contoso.com?x=y'],
		['a fragment', 'contoso.com#x'],
		['an at', 'contoso.com@evil.example'],
		['an encoded slash', 'contoso.com%2fx'],
		['a backslash', 'contoso.com\\x'],
		['a line break', 'contoso.com\r\nx'],
		['a port to download from', 'contoso.com:8080'],
		['a whole address', 'https://evil.example'],
		['the name of all tenants', 'common'],
		['the name of all organizations', 'organizations'],
		['letters beyond ASCII', 'c\u043entoso.com'],
		['dots', '..'],
		['100 kB', 'a'.repeat(100_000)],
	],
	async (bench, tenantId) => await refused(bench, { tenantId }, 'Tenant ID'),
);

export const hostCases: HostileCase[] = [
	...each(ADDRESSES, async (bench, address) => {
		const url = address.replace(':P', `:${bench.traps.port}`);
		await refused(bench, { apiBaseUrl: url }, 'API Base URL');
	}),
	...each(
		ADDRESSES.map(([tries, address]): [string, string] => [`${tries}, for the login`, address]),
		async (bench, address) => {
			await refused(bench, { loginBaseUrl: address.replace(':P', `:${bench.traps.port}`) }, 'Login Base URL');
		},
	),
	...each(
		[
			['a wildcard to download from', '*'],
			['a wildcard before a name to download from', '*.example.com'],
			['an address to download from', 'https://127.0.0.1'],
			['a port', '127.0.0.1:P'],
			['a path to download from', '127.0.0.1/x'],
			['user info to download from', 'x@127.0.0.1'],
			['a top level alone to download from', '.com'],
			['letters beyond ASCII to download from', '.bl\u043eb.core.windows.net'],
		],
		async (bench, downloadHosts) =>
			await refused(bench, { downloadHosts: downloadHosts.replace(':P', `:${bench.traps.port}`) }, 'Download Hosts'),
	),
	...each(
		[
			['nothing to download from', ''],
			['a dot to download from', '.'],
			['commas to download from', ',,'],
		],
		async (bench, downloadHosts) => {
			bench.credential({ downloadHosts });
			handOut(bench, `http://127.0.0.1:${bench.traps.port}/x?sig=SECRETSIG`);
			expect(await itemOf(bench)).toMatchObject({ outcome: 'unreadable', errors: [expect.stringContaining('not followed')] });
		},
	),
	...each(
		[
			['another field in the audience', 'https://api.securitycenter.microsoft.com&client_id=evil'],
			['line breaks in the audience', 'https://a.example\r\nHost: evil'],
			['another field in the client ID', undefined],
		],
		async (bench, audience) => {
			const clientId = audience === undefined ? 'x&grant_type=password' : bench.emulator.app.clientId;
			bench.credential({ clientId, ...(audience !== undefined && { audience }) });
			refusalOf(await bench.runNode(GET_RESULT, { items: [{ id: endedScript(bench.emulator) }] }));
			const [token] = bench.requestsOf('token');
			const form = [...new URLSearchParams(token.body)];
			expect(form).toEqual(
				expect.arrayContaining([
					['client_id', clientId],
					['grant_type', 'client_credentials'],
				]),
			);
			expect(form).toHaveLength(4);
			expect(bench.requestsOf('action.list')).toEqual([]);
		},
	),
];
