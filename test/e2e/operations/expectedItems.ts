import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { SCRIPT } from '../../support/actions';
import { COLLECTED, DEVICE, PRINTED } from './tenant';

/** Where PowerShell kept the transcript on the device. */
const TRANSCRIPT_PATH = expect.stringMatching(/^C:\\ProgramData\\.*PSScript_Transcript_\{.*\}\.txt$/) as unknown;

export const COLLECTED_SHA256 = createHash('sha256').update(COLLECTED.content).digest('hex');

/** The item of a RunScript, key by key: what is not said here must not be there. */
export function scriptItem(machineActionId: string, more: Record<string, unknown>): Record<string, unknown> {
	return {
		machineActionId,
		commandIndex: 0,
		commandType: 'RunScript',
		script_name: SCRIPT,
		script_output: PRINTED,
		script_error: '',
		errors: [],
		started: true,
		machineId: DEVICE.id,
		computerDnsName: DEVICE.computerDnsName,
		transcriptPath: TRANSCRIPT_PATH,
		...more,
	};
}

/** The item of a GetFile that arrived. */
export function collectedFile(machineActionId: string, commandIndex = 0): Record<string, unknown> {
	return {
		machineActionId,
		commandIndex,
		commandType: 'GetFile',
		outcome: 'succeeded',
		script_name: null,
		exit_code: null,
		script_output: null,
		script_error: null,
		errors: [],
		started: true,
		machineId: DEVICE.id,
		computerDnsName: DEVICE.computerDnsName,
		fileName: COLLECTED.path.split('\\').pop(),
		fileSize: Buffer.byteLength(COLLECTED.content),
		mimeType: 'text/plain',
		sha256: COLLECTED_SHA256,
	};
}

/** The item of a refusal with Continue On Fail. */
export function errorItem(error: string): IDataObject {
	const details = expect.objectContaining({ description: expect.stringMatching(/\S/), sent: 'no' }) as IDataObject;
	return expect.objectContaining({ outcome: 'refused', error, details }) as IDataObject;
}
