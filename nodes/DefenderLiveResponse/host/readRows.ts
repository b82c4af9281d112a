import type { IDataObject } from 'n8n-workflow';
import type { Row, Rows, Values } from '../fields/row';
import { COLLECTIONS, InvalidValue } from '../fields/row';
import { isTool } from './isTool';
import type { Parameters } from './parameters';
import { parameterError } from './parameters';

/**
 * Says with the parameter's label what is wrong with a value.
 *
 * @param read throws InvalidValue
 */
export function checked<Value>(context: Parameters, itemIndex: number, label: string, read: () => Value): Value {
	try {
		return read();
	} catch (error) {
		throw error instanceof InvalidValue ? parameterError(context, itemIndex, label, error.message, error.advice) : error;
	}
}

function readRow<Value>({ field, read }: Row<Value>, context: Parameters, value: unknown, itemIndex: number): Value {
	// Without its unit, as in "Max Wait (Minutes)".
	const label = field.displayName.replace(/ \(.*/, '');
	return checked(context, itemIndex, label, () => read(value, () => context.getTimezone()));
}

/** An expression that names fields of the item and nothing else, as in `={{ $json.machineActionId ?? $json.id }}`. */
const ONLY_FIELDS = /^=\{\{\s*(\$json\.[A-Za-z_]\w*(?:\s*\?\?\s*\$json\.[A-Za-z_]\w*)*)\s*\}\}$/;

/**
 * What is chosen by an expression that only names fields of the item: the same as n8n gives, which takes a millisecond
 * for each expression (a seventh of all work for a result, and n8n does nothing else meanwhile).
 *
 * @returns what `readLocator` accepts; undefined where n8n has to evaluate it, or nothing is an expression
 */
function chosenByItem(context: Parameters, name: string, itemIndex: number): unknown {
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

/**
 * An item's parameters, read by their rows.
 *
 * @throws NodeOperationError naming the parameter
 */
export function readParameters<R extends Rows>(context: Parameters, rows: R, itemIndex: number): Values<R> {
	const read = Object.entries(rows).map(([name, row]) => {
		const byItem = row.field.type === 'resourceLocator' ? chosenByItem(context, name, itemIndex) : undefined;
		const value = byItem ?? context.getNodeParameter(name, itemIndex, row.field.default);
		return [name, readRow(row, context, value, itemIndex)];
	});
	return Object.fromEntries(read) as Values<R>;
}

/**
 * The entries of a collection that were added. One that was added and whose expression gives nothing is refused: a dry
 * run that is off because a field was missing would run the script.
 *
 * @throws NodeOperationError naming the entry
 */
export function readAdded<R extends Rows>(
	context: Parameters,
	name: keyof typeof COLLECTIONS,
	rows: R,
	itemIndex: number,
): Partial<Values<R>> {
	const collection = context.getNodeParameter(name, itemIndex, {});
	if (typeof collection !== 'object' || collection === null || Array.isArray(collection)) {
		throw parameterError(context, itemIndex, COLLECTIONS[name], 'is not a collection', 'Remove its expression, and add what you need.');
	}
	const read = Object.entries(rows)
		.filter(([entry]) => Object.hasOwn(collection, entry))
		.map(([entry, row]) => {
			const value = (collection as Record<string, unknown>)[entry];
			if (value !== undefined && value !== null) return [entry, readRow(row, context, value, itemIndex)];
			const what = row.field.type === 'string' ? 'gives no text' : 'gives nothing';
			const advice = `It was added to ${COLLECTIONS[name]}. Check its expression, or remove it.`;
			throw parameterError(context, itemIndex, row.field.displayName, what, advice);
		});
	return Object.fromEntries(read) as Partial<Values<R>>;
}

/**
 * An item's options: those that were added, and the initial values of the others.
 *
 * @throws NodeOperationError naming the option
 */
export function readOptions<R extends Rows>(context: Parameters, rows: R, itemIndex: number): Values<R> {
	const initial = Object.entries(rows).map(([name, row]) => [name, readRow(row, context, row.field.default, itemIndex)]);
	return { ...(Object.fromEntries(initial) as Values<R>), ...readAdded(context, 'options', rows, itemIndex) };
}

/**
 * A switch of the whole node that decides which outputs it has. n8n draws them by what the workflow holds, before there
 * is any item, so an expression is refused: items would leave by outputs that are not there.
 */
export function readNodeFlag(context: Parameters, name: string, row: Row<boolean>): boolean {
	const held = context.getNodeParameter(name, 0, row.field.default, { rawExpressions: true });
	// n8n takes the equals sign off where a field accepts no expression.
	if (typeof held !== 'string' || !/^=|\{\{/.test(held)) return readRow(row, context, held, 0);
	throw parameterError(
		context,
		0,
		row.field.displayName,
		'accepts no expression',
		'It decides which outputs the node has, so it must be the same for all items. Switch it on or off in the node.',
	);
}
