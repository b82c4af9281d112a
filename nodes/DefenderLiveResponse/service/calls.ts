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

function permissions(applicationRoles: string[], delegatedScopes = applicationRoles) {
	return { applicationRoles, delegatedScopes };
}

/**
 * The call that starts a response action.
 *
 * @param purpose what it does, as in "Defender refused to …"
 */
export function responseCall(purpose: string, permission: string, responseAction: ResponseAction): ResponseCall {
	return {
		purpose,
		subject: 'device',
		limitGroup: 'responses',
		repeatable: false,
		...permissions([permission]),
		responseAction,
	};
}

/**
 * Every call of the Defender API that the package makes, but those that start response actions.
 * Permissions are those of Microsoft's pages of November 2025 and later: reading actions and result links
 * then began to ask for `Machine.ReadWrite.All`.
 */
export const CALLS = {
	run: {
		purpose: 'run live response',
		subject: 'device',
		limitGroup: 'run',
		repeatable: false,
		...permissions(['Machine.LiveResponse']),
	},
	readActions: {
		purpose: 'read machine actions',
		subject: 'machine action',
		limitGroup: 'actions',
		repeatable: true,
		...permissions(['Machine.ReadWrite.All'], ['Machine.ReadWrite']),
	},
	resultLink: {
		purpose: 'provide the link to a live response result',
		subject: 'result',
		limitGroup: 'results',
		repeatable: true,
		...permissions(['Machine.ReadWrite.All'], ['Machine.LiveResponse']),
	},
	packageLink: {
		purpose: 'provide the link to an investigation package',
		subject: 'investigation package',
		limitGroup: 'packages',
		repeatable: true,
		...permissions(['Machine.ReadWrite.All'], ['Machine.CollectForensics']),
	},
	cancelAction: {
		purpose: 'cancel the machine action',
		subject: 'machine action',
		limitGroup: 'actions',
		// Cancelling twice does no harm, but the second answer would be a refusal.
		repeatable: false,
		...permissions(
			[
				'Machine.LiveResponse',
				'Machine.CollectForensics',
				'Machine.Isolate',
				'Machine.Offboard',
				'Machine.RestrictExecution',
				'Machine.Scan',
				'Machine.StopAndQuarantine',
			],
			['Machine.LiveResponse'],
		),
	},
	readMachines: {
		purpose: 'read devices',
		subject: 'device',
		limitGroup: 'machines',
		repeatable: true,
		...permissions(['Machine.Read.All', 'Machine.ReadWrite.All'], ['Machine.Read', 'Machine.ReadWrite']),
	},
	tag: {
		purpose: 'change the tags of devices',
		subject: 'device',
		limitGroup: 'tags',
		// A tag that is there already, or not there, is left as it is.
		repeatable: true,
		...permissions(['Machine.ReadWrite.All'], ['Machine.ReadWrite']),
	},
	readLibrary: {
		purpose: 'read the live response library',
		subject: 'library file',
		limitGroup: 'library',
		repeatable: true,
		...permissions(['Library.Manage']),
	},
	uploadFile: {
		purpose: 'upload the file to the live response library',
		subject: 'library file',
		limitGroup: 'library',
		repeatable: false,
		...permissions(['Library.Manage']),
	},
	deleteFile: {
		purpose: 'delete the file from the live response library',
		subject: 'library file',
		limitGroup: 'library',
		// Deleting twice does no harm, but the second answer would be that there is no such file.
		repeatable: false,
		...permissions(['Library.Manage']),
	},
} as const satisfies Record<string, CallKind>;
