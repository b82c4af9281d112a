import type { ApiCall } from './apiCall';
import { queryList } from './odataList';
import { METADATA, apiError, jsonReply, missingParameter, type Reply } from './reply';
import type { Machine } from './devices';
import { machineNotFound } from './starting';

const DAY_MS = 86_400_000;
const PROPERTIES = [
	'computerDnsName',
	'id',
	'version',
	'deviceValue',
	'aadDeviceId',
	'machineTags',
	'lastSeen',
	'exposureLevel',
	'onboardingStatus',
	'lastIpAddress',
	'healthStatus',
	'osPlatform',
	'riskScore',
	'rbacGroupId',
	// Not in the documented list, used by reporting tools.
	'isExcluded',
	'mergedIntoMachineId',
	'firstSeen',
];

/** GET machines/{id or computer name}. */
export function getMachine({ params, context }: ApiCall): Reply {
	const device = context.tenant.findDevice(params.machineId!);
	if (!device) return machineNotFound(params.machineId!);
	return jsonReply(200, { '@odata.context': `${METADATA}#Machines/$entity`, ...device.machine });
}

/** GET machines with a query, findbyip and findbytag. */
export function listMachines({ params, query, origin, path, context }: ApiCall): Reply {
	const machines = context.tenant.devices.map(({ machine }) => machine);
	if (params.ip !== undefined) {
		const at = Date.parse(params.timestamp ?? '');
		if (Number.isNaN(at) || Math.abs(context.now() - at) > 30 * DAY_MS)
			return apiError(400, 'InvalidInput', `Invalid input timestamp ${params.timestamp}`);
		return list(machines.filter((machine) => hasIp(machine, params.ip!)));
	}
	if (params.byTag !== undefined) {
		const tag = parameter(query, 'tag');
		if (!tag) return missingParameter('tag');
		const starts = parameter(query, 'useStartsWithFilter')?.toLowerCase() === 'true';
		return list(
			machines.filter(({ machineTags }) => (machineTags as string[]).some((has) => (starts ? has.startsWith(tag) : has === tag))),
		);
	}
	// "404 when no recent machines" is read as a tenant without any devices; a filter without a match returns an empty list.
	if (machines.length === 0) return apiError(404, 'ResourceNotFound', 'No recent machines were found');
	return jsonReply(200, {
		'@odata.context': `${METADATA}#Machines`,
		...queryList(machines, query, { properties: PROPERTIES, origin, path, settings: context.settings, selects: true }),
	});
}

/** Paging is documented for findbyip and findbytag as little as OData options: the guess is that everything comes at once. */
function list(value: Machine[]): Reply {
	return jsonReply(200, { '@odata.context': `${METADATA}#Machines`, value });
}

/** A parameter by its name, in upper or lower case. */
function parameter(query: URLSearchParams, name: string): string | undefined {
	return [...query].find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

function hasIp(machine: Machine, ip: string): boolean {
	return machine.lastIpAddress === ip || (machine.ipAddresses as Array<{ ipAddress: string }>).some(({ ipAddress }) => ipAddress === ip);
}
