import { installN8n, NEWEST, OLDEST, VERSIONS } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import type { Emulator } from '../../playground/emulator';
import type { EndedExecution } from './endedExecution';
import { runByWebhook, whenRun } from './endedExecution';
import { firstPolls } from './firstPolls';
import { comparable } from './operations/comparable';
import { COLLECTED_SHA256 } from './operations/expectedItems';
import type { OperationCase } from './operations/operationCases';
import { operationCases, TRIGGER_CASES, UPLOADED } from './operations/operationCases';
import { COLLECTED, endWhilePolling, startTenant } from './operations/tenant';
import { chain, END, triggerNode, webhook } from './realWorkflow';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/** What every case gave, by version. */
const given = new Map<string, Record<string, unknown>>();

describe.each(VERSIONS)('n8n %s', (version) => {
	let home: N8nHome;
	let server: N8nServer;
	let emulator: Emulator;
	let cases: OperationCase[];
	const ended = new Map<string, EndedExecution>();

	beforeAll(async () => {
		emulator = await startTenant();
		cases = await operationCases(emulator);
		home = new N8nHome(await installN8n(version), { N8N_DEFAULT_BINARY_DATA_MODE: version === NEWEST ? 'filesystem' : 'default' });
		const called = cases.map(({ name, nodes }) => chain(name, webhook(name), ...nodes, END));
		const polling = TRIGGER_CASES.map(({ name, parameters }) => chain(name, triggerNode(parameters, 'defender'), END));
		await home.importCredentials([
			{ id: 'defender', name: 'defender', type: 'microsoftDefenderOAuth2Api', data: emulator.credentialData() },
		]);
		await home.importWorkflows([...called, ...polling]);
		server = await home.start();
		await server.setUpOwner();
		for (const { id } of [...polling, ...called]) expect(await server.activate(id)).toMatchObject({ status: 200 });
		await firstPolls(emulator, polling.length);
		endWhilePolling(emulator);
		// One after the other: a device runs one live response at a time.
		for (const { id } of called) ended.set(id, await runByWebhook(server, home, id));
		for (const { id } of polling) ended.set(id, await whenRun(server, home, id));
		given.set(
			version,
			Object.fromEntries(
				[...ended].map(([id, { json }]) => [id, [json('Defender'), json('Defender', 1), json('Defender', 2), json('Trigger')]]),
			),
		);
	}, MAX_MS);

	afterAll(async () => {
		await home?.remove();
		await emulator?.close();
	});

	it('gives the items of the contract for every operation', () => {
		for (const { name, expected } of cases) {
			const { status, error, json } = ended.get(name)!;
			expect({ name, status, error }).toEqual({ name, status: 'success' });
			expect({ name, outputs: expected.map((_, output) => json('Defender', output)) }).toEqual({ name, outputs: expected });
		}
	});

	it('pairs each item with the item that it comes from', () => {
		const paired = (name: string, output: number) =>
			ended
				.get(name)!
				.items('Defender', output)
				.map(({ pairedItem }) => pairedItem);
		expect([0, 1, 2].map((output) => paired('get-result-routed', output))).toEqual([
			[{ item: 2 }],
			[{ item: 1 }, { item: 3 }],
			[{ item: 0 }],
		]);
		expect(paired('run-unknown-device', 0)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('gives what ends while it polls, by both kinds of trigger, and nothing else', () => {
		for (const { name, expected } of TRIGGER_CASES)
			expect({ name, items: ended.get(name)!.json('Trigger') }).toEqual({ name, items: expected });
	});

	it("hands a collected file to n8n's own nodes, byte by byte, from memory or from disk", () => {
		const { items, json } = ended.get('get-result-file')!;
		expect(json('Hash')).toEqual([expect.objectContaining({ read: COLLECTED_SHA256, sha256: COLLECTED_SHA256 })]);
		const { data, ...described } = items('Defender')[0].binary!.data;
		const inMemory = Buffer.from(COLLECTED.content).toString('base64');
		expect(data).toBe(version === NEWEST ? 'filesystem-v2' : inMemory);
		expect(described).toMatchObject({ fileName: 'Bericht ä.txt', fileExtension: 'txt', mimeType: 'text/plain' });
	});

	it('has changed the tenant as requested', () => {
		expect(emulator.libraryFile('hello.ps1')?.content.toString()).toBe(UPLOADED);
		expect(emulator.libraryFile('to-delete.ps1')).toBeUndefined();
		// The dry run is none, and no one's device has none.
		expect(emulator.runs).toHaveLength(4);
	});
});

it('gives the same items in both versions', () => {
	const [newest, oldest] = [NEWEST, OLDEST].map((version) => comparable(given.get(version)!));
	expect(Object.keys(newest as object).length).toBeGreaterThan(20);
	expect(oldest).toEqual(newest);
});
