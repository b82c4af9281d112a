/** Names of what can be asked of the emulator; faults and recorded requests use them. */
export type Operation =
	| 'token'
	| 'authorize'
	| 'run'
	| 'isolate'
	| 'unisolate'
	| 'scan'
	| 'restrict'
	| 'unrestrict'
	| 'quarantine'
	| 'collectPackage'
	| 'packageLink'
	| 'action.get'
	| 'action.list'
	| 'action.cancel'
	| 'link'
	| 'machine.get'
	| 'machine.list'
	| 'machine.tag'
	| 'machine.tagMany'
	| 'library.list'
	| 'library.upload'
	| 'library.delete'
	| 'blob'
	| 'package'
	| 'unknown';
export type Half = 'login' | 'api' | 'storage';

export interface Route {
	operation: Operation;
	half: Half;
	/** Named parts of the path, decoded. */
	params: Record<string, string | undefined>;
}

const LOGIN: Array<[Operation, string, RegExp]> = [
	['token', 'POST', /^\/(?<tenant>[^/]+)\/oauth2\/(?<v2>v2\.0\/)?token$/i],
	['authorize', 'GET', /^\/(?<tenant>[^/]+)\/oauth2\/v2\.0\/authorize$/i],
];

// The case of a path does not matter: clients use /API/, /api/, runliveresponse and runLiveResponse.
const API: Array<[Operation, string, RegExp]> = [
	['run', 'POST', /^\/machines\/(?<machineId>[^/]+)\/runliveresponse$/i],
	['isolate', 'POST', /^\/machines\/(?<machineId>[^/]+)\/isolate$/i],
	['unisolate', 'POST', /^\/machines\/(?<machineId>[^/]+)\/unisolate$/i],
	['scan', 'POST', /^\/machines\/(?<machineId>[^/]+)\/runAntiVirusScan$/i],
	['restrict', 'POST', /^\/machines\/(?<machineId>[^/]+)\/restrictCodeExecution$/i],
	['unrestrict', 'POST', /^\/machines\/(?<machineId>[^/]+)\/unrestrictCodeExecution$/i],
	['quarantine', 'POST', /^\/machines\/(?<machineId>[^/]+)\/StopAndQuarantineFile$/i],
	['collectPackage', 'POST', /^\/machines\/(?<machineId>[^/]+)\/collectInvestigationPackage$/i],
	['machine.tag', 'POST', /^\/machines\/(?<machineId>[^/]+)\/tags$/i],
	['machine.tagMany', 'POST', /^\/machines\/AddOrRemoveTagForMultipleMachines$/i],
	['action.list', 'GET', /^\/machineactions$/i],
	['action.get', 'GET', /^\/machineactions\/(?<machineActionId>[^/]+)$/i],
	['action.cancel', 'POST', /^\/machineactions\/(?<machineActionId>[^/]+)\/cancel$/i],
	['link', 'GET', /^\/machineactions\/(?<machineActionId>[^/]+)\/GetLiveResponseResultDownloadLink\(index=(?<index>\d+)\)$/i],
	['packageLink', 'GET', /^\/machineactions\/(?<machineActionId>[^/]+)\/getPackageUri$/i],
	['machine.list', 'GET', /^\/machines$/i],
	['machine.list', 'GET', /^\/machines\/findbyip\(ip='(?<ip>[^']*)',timestamp=(?<timestamp>[^)]*)\)$/i],
	['machine.list', 'GET', /^\/machines\/(?<byTag>findbytag)\/?$/i],
	['machine.get', 'GET', /^\/machines\/(?<machineId>[^/]+)$/i],
	['library.list', 'GET', /^\/libraryfiles$/i],
	['library.upload', 'POST', /^\/libraryfiles$/i],
	['library.delete', 'DELETE', /^\/libraryfiles\/(?<fileName>[^/]+)$/i],
];

/** Finds what a request asks for; `path` is the raw path without the query. */
export function matchRoute(method: string, path: string): Route {
	let decoded: string;
	try {
		decoded = decodeURIComponent(path);
	} catch {
		return { operation: 'unknown', half: 'api', params: {} };
	}
	const prefix = /^\/api(\/v1\.0)?(?=\/|$)/i.exec(decoded);
	const half = prefix ? 'api' : 'login';
	const rest = prefix ? decoded.slice(prefix[0].length) : decoded;
	for (const [operation, verb, pattern] of prefix ? API : LOGIN) {
		const match = verb === method ? pattern.exec(rest) : null;
		if (match) return { operation, half, params: { ...match.groups } };
	}
	return { operation: 'unknown', half, params: {} };
}
