/** Calls that share one of the service's limits. */
export type LimitGroup = 'results' | 'run' | 'actions' | 'machines' | 'library' | 'responses' | 'packages' | 'tags';

/** What a token allows. */
export interface GrantedPermissions {
	/** Whether an application signed in (`roles`) or a user (`scp`). */
	kind: 'application' | 'delegated';
	names: string[];
}

/** What has to be known about a kind of call before it is made. */
export interface CallKind {
	/** What the call does, as in "Defender refused to …". */
	purpose: string;
	/** What is missing when the answer is 404. */
	subject: string;
	limitGroup: LimitGroup;
	/** Whether sending it twice does no harm. A script that runs twice may. */
	repeatable: boolean;
	/** Application permissions of WindowsDefenderATP, any one of which is enough. */
	applicationRoles: string[];
	/** The same for a signed-in user. */
	delegatedScopes: string[];
	/** Of a call that starts a response action. */
	responseAction?: ResponseAction;
}

/** A response action of the service. Source: Microsoft's page of each. */
export interface ResponseAction {
	/** As the Defender portal has it. */
	name: string;
	/** Type of its machine actions. */
	type: string;
	/** Below the path of a device. */
	path: string;
	/** Systems that have it. */
	systems: string;
}

/** A call that starts a response action. */
export type ResponseCall = CallKind & { responseAction: ResponseAction };

type Details = [purpose: string, subject: string, limitGroup: LimitGroup, applicationRoles: string[], delegatedScopes?: string[]];

/** @param details the scopes of a user have the names of the app's roles where they are left out */
function callKind(
	repeatable: boolean,
	[purpose, subject, limitGroup, applicationRoles, delegatedScopes = applicationRoles]: Details,
): CallKind {
	return { purpose, subject, limitGroup, repeatable, applicationRoles, delegatedScopes };
}

const repeatable = (...details: Details) => callKind(true, details);
const once = (...details: Details) => callKind(false, details);

/**
 * The call that starts a response action.
 *
 * @param purpose what it does, as in "Defender refused to …"
 */
export function responseCall(purpose: string, permission: string, responseAction: ResponseAction): ResponseCall {
	return { ...once(purpose, 'device', 'responses', [permission]), responseAction };
}

/** Any of these is enough for an app to cancel. */
const CANCEL_ROLES = ['LiveResponse', 'CollectForensics', 'Isolate', 'Offboard', 'RestrictExecution', 'Scan', 'StopAndQuarantine'];

/**
 * Every call of the Defender API that the package makes, but those that start response actions.
 * Permissions are those of Microsoft's pages of November 2025 and later: reading actions and result links
 * then began to ask for `Machine.ReadWrite.All`.
 */
export const CALLS = {
	run: once('run live response', 'device', 'run', ['Machine.LiveResponse']),
	readActions: repeatable('read machine actions', 'machine action', 'actions', ['Machine.ReadWrite.All'], ['Machine.ReadWrite']),
	resultLink: repeatable(
		'provide the link to a live response result',
		'result',
		'results',
		['Machine.ReadWrite.All'],
		['Machine.LiveResponse'],
	),
	packageLink: repeatable(
		'provide the link to an investigation package',
		'investigation package',
		'packages',
		['Machine.ReadWrite.All'],
		['Machine.CollectForensics'],
	),
	// Cancelling twice does no harm, but the second answer would be a refusal.
	cancelAction: once(
		'cancel the machine action',
		'machine action',
		'actions',
		CANCEL_ROLES.map((role) => `Machine.${role}`),
		['Machine.LiveResponse'],
	),
	readMachines: repeatable(
		'read devices',
		'device',
		'machines',
		['Machine.Read.All', 'Machine.ReadWrite.All'],
		['Machine.Read', 'Machine.ReadWrite'],
	),
	// A tag that is there already, or not there, is left as it is.
	tag: repeatable('change the tags of devices', 'device', 'tags', ['Machine.ReadWrite.All'], ['Machine.ReadWrite']),
	readLibrary: repeatable('read the live response library', 'library file', 'library', ['Library.Manage']),
	uploadFile: once('upload the file to the live response library', 'library file', 'library', ['Library.Manage']),
	// Deleting twice does no harm, but the second answer would be that there is no such file.
	deleteFile: once('delete the file from the live response library', 'library file', 'library', ['Library.Manage']),
};
