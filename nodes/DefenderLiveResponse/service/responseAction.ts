import type { IDataObject } from 'n8n-workflow';
import type { ResponseActionRequest } from './actionRequest';

/** Method, path below `/api` and body of a response action, as it is sent and as a dry run shows it. */
export function responseRequest({ machineId, comment, kind, field }: ResponseActionRequest) {
	// The service distinguishes upper and lower case in keys.
	const body: IDataObject = { Comment: comment, ...(field && { [field.name]: field.value }) };
	return { method: 'POST' as const, path: `/machines/${encodeURIComponent(machineId)}/${kind.responseAction.path}`, body };
}
