import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { shortened } from '../service/redact';
import type { Secrets } from '../service/secrets';

/** n8n writes items down by recursion, which ends the process' stack at some thousand levels. */
const MAX_DEPTH = 200;
const TOO_DEEP = '(nested too deep to be shown)';

/** What the user's own script says, and what the link is for: shown as it is; so is the request of a dry run. */
const USERS_OWN = new Set(['script_output', 'script_error', 'output', 'transcript', 'downloadLink']);

/** Reasons that an item gives: the service's first, and the last, which are the node's own. */
const MAX_FIRST_ERRORS = 90;
const MAX_LAST_ERRORS = 10;

/** The same value without secrets and without what is too deep; itself where nothing has to go. */
function redacted(value: unknown, secrets: Secrets, depth: number): unknown {
	if (typeof value === 'string') return secrets.redact(value);
	if (typeof value !== 'object' || value === null) return value;
	if (depth > MAX_DEPTH) return TOO_DEEP;
	if (Array.isArray(value)) {
		const elements = value.map((each) => redacted(each, secrets, depth + 1));
		return elements.some((each, place) => each !== value[place]) ? elements : value;
	}
	const entries = Object.entries(value);
	const clean = entries.map(([key, each]): [string, unknown] => {
		return [secrets.redact(key), depth === 1 && USERS_OWN.has(key) ? each : redacted(each, secrets, depth + 1)];
	});
	const isSame = clean.every(([key, each], place) => key === entries[place][0] && each === entries[place][1]);
	return isSame ? value : Object.fromEntries(clean);
}

/**
 * An item as it leaves the node. Whatever it holds of others' words is shown without links' signatures, tokens and the
 * credential's own values, and no deeper than n8n can write down.
 */
export function redactedItem(item: INodeExecutionData, secrets: Secrets): INodeExecutionData {
	if (item.json.dryRun === true) return item;
	const json = redacted(item.json, secrets, 1) as IDataObject;
	return json === item.json ? item : { ...item, json };
}

function limitedErrors(errors: string[]): string[] {
	const leftOut = errors.length - MAX_FIRST_ERRORS - MAX_LAST_ERRORS;
	if (leftOut <= 0) return errors;
	return [...errors.slice(0, MAX_FIRST_ERRORS), `(${leftOut} more)`, ...errors.slice(-MAX_LAST_ERRORS)];
}

/** A result's item, with no more of the service's words than anybody reads. The user's own stay whole. */
export function boundedResult(json: IDataObject): IDataObject {
	const bounded = Object.entries(json).map(([key, value]) => {
		return [key, typeof value === 'string' && !USERS_OWN.has(key) ? shortened(value) : value];
	});
	const result = Object.fromEntries(bounded) as IDataObject;
	if (Array.isArray(json.errors)) result.errors = limitedErrors(json.errors as string[]).map((error) => shortened(error));
	return result;
}
