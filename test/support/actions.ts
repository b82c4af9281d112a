import { randomUUID } from 'node:crypto';
import type { Emulator, FileBehaviour, ScriptBehaviour } from '../../playground/emulator';

export const SCRIPT = 'check.ps1';

/** Parameters of the node for a result. */
export const GET_RESULT = { resource: 'liveResponse', operation: 'getResult' };

/** An ended RunScript with a transcript; returns its id. */
export function endedScript(emulator: Emulator, script: ScriptBehaviour = {}): string {
	if (emulator.machines().length === 0) emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const id = randomUUID();
	emulator.addAction({ id, commands: [{ type: 'RunScript', name: SCRIPT, script }] });
	return id;
}

/** An ended GetFile; returns its id. */
export function endedFile(emulator: Emulator, file: FileBehaviour, path = 'C:\\Temp\\evidence.txt'): string {
	if (emulator.machines().length === 0) emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const id = randomUUID();
	emulator.addAction({ id, commands: [{ type: 'GetFile', name: path, file }] });
	return id;
}

/** Parameters of the node for one script on a device. */
export function runScript(machineId: string, more: Record<string, unknown> = {}) {
	return {
		resource: 'liveResponse',
		operation: 'run',
		machineId,
		commands: { command: [{ type: 'RunScript', scriptName: SCRIPT, args: '' }] },
		comment: 'case 4711',
		...more,
	};
}
