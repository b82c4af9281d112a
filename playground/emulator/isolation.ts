import { apiError, invalidBody, missingParameter, type Reply } from './reply';
import { onlyKeys, readJsonObject } from './runRequest';

export interface IsolationRequest {
	comment: string;
	/** What to cut off; null when isolation is ended. */
	scope: string | null;
}

/** Reads the body of isolate or unisolate (isolate-machine.md, unisolate-machine.md). Keys are case-sensitive. */
export function readIsolation(body: Buffer, contentType: string | undefined, isolates: boolean): IsolationRequest | Reply {
	if (!/^application\/json\b/i.test(contentType ?? '')) return invalidBody();
	const request = readJsonObject(body);
	if (!request || !onlyKeys(request, isolates ? ['Comment', 'IsolationType'] : ['Comment'])) return invalidBody();
	const { Comment: comment, IsolationType: scope } = request;
	if (comment === undefined || comment === '') return missingParameter('Comment');
	if (typeof comment !== 'string') return invalidBody();
	if (!isolates) return { comment, scope: null };
	// Not marked as required in the documentation: the guess is the strict one.
	if (scope === undefined || scope === '') return missingParameter('IsolationType');
	// There is UnManagedDevice too, for devices without the agent, of which there are none here.
	return scope === 'Full' || scope === 'Selective' ? { comment, scope } : apiError(400, 'InvalidInput', `Invalid input ${String(scope)}`);
}
