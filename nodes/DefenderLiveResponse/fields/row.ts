import type { INodeProperties } from 'n8n-workflow';

/** Says what is wrong with a value, and what to enter in its place. */
export class InvalidValue extends Error {
	constructor(
		what: string,
		readonly advice: string,
	) {
		super(what);
	}
}

/** A parameter, or an entry of Options or Filters: what the editor shows of it, and how its value is read. */
export interface Row<Value = unknown> {
	field: Omit<INodeProperties, 'name'>;
	/**
	 * @param timeZone gives that of the workflow
	 * @throws InvalidValue
	 */
	read(value: unknown, timeZone: () => string): Value;
}

/** By the names of the parameters. */
export type Rows = Record<string, Row>;

/** What the values of rows are, once they are read. */
export type Values<R extends Rows> = { [Name in keyof R]: ReturnType<R[Name]['read']> };

/** What a field has beside its label, default and description. */
type More = Partial<INodeProperties>;

/** A text as people and expressions give it; undefined for what is not a text. */
export function asText(value: unknown): string | undefined {
	if (value === undefined || value === null) return '';
	return typeof value === 'string' || Number.isFinite(value) ? String(value).trim() : undefined;
}

/** Whether a text holds half of a character (a lone surrogate), which no address and no name can hold. */
export function hasHalves(text: string): boolean {
	return /\p{Cs}/u.test(text);
}

/** Whether a text is what JavaScript writes for a value that is missing or not a text, inside an expression's text as well. */
export function isNoValue(text: string): boolean {
	return /^(undefined|null|NaN|\[object \w+\])$/.test(text);
}

/** A text that may be empty. An expression that returns nothing, or the word for it, is refused, since its meaning is unknown. */
function readText(value: unknown): string {
	const read = value === undefined || value === null ? undefined : asText(value);
	if (read !== undefined && !isNoValue(read) && !hasHalves(read)) return read;
	throw new InvalidValue('is not a text', 'Check its expression, or leave it empty.');
}

/**
 * A text.
 *
 * @param check reads what was entered, without blanks around it; throws InvalidValue
 */
export function text(displayName: string, description?: string, more?: More): Row<string>;
export function text<Value>(displayName: string, description: string, more: More, check: (entered: string) => Value): Row<Value>;
export function text(
	displayName: string,
	description?: string,
	more: More = {},
	check: (entered: string) => unknown = (entered) => entered,
): Row {
	return { field: { displayName, type: 'string', default: '', description, ...more }, read: (value) => check(readText(value)) };
}

/**
 * A switch. An expression may give its words; whatever is neither is refused, rather than taken for off where it
 * keeps something from being done.
 */
export function flag(displayName: string, initial: boolean, description: string, more: More = {}): Row<boolean> {
	return {
		field: { displayName, type: 'boolean', default: initial, description, ...more },
		read(value) {
			if (value === true || value === 'true') return true;
			if (value === false || value === 'false') return false;
			throw new InvalidValue('is neither true nor false', 'Enter true or false.');
		},
	};
}

/** A whole number. */
export function wholeNumber(displayName: string, initial: number, description: string, min = 0, more: More = {}): Row<number> {
	return {
		field: { displayName, type: 'number', typeOptions: { minValue: min, numberPrecision: 0 }, default: initial, description, ...more },
		read(value) {
			const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min) return number;
			throw new InvalidValue('is not a usable number', `Enter a whole number of ${min} or more.`);
		},
	};
}

/** A value of a list, its label, and what it does; or a value whose words are its label, such as `InProgress`. */
type Choice<Value extends string> = Value | readonly [value: Value, name: string, description?: string, action?: string];

function labelOf(value: string): string {
	return value.replace(/^./, (first) => first.toUpperCase()).replace(/([a-z])(?=[A-Z])/g, '$1 ');
}

function optionsOf<Value extends string>(choices: ReadonlyArray<Choice<Value>>) {
	return choices.map((each) => {
		const [value, name, description, action] = typeof each === 'string' ? [each, labelOf(each)] : each;
		return { name, value, description, action };
	});
}

/** One of the node's own choices. */
export function choice<Value extends string>(
	displayName: string,
	choices: ReadonlyArray<Choice<Value>>,
	initial: NoInfer<Value>,
	description?: string,
	more: More = {},
): Row<Value> {
	const options = optionsOf(choices);
	const values = options.map(({ value }) => value);
	return {
		field: { displayName, type: 'options', options, default: initial, description, ...more },
		read(value) {
			const chosen = values.find((each) => each === value);
			if (chosen !== undefined) return chosen;
			const others = values.slice(0, -1).join(', ');
			throw new InvalidValue('is none of its choices', `Enter ${others} or ${values[values.length - 1]}.`);
		},
	};
}

/** A choice that may also be a boolean, which means one of two values. */
export function orSwitch<Value extends string>(row: Row<Value>, on: NoInfer<Value>, off: NoInfer<Value>): Row<Value> {
	const meant = new Map<unknown, Value>([
		[true, on],
		['true', on],
		[false, off],
		['false', off],
	]);
	return { ...row, read: (value, timeZone) => meant.get(value) ?? row.read(value, timeZone) };
}

/** Several of the node's own choices. */
export function choices<Value extends string>(
	displayName: string,
	offered: ReadonlyArray<Choice<Value>>,
	initial: Array<NoInfer<Value>>,
	description?: string,
): Row<Value[]> {
	const options = optionsOf(offered);
	const values = options.map(({ value }) => value);
	return {
		field: { displayName, type: 'multiOptions', options, default: initial, description },
		read(value) {
			const isOne = (each: unknown): each is Value => values.some((known) => known === each);
			if (Array.isArray(value) && value.every(isOne)) return value;
			throw new InvalidValue('are none of its choices', `Choose from ${values.join(', ')}.`);
		},
	};
}

/** A word of the service, which may know more of them than its documentation. */
export function serviceWord(displayName: string, choices: Array<Choice<string>>, initial: string, description?: string): Row<string> {
	return text(displayName, description, { type: 'options', options: optionsOf(choices), default: initial });
}

/** Several words of the service; an expression may give one. */
export function serviceWords(displayName: string, offered: Array<Choice<string>>, description?: string): Row<string[]> {
	return {
		field: { displayName, type: 'multiOptions', options: optionsOf(offered), default: [], description },
		read: (value) => (Array.isArray(value) ? value : [value]).map(readText).filter((word) => word !== ''),
	};
}

/** The fields of rows, as the editor wants them. */
export function fieldsOf(rows: Rows): INodeProperties[] {
	return Object.entries(rows).map(([name, { field }]) => ({ ...field, name }));
}

/** Collections of the editor: fields that people add one by one. */
export const COLLECTIONS = { options: 'Options', filters: 'Filters' } as const;

/** A collection of rows, by their labels. */
export function collectionField(name: keyof typeof COLLECTIONS, rows: Rows): INodeProperties {
	return {
		displayName: COLLECTIONS[name],
		name,
		type: 'collection',
		placeholder: name === 'options' ? 'Add option' : 'Add filter',
		default: {},
		options: fieldsOf(rows).sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}
