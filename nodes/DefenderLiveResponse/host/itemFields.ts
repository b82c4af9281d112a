import type { IDataObject } from 'n8n-workflow';
import { isTool } from './isTool';
import type { Parameters } from './parameters';

/** An expression that names fields of the item and nothing else, as in `={{ $json.machineActionId ?? $json.id }}`. */
const ONLY_FIELDS = /^=\{\{\s*(\$json\.[A-Za-z_]\w*(?:\s*\?\?\s*\$json\.[A-Za-z_]\w*)*)\s*\}\}$/;

/**
 * What is chosen by an expression that only names fields of the item: the same as n8n gives, which takes a millisecond
 * for each expression (a seventh of all work for a result, and n8n does nothing else meanwhile).
 *
 * @returns what `readLocator` accepts; undefined where n8n has to evaluate it, or nothing is an expression
 */
export function chosenByItem(context: Parameters, name: string, itemIndex: number): unknown {
	const chosen = context.getNodeParameter(name, itemIndex, '', { rawExpressions: true });
	const locator = typeof chosen === 'object' && chosen !== null ? (chosen as IDataObject) : undefined;
	const [, fields] = ONLY_FIELDS.exec(String(locator ? locator.value : chosen)) ?? [];
	// The input of a tool is what the model asks for; to expressions the item is that of the agent.
	if (fields === undefined || String(locator?.mode).startsWith('=') || isTool(context.getNode())) return undefined;
	const json = context.getInputData?.()[itemIndex]?.json;
	if (!json) return undefined;
	const values = fields.split('??').map((field) => json[field.trim().slice('$json.'.length)]);
	const value = values.find((each) => each !== undefined && each !== null);
	return locator ? { ...locator, value } : value;
}
