import { claimsOf, startBench, WINDOWS_DEVICE, type Bench, type Ran } from './bench';
import { formsOf } from '../../support/secretSearch';
import { secretsOf } from '../../support/secretsOf';
import { on } from './bends/bendCase';

let bench: Bench;
beforeAll(async () => {
	bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** What of a tenant must not be in a report, planted everywhere. Two of them pass for words of the API. */
const PLANTED = {
	deviceName: 'ws-planted-77.fabrikam.example',
	user: 'alice.planted@fabrikam.example',
	comment: 'PlantedComment about a case',
	path: 'C:\\Users\\planted\\secret plan.docx',
	scriptName: 'planted-script.ps1',
	output: 'PLANTED-OUTPUT-5512',
	errors: 'planted error of the device',
	tag: 'PlantedTag',
	group: 'PlantedGroup',
	libraryFile: 'planted-library-file.ps1',
	description: 'planted description',
	ip: '10.99.88.77',
	message: 'planted message of an error',
	word: 'PlantedTag',
	key: 'planted_key-9',
};

function plant(): void {
	const { emulator, clock } = bench;
	const device = emulator.addDevice({
		computerDnsName: PLANTED.deviceName,
		machineTags: [PLANTED.tag],
		rbacGroupName: PLANTED.group,
		lastIpAddress: PLANTED.ip,
		aadDeviceId: '99999999-5b8e-42f0-4a36-9c57e1b8a0d3',
	});
	emulator.addLibraryFile({ fileName: PLANTED.libraryFile, description: PLANTED.description, createdBy: PLANTED.user, content: 'x' });
	emulator.addAction({
		machineId: device.id,
		createdAt: clock.now() - 120_000,
		requestor: PLANTED.user,
		requestorComment: PLANTED.comment,
		commands: [
			{ type: 'PutFile', name: PLANTED.libraryFile },
			{ type: 'RunScript', name: PLANTED.scriptName, args: PLANTED.output, script: { output: PLANTED.output } },
			{ type: 'GetFile', name: PLANTED.path, file: { content: PLANTED.output } },
		],
	});
	emulator.addAction({
		machineId: device.id,
		createdAt: clock.now() - 60_000,
		requestor: PLANTED.user,
		requestorComment: PLANTED.comment,
		status: 'Failed',
		commands: [
			{
				type: 'RunScript',
				name: PLANTED.scriptName,
				status: 'Failed',
				errors: [PLANTED.errors],
				script: { exitCode: 1, errors: PLANTED.errors },
			},
		],
	});
}

/** Searches everything that was written, in every form that a secret can have. */
function found(ran: Ran, values: string[]): string[] {
	const text = Object.values(ran.files).join('\n').toLowerCase();
	return values.filter((value) => [value, ...formsOf(value)].some((form) => text.includes(form.toLowerCase())));
}

function mustHoldNothing(ran: Ran): void {
	const { emulator } = bench;
	const { tenantId, clientId, clientSecret } = emulator.app;
	const secrets = secretsOf(emulator, { clientSecrets: [clientSecret], privateKeys: [] })
		.map(({ value }) => value)
		.filter((value) => value !== '');
	const links = emulator.handedOut.links.flatMap((link) => [
		link,
		new URL(link.replaceAll('"', '')).pathname,
		/token=([^"&]*)/.exec(link)?.[1] ?? link,
	]);
	const entities = emulator.machines().flatMap(({ id, computerDnsName }) => [id, computerDnsName]);
	const hosts = [bench.front.apiUrl, bench.front.storageUrl, emulator.apiUrl].map((url) => url.replace('http://', ''));
	expect(Object.keys(ran.files)).toHaveLength(2);
	expect(
		found(ran, [
			tenantId,
			clientId,
			clientSecret,
			...secrets,
			...links,
			...entities,
			...hosts,
			...bench.actions,
			...Object.values(PLANTED),
		]),
	).toEqual([]);
	expect(Object.values(ran.files).join()).not.toMatch(/planted|sig=|Bearer|eyJ|[\da-f]{40}|[\da-f]{8}-[\da-f]{4}-/i);
}

test('a report of reads holds nothing of the tenant', async () => {
	plant();
	mustHoldNothing(await bench.run());
});

test('nor does one of a run', async () => {
	plant();
	const ran = await bench.run({ device: WINDOWS_DEVICE });
	expect(claimsOf(ran.report, 'differs')).toEqual([]);
	mustHoldNothing(ran);
});

test('nor where texts of the tenant stand where words of the API are expected, and every answer differs', async () => {
	plant();
	const replace = (value: unknown, key = ''): unknown => {
		if (Array.isArray(value)) return value.map((one) => replace(one, key));
		if (typeof value === 'object' && value !== null)
			return {
				...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replace(one, name)])),
				[PLANTED.key]: PLANTED.user,
				[PLANTED.word]: PLANTED.word,
			};
		return ['status', 'type', 'commandStatus', 'healthStatus', 'riskScore', 'osPlatform', 'code', 'requestSource'].includes(key)
			? PLANTED.word
			: value;
	};
	const lists = on(
		'action.list',
		() => true,
		(answer) => void (answer.json = replace(answer.json)),
	)();
	const ran = await bench.run({
		bend: {
			answer(answer, request) {
				lists.answer!(answer, request);
				if (request.operation === 'machine.list') answer.json = replace(answer.json);
				if (answer.status >= 400 && answer.json?.error)
					answer.json.error = { code: PLANTED.word, message: PLANTED.message, target: PLANTED.user };
				if (request.operation === 'blob') {
					answer.headers['content-type'] = 'text/planted-type';
					answer.headers['content-encoding'] = PLANTED.word;
					answer.headers['content-disposition'] = `attachment; filename=${PLANTED.libraryFile}`;
					answer.headers['x-ms-error-code'] = PLANTED.word;
					answer.headers.etag = `"${PLANTED.user}"`;
				}
			},
		},
	});
	expect(claimsOf(ran.report, 'differs').length).toBeGreaterThan(10);
	const text = Object.values(ran.files).join('\n');
	for (const value of Object.values(PLANTED)) expect(text).not.toContain(value);
});

test('an unknown word that nothing of the tenant shares is reported, since that is what the report is for', async () => {
	const ran = await bench.run({
		bend: on(
			'action.list',
			({ query }) => query.get('$top') === '100',
			({ json }) =>
				json.value.forEach((action: { commands: Array<{ commandStatus: string }> }) =>
					action.commands.forEach((command) => (command.commandStatus = 'Throttled')),
				),
		)(),
	});
	expect(ran.report!.claims.find(({ id }) => id === 'action.command-words')!.found).toBe('other words: Throttled');
});

test('a common word as a comment hides nothing that is fixed', async () => {
	for (const requestorComment of ['status', 'none', 'entries', 'Succeeded', 'missing'])
		bench.emulator.addAction({ requestorComment, createdAt: bench.clock.now() - 1000 });
	const ran = await bench.run();
	expect(ran.report!.claims.filter(({ found: text }) => text.includes('(withheld)'))).toEqual([]);
});
