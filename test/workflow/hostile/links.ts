import { endedFile, endedScript, GET_RESULT, runScript } from '../../support/actions';
import type { HostileCase } from './bench';
import { each, handOut, itemOf, refusalOf, urlsOf } from './bench';

const REST = '/c/b?se=2030-01-01T00%3A00%3A00Z&sig=SECRETSIG';
const BLOB = 'a.blob.core.windows.net';

/** Links by what is wrong with them; `P` means the trap's port. */
const LINKS: Array<[string, string]> = [
	['another host', `https://evil.example${REST}`],
	['no address', 'SECRETSIG'],
	['this machine by its address', `http://127.0.0.1:P${REST}`],
	['this machine over https', `https://127.0.0.1:P${REST}`],
	['this machine by name', `http://localhost:P${REST}`],
	['this machine by name, with a trailing dot', `http://localhost.:P${REST}`],
	['this machine by IPv6', `http://[::1]:P${REST}`],
	['this machine by IPv4 in IPv6', `http://[::ffff:127.0.0.1]:P${REST}`],
	['this machine by IPv4 in IPv6 in hex', `https://[::ffff:7f00:1]:P${REST}`],
	['this machine by a decimal number', `http://2130706433:P${REST}`],
	['this machine in hex', `http://0x7f.1:P${REST}`],
	['this machine in octal', `http://0177.0.0.1:P${REST}`],
	['this machine in short', `http://127.1:P${REST}`],
	['this machine as no address', `http://0.0.0.0:P${REST}`],
	['this machine in fullwidth digits', `http://１２７.0.0.1:P${REST}`],
	['metadata of the cloud', `http://169.254.169.254/metadata/instance${REST}`],
	['metadata of the cloud as a number', `https://2852039166${REST}`],
	['metadata of the cloud by IPv6', `http://[fd00:ec2::254]${REST}`],
	['the storage as user', `https://${BLOB}@127.0.0.1:P${REST}`],
	['the storage as password', `https://x:${BLOB}@127.0.0.1:P${REST}`],
	['user info before the storage', `https://127.0.0.1:P@${BLOB}${REST}`],
	['the storage behind a backslash', `https://127.0.0.1:P\\.blob.core.windows.net${REST}`],
	['the storage behind a backslash and an at', `https://127.0.0.1:P\\@${BLOB}${REST}`],
	['the storage as path', `https://127.0.0.1:P/${BLOB}${REST}`],
	['the storage as query', `http://127.0.0.1:P?${BLOB}${REST}`],
	['the storage as fragment', `http://127.0.0.1:P#${BLOB}${REST}`],
	['no scheme', `//127.0.0.1:P${REST}`],
	['a single slash', `http:/127.0.0.1:P${REST}`],
	['a single slash before the storage', `https:/${BLOB}${REST}`],
	['the scheme file', `file:///etc/passwd${REST}`],
	['the scheme ftp', `ftp://127.0.0.1:P${REST}`],
	['the scheme gopher', `gopher://127.0.0.1:P/_GET${REST}`],
	['the scheme data', `data:application/json,{"exit_code":0}${REST}`],
	['the scheme javascript', `javascript:fetch('http://127.0.0.1:P')${REST}`],
	['the scheme ws', `ws://127.0.0.1:P${REST}`],
	['the storage over http', `http://${BLOB}${REST}`],
	['another port of the storage', `https://${BLOB}:8443${REST}`],
	['the storage with a trailing dot', `https://${BLOB}.${REST}`],
	['a look-alike that goes on', `https://${BLOB}.evil.example${REST}`],
	['a look-alike without the dot', `https://evilblob.core.windows.net${REST}`],
	['a look-alike by one letter', `https://a.b\u04c0ob.core.windows.net${REST}`],
	['a look-alike in punycode', `https://xn--a-zrb.blob.core.windows.net.evil.example${REST}`],
	['another service of Azure', `https://a.table.core.windows.net${REST}`],
	['an ideographic full stop', `https://a.blob.core.windows\u3002net${REST}`],
	['a line break in the host', `https://127.0.0.1:P\n.blob.core.windows.net${REST}`],
	['a tab in the host', `https://127.0.0.1:P\t.blob.core.windows.net${REST}`],
	['a NUL in the host', `https://127.0.0.1:P\0.blob.core.windows.net${REST}`],
	['a header behind a line break', `https://${BLOB}${REST}\r\nHost: 127.0.0.1:P`],
	['an invisible letter', `https://a.blob.core\u00ad.windows.net${REST}`],
	['an encoded slash', `https://127.0.0.1%2f.blob.core.windows.net${REST}`],
	['a link of 1 MB', `http://127.0.0.1:P/${'a'.repeat(1024 * 1024)}${REST}`],
	['a link in quotes', `"http://127.0.0.1:P${REST}"`],
	['half a character', `https://\ud800.blob.core.windows.net${REST}`],
];

