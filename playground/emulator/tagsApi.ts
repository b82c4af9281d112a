import type { ApiCall } from './apiCall';
import type { Device } from './devices';
import { METADATA, apiError, invalidBody, jsonReply, missingParameter, type Reply } from './reply';
import { onlyKeys, readJsonObject } from './runRequest';
import { machineNotFound } from './starting';

const MAX_DEVICES = 500;
/** By a client's code (SPLUNK); how a longer one is refused is a guess. */
const MAX_TAG_LENGTH = 200;

/** POST machines/{id}/tags. */
export function tagMachine(call: ApiCall): Reply {
	const change = readChange(call, []);
	if ('status' in change) return change;
	const device = call.context.tenant.findDevice(call.params.machineId!);
	if (!device) return machineNotFound(call.params.machineId!);
	changeTag(device, change);
	return jsonReply(200, { '@odata.context': `${METADATA}#Machines/$entity`, ...device.machine });
}

/** POST machines/AddOrRemoveTagForMultipleMachines. */
export function tagMachines(call: ApiCall): Reply {
	const change = readChange(call, ['MachineIds']);
	if ('status' in change) return change;
	const { MachineIds: ids } = change;
	if (ids === undefined) return missingParameter('MachineIds');
	if (!Array.isArray(ids) || ids.some((id) => typeof id !== 'string')) return invalidBody();
	if (ids.length > MAX_DEVICES)
		return apiError(400, 'MaximumBatchSizeExceeded', `Maximum batch size exceeded: received ${ids.length}, allowed ${MAX_DEVICES}`);
	const { tenant, settings } = call.context;
	const found = (ids as string[]).map((id) => ({ id, device: tenant.deviceById(id) }));
	const unknown = found.find(({ device }) => !device);
	if (unknown && settings.unknownInMany === 'refuse') return machineNotFound(unknown.id);
	const devices = found.flatMap(({ device }) => device ?? []);
	for (const device of devices) changeTag(device, change);
	return jsonReply(200, { '@odata.context': `${METADATA}#Machines`, value: devices.map(({ machine }) => machine) });
}

interface Change {
	tag: string;
	adds: boolean;
	MachineIds?: unknown;
}

function readChange({ body, headers }: ApiCall, more: string[]): Change | Reply {
	if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return invalidBody();
	const request = readJsonObject(body);
	if (!request || !onlyKeys(request, ['Value', 'Action', ...more])) return invalidBody();
	const { Value: tag, Action: action } = request;
	if (tag === undefined || tag === '') return missingParameter('Value');
	if (action === undefined || action === '') return missingParameter('Action');
	if (typeof tag !== 'string') return invalidBody();
	if (action !== 'Add' && action !== 'Remove') return apiError(400, 'InvalidInput', `Invalid input ${String(action)}`);
	if (tag.length > MAX_TAG_LENGTH) return apiError(400, 'InvalidInput', `Invalid input: a tag of ${tag.length} characters`);
	return { tag, adds: action === 'Add', MachineIds: request.MachineIds };
}

/** A tag that is there already, or not there, changes nothing. */
function changeTag({ machine }: Device, { tag, adds }: Change): void {
	const others = (machine.machineTags as string[]).filter((each) => each !== tag);
	machine.machineTags = adds ? [...others, tag] : others;
}
