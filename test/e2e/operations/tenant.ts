import type { ActionInput, Emulator } from '../../../playground/emulator';
import { startEmulator } from '../../../playground/emulator';
import { SCRIPT } from '../../support/actions';

/** Written into the comment of what the triggers are to find. */
export const FOR_TRIGGER = 'for the trigger';

/** Of a tenant that is the same for every n8n. */
export const DEVICE = { id: '1'.repeat(40), computerDnsName: 'ws-01.contoso.example' };
export const OTHER_DEVICE = { id: '2'.repeat(40), computerDnsName: 'srv-01.contoso.example' };
/** Its live responses do not end. */
export const BUSY_DEVICE = { id: '3'.repeat(40), computerDnsName: 'ws-busy.contoso.example' };

const guid = (last: number) => `20000000-0000-4000-8000-${String(last).padStart(12, '0')}`;

/** Actions that are there from the start. */
export const ACTIONS = {
	succeeded: guid(1),
	scriptFailed: guid(2),
	pending: guid(3),
	file: guid(4),
	threeCommands: guid(5),
	toCancel: guid(6),
	isolation: guid(7),
} as const;

/** In an action of no one. */
export const UNKNOWN_ACTION = guid(99);

export const COLLECTED = { path: 'C:\\Temp\\Bericht ä.txt', content: 'Füße und 4711\n'.repeat(1000) };

export const PRINTED = 'Compliant: 41\r\nNicht erfüllt: 1\r\n';

/** In the library from the start. */
export const LIBRARY_FILES = ['check.ps1', 'to-delete.ps1'];

/** Starts a tenant of two devices, with live responses that went in all ways. */
export async function startTenant(): Promise<Emulator> {
	const emulator = await startEmulator({ limits: 'none', life: { pendingMs: 500, runMs: 500 } });
	const seen = { firstSeen: '2026-01-01T08:00:00.0000000Z', lastSeen: '2026-06-01T08:00:00.0000000Z' };
	const fileName = COLLECTED.path.split('\\').pop();
	emulator.addLibraryFile({ fileName: LIBRARY_FILES[0], content: 'Get-Date', description: 'baseline' });
	emulator.addLibraryFile({ fileName: LIBRARY_FILES[1], content: 'Get-Host' });
	emulator.addDevice({
		...DEVICE,
		...seen,
		scripts: { [SCRIPT]: { exitCode: 3, output: PRINTED, errors: 'One setting differs' } },
		files: { [COLLECTED.path]: { content: COLLECTED.content } },
	});
	emulator.addDevice({ ...OTHER_DEVICE, ...seen, osPlatform: 'WindowsServer2022', machineTags: ["o'neil's"], healthStatus: 'Inactive' });
	emulator.addDevice({ ...BUSY_DEVICE, ...seen });
	const script = (exitCode: number): ActionInput => ({
		commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode, output: PRINTED, errors: exitCode ? 'One setting differs' : '' } }],
	});
	const file = { type: 'GetFile' as const, name: COLLECTED.path, file: { content: COLLECTED.content, originalName: fileName } };
	const inputs: Record<keyof typeof ACTIONS, ActionInput> = {
		succeeded: script(0),
		scriptFailed: script(3),
		pending: { ...script(0), machineId: BUSY_DEVICE.id, status: 'Pending' },
		file: { commands: [file] },
		threeCommands: {
			commands: [{ type: 'PutFile', name: 'baseline.json' }, { type: 'RunScript', name: SCRIPT, script: { output: PRINTED } }, file],
		},
		toCancel: { ...script(0), machineId: BUSY_DEVICE.id, status: 'InProgress' },
		isolation: { type: 'Isolate', commands: [], machineId: OTHER_DEVICE.id },
	};
	for (const [i, [name, input]] of Object.entries(inputs).entries()) {
		const createdAt = Date.parse('2026-06-01T08:00:00Z') + i * 60_000;
		emulator.addAction({ id: ACTIONS[name as keyof typeof ACTIONS], machineId: DEVICE.id, createdAt, requestorComment: name, ...input });
	}
	return emulator;
}

/** Two live responses that end while n8n's triggers look. */
export function endWhilePolling(emulator: Emulator): void {
	const createdAt = emulator.now() - 1000;
	const ended = { machineId: DEVICE.id, createdAt, endedAt: createdAt + 1500, requestorComment: FOR_TRIGGER };
	emulator.addAction({ ...ended, commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode: 3, output: PRINTED } }] });
	emulator.addAction({
		...ended,
		endedAt: ended.endedAt + 100,
		status: 'Failed',
		commands: [{ type: 'GetFile', name: COLLECTED.path, status: 'Failed', errors: ['Access is denied.'] }],
	});
	// Another user's, which the filter leaves out.
	emulator.addAction({ ...ended, requestorComment: 'other', commands: [{ type: 'RunScript', name: SCRIPT, script: {} }] });
}
