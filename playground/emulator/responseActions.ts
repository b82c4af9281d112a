import type { ApiCall } from './apiCall';
import type { Device } from './devices';
import { apiError, invalidBody, missingParameter, type Reply } from './reply';
import type { Operation } from './routes';
import { onlyKeys, readJsonObject } from './runRequest';
import { notOnboarded, start } from './starting';

/** One response action: what its request holds beside the comment, and where it works. */
interface ResponseAction {
	/** Type of the machine action. */
	type: string;
	/** A required field beside Comment: its name, its values, and whether the action shows it as `scope`. */
	field?: { name: string; test: RegExp; code?: string; isScope?: boolean };
	/** Systems by `osPlatform`; default all. */
	systems?: RegExp;
}

const WINDOWS = /^Windows/i;
/** Windows and the Linux distributions: macOS is in no page of the API (microsoft-365-docs 11102). */
const NO_MAC = /^(?!macOS)/i;

/** The response actions of the API (isolate-machine.md and its like). Fields that are not marked as required there: the guess is the strict one. */
export const RESPONSE_ACTIONS: Partial<Record<Operation, ResponseAction>> = {
	isolate: {
		type: 'Isolate',
		systems: NO_MAC,
		field: { name: 'IsolationType', test: /^(Full|Selective|UnManagedDevice)$/, isScope: true },
	},
	unisolate: { type: 'Unisolate' },
	scan: { type: 'RunAntiVirusScan', field: { name: 'ScanType', test: /^(Quick|Full)$/, isScope: true } },
	restrict: { type: 'RestrictCodeExecution', systems: WINDOWS },
	unrestrict: { type: 'UnrestrictCodeExecution', systems: WINDOWS },
	quarantine: {
		type: 'StopAndQuarantineFile',
		systems: WINDOWS,
		field: { name: 'Sha1', test: /^[0-9a-f]{40}$/i, code: 'InvalidHashValue' },
	},
	collectPackage: { type: 'CollectInvestigationPackage', systems: WINDOWS },
};

/** POST machines/{id}/{response action}. */
export function respond(call: ApiCall): Reply {
	const { type, field, systems = /^/ } = RESPONSE_ACTIONS[call.operation]!;
	const request = readRequest(call, field);
	if ('status' in request) return request;
	const { comment, value } = request;
	const scope = field?.isScope ? value : null;
	return start(call, {
		type,
		comment,
		scope,
		...(type === 'StopAndQuarantineFile' && { fields: { relatedFileInfo: { fileIdentifier: value, fileIdentifierType: 'Sha1' } } }),
		refusal: (device) =>
			scope === 'UnManagedDevice' ? onboarded(device) : (notOnboarded(device, call.context.settings) ?? wrongSystem(device, systems)),
	});
}

/** Reads the body of a response action. Keys are case-sensitive. */
function readRequest({ body, headers }: ApiCall, field: ResponseAction['field']): { comment: string; value: string | null } | Reply {
	if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return invalidBody();
	const request = readJsonObject(body);
	if (!request || !onlyKeys(request, ['Comment', ...(field ? [field.name] : [])])) return invalidBody();
	const { Comment: comment } = request;
	if (comment === undefined || comment === '') return missingParameter('Comment');
	if (typeof comment !== 'string') return invalidBody();
	if (!field) return { comment, value: null };
	const value = request[field.name];
	if (value === undefined || value === '') return missingParameter(field.name);
	if (typeof value === 'string' && field.test.test(value)) return { comment, value };
	return apiError(400, field.code ?? 'InvalidInput', `Invalid input ${String(value)}`);
}

/** Containing is for devices without the agent; how an onboarded one is refused is a guess. */
function onboarded({ machine }: Device): Reply | undefined {
	if (String(machine.onboardingStatus).toLowerCase() !== 'onboarded') return undefined;
	return apiError(400, 'InvalidInput', 'Invalid input UnManagedDevice: the machine is onboarded');
}

function wrongSystem({ machine }: Device, systems: RegExp): Reply | undefined {
	return systems.test(machine.osPlatform)
		? undefined
		: apiError(400, 'OsPlatformNotSupported', `OS platform ${machine.osPlatform} is not supported for this action`);
}