export const linkCases: HostileCase[] = [
	...each(LINKS, async (bench, link) => {
		bench.credential({ downloadHosts: '.blob.core.windows.net' });
		handOut(bench, link.replaceAll(':P', `:${bench.traps.port}`));
		const item = await itemOf(bench, undefined, { options: { includeLink: true } });
		expect(item).toMatchObject({ outcome: 'unreadable', exit_code: null, downloadLink: null });
		expect(item.errors).toEqual([expect.stringMatching(/^The result link was not followed: /)]);
		expect(JSON.stringify(item)).not.toContain('SECRETSIG');
		expect(urlsOf(bench, 'blob')).toEqual([]);
	}),
	...each<unknown>(
		[
			['no text but a number', 2130706433],
			['no text but a list', ['http://127.0.0.1/']],
			['no text but an object', { href: 'http://127.0.0.1/', toString: 'http://127.0.0.1/' }],
			['nothing', null],
			['an empty text', ''],
		],
		async (bench, value) => {
			handOut(bench, value);
			const ran = await bench.runNode(GET_RESULT, { items: [{ id: endedScript(bench.emulator) }] });
			expect(refusalOf(ran).message).toBe('Defender answered with something that is not a valid result link');
			expect(urlsOf(bench, 'blob')).toEqual([]);
		},
	),
	{
		tries: 'a new link to this machine, half-way through a file',
		async run(bench) {
			const id = endedFile(bench.emulator, { content: 'evidence, '.repeat(50_000), container: 'raw' });
			bench.credential({ downloadHosts: '127.0.0.1' });
			bench.emulator.fault({ on: 'blob', effect: { kind: 'reset', phase: 'duringBody', afterBytes: 1000 } });
			bench.emulator.fault({ on: 'blob', effect: { kind: 'expired' } });
			bench.emulator.fault({
				on: 'link',
				skip: 1,
				times: Infinity,
				effect: { kind: 'badBody', body: { value: `http://localhost:${bench.traps.port}${REST}` } },
			});
			const item = await itemOf(bench, id);
			expect(item).toMatchObject({ outcome: 'unreadable', fileName: null, errors: [expect.stringContaining('not followed')] });
		},
	},
];

const STATUSES = [301, 302, 303, 307, 308];

export const redirectCases: HostileCase[] = [
	...each(
		STATUSES.map((status): [string, number] => [`the storage, ${status}`, status]),
		async (bench, status) => {
			const location = `http://127.0.0.1:${bench.traps.port}${REST}`;
			bench.emulator.fault({ on: 'blob', times: Infinity, effect: { kind: 'redirect', status, location } });
			const item = await itemOf(bench);
			expect(item).toMatchObject({ outcome: 'unreadable', errors: [`The result could not be downloaded. The storage answered ${status}`] });
			expect(JSON.stringify(item)).not.toContain('SECRETSIG');
			expect(urlsOf(bench, 'blob')).toHaveLength(1);
		},
	),
	...each(
		STATUSES.map((status): [string, number] => [`the API when it is asked for a link, ${status}`, status]),
		async (bench, status) => {
			const location = `//127.0.0.1:${bench.traps.port}/api/x?sig=SECRETSIG`;
			bench.emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'redirect', status, location } });
			const ran = await bench.runNode(
				{ resource: 'liveResponse', operation: 'getResult' },
				{ items: [{ id: endedScript(bench.emulator) }] },
			);
			expect(refusalOf(ran).message).toBe('Defender refused to provide the link to a live response result');
			expect(JSON.stringify(ran.run)).not.toContain('SECRETSIG');
		},
	),
	...each(
		STATUSES.map((status): [string, number] => [`the API when it is to run a script, ${status}`, status]),
		async (bench, status) => {
			const { id } = bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
			bench.emulator.fault({
				on: 'run',
				times: Infinity,
				effect: { kind: 'redirect', status, location: `http://127.0.0.1:${bench.traps.port}/` },
			});
			expect(refusalOf(await bench.runNode(runScript(id))).message).toMatch(/^The answer to the run request was lost/);
			expect([bench.requestsOf('run').length, bench.emulator.runs.length]).toEqual([1, 0]);
		},
	),
];
