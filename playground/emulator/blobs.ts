import type { FaultTarget } from './faults';
import type { Route } from './routes';
import { packageAction } from './packages';
import type { Blob } from './storage';
import type { Tenants } from './tenants';

const BLOB_PATH = /^\/investigation-actions-data\/([^/]+)\/CustomPlaybookCommandOutput\/([0-9a-f]{32})$/;

/** Which command's result a request to the storage half is for. */
export function blobRoute(tenants: Tenants, method: string, url: string): Route {
	const [, machineActionId, name] = BLOB_PATH.exec(url.split('?')[0]) ?? [];
	const packageOf = packageAction(url);
	if (packageOf !== undefined && method === 'GET') return { half: 'storage', operation: 'package', params: { machineActionId: packageOf } };
	const index = findAction(tenants, machineActionId)?.commands.findIndex(({ blob }) => blob === name);
	return {
		half: 'storage',
		operation: method === 'GET' ? 'blob' : 'unknown',
		params: { machineActionId, ...(index !== undefined && { index: String(index) }) },
	};
}

export function findBlob(tenants: Tenants, url: string): Blob | undefined {
	const path = url.split('?')[0];
	const [, machineActionId, name] = BLOB_PATH.exec(path) ?? [];
	const command = findAction(tenants, machineActionId)?.commands.find(({ blob }) => blob === name);
	return command?.result && { path, result: command.result, writtenAt: command.endAt };
}

/** The action's device and age, which faults can check. */
export function actionTarget(tenants: Tenants, { machineActionId, machineId }: Route['params']): Partial<FaultTarget> {
	const action = findAction(tenants, machineActionId);
	return { machineId: machineId ?? action?.machineId, actionCreatedAt: action?.createdAt };
}

function findAction(tenants: Tenants, machineActionId: string | undefined) {
	return tenants.ofAction(machineActionId)?.actions.get(machineActionId!.toLowerCase());
}
