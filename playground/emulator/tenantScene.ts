import type { Emulator } from './emulator';

/** What the tenant check's script prints when it is run with its own arguments. */
const OUTPUT = [
	'n8n tenant check',
	'STEP=write',
	'WORD=grüße 你好',
	'HEX=6772c3bcc39f6520e4bda0e5a5bd',
	'NUMBER=4711',
	'UNICODE=ü 你 😀',
	'CULTURE=en-US',
	'FILES=2',
	'RESULT=4',
	'',
].join('\n');
const TEXT = 'n8n tenant check\n';
/** The same text in gzip. */
const PACKED = { base64: 'H4sIAAAAAAAA/8uzyFMoSc1LzCtRSM5ITc7mAgA/6qaZEQAAAA==' };

const DAY_MS = 86_400_000;
const SCRIPT = 'inventory.ps1';

/** A tenant with something of everything that `npm run tenant:check` asks for, and devices that its script runs on. */
export function tenant(emulator: Emulator): Record<string, unknown> {
	const behaviour = { exitCode: 4, output: OUTPUT };
	const windows = emulator.addDevice({
		computerDnsName: 'ws-check-01.contoso.example',
		aadDeviceId: '7d1c5b8e-42f0-4a36-9c57-e1b8a0d3f624',
		machineTags: ['workstation'],
		laterScripts: { 'n8n-tenant-check.ps1': behaviour },
		files: { 'C:\\Windows\\n8n-tenant-check.txt': { content: TEXT }, 'C:\\Windows\\n8n-tenant-check.gz': { content: PACKED } },
	});
	const linux = emulator.addDevice({
		computerDnsName: 'lnx-check-02.contoso.example',
		osPlatform: 'Ubuntu',
		machineTags: ['server'],
		laterScripts: { 'n8n-tenant-check.sh': behaviour },
		files: { '/var/log/n8n-tenant-check.txt': { content: TEXT }, '/var/log/n8n-tenant-check.gz': { content: PACKED } },
	});
	const busy = emulator.addDevice({
		computerDnsName: 'ws-check-03.contoso.example',
		healthStatus: 'Inactive',
		riskScore: 'Medium',
		offline: true,
	});
	emulator.addDevice({ computerDnsName: 'printer-04', onboardingStatus: 'CanBeOnboarded', healthStatus: 'Unknown' });
	emulator.addLibraryFile({ fileName: SCRIPT, content: '# Lists what is installed.\n', description: 'Lists what is installed' });

	const now = emulator.now();
	const runScript = { type: 'RunScript' as const, name: SCRIPT };
	const failed = {
		...runScript,
		status: 'Failed',
		errors: [`Running script on endpoint failed: ${SCRIPT} is not digitally signed.`],
		script: { exitCode: 1, errors: 'not signed' },
	};
	const collect = { type: 'GetFile' as const, name: 'C:\\ProgramData\\Contoso\\inventory.json' };
	const actions = [
		{ machineId: windows.id, createdAt: now - 30 * DAY_MS, commands: [{ ...runScript, script: { output: 'Software: 38\n' } }] },
		{ machineId: linux.id, createdAt: now - 3 * DAY_MS, type: 'Isolate', commands: [], fields: { scope: 'Selective' } },
		{ machineId: windows.id, createdAt: now - 2.5 * DAY_MS, type: 'CollectInvestigationPackage', commands: [] },
		{ machineId: windows.id, createdAt: now - 2 * DAY_MS, status: 'Failed' as const, commands: [failed, collect] },
		{
			machineId: windows.id,
			createdAt: now - DAY_MS,
			commands: [
				{ type: 'PutFile' as const, name: 'settings.json' },
				{ ...runScript, script: { output: 'Software: 41\n' } },
				{ ...collect, file: { content: '{"software":41}' } },
			],
		},
		{ machineId: busy.id, createdAt: now - 600_000, status: 'Pending' as const, commands: [runScript] },
	].map((action) => emulator.addAction({ requestor: emulator.app.clientId, requestorComment: 'inventory', ...action }).id);

	return { devices: [windows, linux].map(({ id, computerDnsName, osPlatform }) => ({ id, computerDnsName, osPlatform })), actions };
}
